"""The review of a month: what was flagged in it, what is retired by declared rules, and the release that is its own."""

from gt_platform.monthly.months import Month, ReviewError
from gt_platform.monthly.review import Reviewed, noted, refuse, review

__all__ = ["Month", "ReviewError", "Reviewed", "noted", "refuse", "review"]
