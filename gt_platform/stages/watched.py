"""What is asked of the watches after every run, and said of them in words."""

from typing import Any

from gt_platform import checks
from gt_platform.checks import Finding
from gt_platform.lake import Store

# of the last week: a verdict is made anew as labels come, and what drifted before that is in the table
LATEST = """
    SELECT watched, "of", max(frame_day) FILTER (verdict = 'drift') AS day,
           count(*) FILTER (verdict = 'drift') AS days,
           arg_max(estimate, frame_day) FILTER (verdict = 'drift') AS estimate,
           arg_max(reference, frame_day) FILTER (verdict = 'drift') AS reference,
           bool_or(verdict IN ('drift', 'no_drift')) AS judged
    FROM watches WHERE frame_day > (SELECT max(frame_day) FROM watches) - 7 AND verdict <> 'reference'
    GROUP BY ALL ORDER BY watched, "of"
"""
NAMES = {
    "volume": "volume",
    "feedback_rate": "feedback rate of {}",
    "calibration": "calibration",
    "label_shift": "label shift of {}",
    "concept_drift": "concept drift",
}


def watches(store: Store) -> Finding:
    """Whether anything watched drifted on one of the last seven days; names what, and the last such day."""
    rows = store.read(LATEST).rows(named=True)
    drifted = [row for row in rows if row["day"] is not None]
    judged = sorted({row["watched"] for row in rows if row["judged"]})
    lacking = sorted({row["watched"] for row in rows} - set(judged))
    facts: dict[str, int | float | str] = {"judged": ", ".join(judged), "without_evidence": ", ".join(lacking)}
    if drifted:
        facts["drifted"] = ", ".join(sorted({row["watched"] for row in drifted}))
        return Finding(verdict="fail", said=checks.listed([_said(row) for row in drifted]), facts=facts)
    without = f"; without evidence: {', '.join(lacking)}" if lacking else ""
    said = f"as usual: {', '.join(judged)}{without}" if judged else "no day after the reference was judged yet"
    return Finding(verdict="pass", said=said, facts=facts)


def _said(row: dict[str, Any]) -> str:
    name = NAMES[row["watched"]].format(row["of"])
    days = f" and {row['days'] - 1} more of the last 7 days" if row["days"] > 1 else ""
    return f"{name} on {row['day']}{days}: {row['estimate']:,.4g}, where {row['reference']:,.4g} was to be expected"
