"""The demo's expert as a reviewer: accepts what users propose where they would say the same, else refuses it."""

from gt_platform.canonical import canonical
from gt_platform.demo.world import EXPERT, World
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.truth import Proposal, Verdict, decide, proposals

INPUTS = "SELECT event_id, input ->> '$' AS input FROM events SEMI JOIN proposals USING (event_id)"


def review(store: Store, project: Project, world: World) -> int:
    """Decide all open proposals; returns how many there were."""
    texts = dict(store.read(INPUTS).iter_rows())
    told: dict[tuple[str, str], Verdict] = {}
    waiting = proposals(store, project, state="open")
    for one in waiting:
        told.setdefault((one.item_id, one.said), _verdict(one, world.expert[texts[one.event_id]]))
    if told:
        decide(store, project, list(told.values()), actor=EXPERT)
    return len(waiting)


def _verdict(one: Proposal, says: str) -> Verdict:
    if one.answer == canonical(says):
        return Verdict(feedback_id=one.feedback_id, act="accept")
    return Verdict(feedback_id=one.feedback_id, act="refuse", why=f"most would call it {says}")
