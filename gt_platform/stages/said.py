"""What the plots of feedback and of how long labels take show."""

from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.stages.stage import Interval

WEEKS = 26
SPOKEN = """
    SELECT week::VARCHAR AS week, rate, rate_low, rate_high, share, low, high FROM feedback_by_week
    WHERE slice = '*' AND given_by = 'end_user' QUALIFY row_number() OVER (ORDER BY week DESC) <= ? ORDER BY week
"""
TOOK = """
    SELECT week::VARCHAR AS week, p50, p10, p90 FROM latency WHERE step = 'event to truth'
    QUALIFY row_number() OVER (ORDER BY week DESC) <= ? ORDER BY week
"""


def rates(store: Store, _project: Project) -> list[Interval]:
    """The share of events that end users spoke of."""
    return store.read(SPOKEN, [WEEKS]).select("week", "rate", "rate_low", "rate_high").rows()


def negatives(store: Store, _project: Project) -> list[Interval]:
    """The share of what they said that is negative."""
    return store.read(SPOKEN, [WEEKS]).select("week", "share", "low", "high").rows()


def latency(store: Store, _project: Project) -> list[Interval]:
    """Hours from a drawn event to its truth: half, a tenth, nine tenths."""
    return store.read(TOOK, [WEEKS]).rows()
