"""What is asked of the inbox after every run: whether all of it could be read, and whether as much came as usual."""

from datetime import UTC, datetime

from gt_platform import checks, feedback
from gt_platform.checks import Days, Finding
from gt_platform.lake import Store
from gt_platform.lake.tables import ATTEMPTS
from gt_platform.project import Project
from gt_platform.records import shown

UNREAD = "SELECT path, state, tries, reason FROM unread WHERE path <> '.' ORDER BY state DESC, path"


def unread(store: Store) -> Finding:
    """Whether all that lies in the inbox could be read; what is to be tried again is no evidence yet."""
    rows = store.read(UNREAD).rows(named=True) if store.row_counts([ATTEMPTS])[ATTEMPTS.name] else []
    aside = [f"{shown(row['path'])}: {row['reason']}" for row in rows if row["state"] == "set_aside"]
    again = [f"{shown(row['path'])}: {row['reason']}" for row in rows if row["state"] == "failed"]
    facts: dict[str, int | float | str] = {"set_aside": len(aside), "to_be_tried_again": len(again)}
    if aside:
        said = f"set aside after {rows[0]['tries']} tries: {checks.listed(aside)}; mend it, then `gt quarantine retry`"
        return Finding(verdict="fail", said=said, facts=facts)
    if again:
        said = f"insufficient evidence: to be tried again: {checks.listed(again)}"
        return Finding(verdict="insufficient_evidence", said=said, facts=facts)
    return Finding(verdict="pass", said="every entry of the inbox could be read", facts=facts)


def invalid_outputs(store: Store, project: Project, days: Days) -> Finding:
    """Whether few enough of each model's outputs are no valid answers."""
    if project.judges_outputs:
        return Finding(verdict="pass", said="outputs are judged as they are, and none is read as an answer")
    found, gate = feedback.invalid(store, *days), project.gates.invalid_outputs
    if not found:
        return Finding(verdict="pass", said="every output is a valid answer", facts={"outputs": 0, "gate": gate})
    worst = found[0]
    share = worst.outputs / worst.events
    facts: dict[str, int | float | str] = {"outputs": sum(one.outputs for one in found), "share": share, "gate": gate}
    said = (
        f"{worst.outputs} of {worst.events} outputs of {worst.model} ({share:.1%}) are no valid answers; the gate is "
        f"{gate:.1%}. Event {worst.event_id}: {worst.detail}"
    )
    if share <= gate:
        return Finding(verdict="pass", said=said, facts=facts)
    remedy = "declare under output: where the answer lies and how it is read; until then they count as wrong"
    return Finding(verdict="fail", said=f"{said}. If that is an answer, {remedy}", facts=facts)


def volume(store: Store, project: Project, days: Days) -> Finding:
    """Whether the inbox is there, and no day that is over has far fewer events than usual."""
    today = datetime.now(UTC).date()
    if days[0] >= today:
        return Finding(verdict="pass", said="the day is not over")
    found = feedback.volume(store, *days, today=today)
    facts: dict[str, int | float | str] = {"days": found.judged, "low_days": len(found.low)}
    if found.absent:
        return Finding(verdict="fail", said=f"{project.inbox}: {found.absent}", facts=facts)
    if found.low:
        low = [f"{one.day} has {one.events} events, {one.usual:.0f} are usual" for one in found.low]
        facts |= {"events": found.low[0].events, "at_least": found.low[0].at_least}
        said = f"far fewer than usual: {checks.listed(low)}; look at what writes to {project.inbox}"
        return Finding(verdict="fail", said=said, facts=facts)
    if not found.judged:
        said = "insufficient evidence: what is usual is known after seven days with events, their rhythm after 28"
        return Finding(verdict="insufficient_evidence", said=said, facts=facts)
    return Finding(verdict="pass", said=f"{found.judged} days have as many events as usual", facts=facts)
