"""What is asked of the watches after every run."""

from typing import Any

from gt_platform.checks import Finding, listed
from gt_platform.lake import Store

# a verdict is made anew as labels come, and what drifted before the last week is in the table
LATEST = """
    SELECT frame_day AS day, watched, "of", verdict, estimate, reference FROM watches WHERE verdict <> 'reference'
    QUALIFY frame_day > max(frame_day) OVER () - 7 ORDER BY watched, "of", frame_day
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
    drifted: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        if row["verdict"] == "drift":
            drifted.setdefault((row["watched"], row["of"]), []).append(row)
    judged = sorted({row["watched"] for row in rows if row["verdict"] in {"drift", "no_drift"}})
    lacking = sorted({row["watched"] for row in rows} - set(judged))
    facts: dict[str, int | float | str] = {"judged": ", ".join(judged), "without_evidence": ", ".join(lacking)}
    if drifted:
        facts["drifted"] = ", ".join(sorted({watched for watched, _ in drifted}))
        return Finding(verdict="fail", said=listed([_said(days) for days in drifted.values()]), facts=facts)
    without = f"; without evidence: {', '.join(lacking)}" if lacking else ""
    said = f"as usual: {', '.join(judged)}{without}" if judged else "no day after the reference was judged yet"
    return Finding(verdict="pass", said=said, facts=facts)


def _said(days: list[dict[str, Any]]) -> str:
    last, more = days[-1], len(days) - 1
    name = NAMES[last["watched"]].format(last["of"])
    others = f" and {more} more of the last 7 days" if more else ""
    return (
        f"{name} on {last['day']}{others}: {last['estimate']:,.4g}, where {last['reference']:,.4g} was to be expected"
    )
