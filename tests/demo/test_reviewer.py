"""The demo's expert decides what users propose as they would answer the text themselves."""

from pathlib import Path

from gt_platform.demo.reviewer import review
from gt_platform.demo.world import World
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.support.sentiment import declare, event, put_events
from tests.truth.test_proposals import propose

VERDICTS = "SELECT feedback_id, verdict, answer, reason, decided_by FROM proposal_verdicts ORDER BY feedback_id"


def test_what_the_expert_would_say_is_accepted_and_all_else_refused(tmp_path: Path) -> None:
    project = declare(tmp_path)
    world = World(home=tmp_path, events={}, feedback={}, expert={"a lamp": "negative", "a sofa": "positive"})
    with Lake.open(Settings(home=tmp_path)) as lake:
        store = lake.store("sentiment")
        put_events(store, [event(0, "a lamp"), event(1, "a sofa")])
        propose(
            store, ("f-1", 0, "ann", "negative"), ("f-2", 0, "bob", "negative"),
            ("f-3", 1, "ann", "neutral"), ("f-4", 1, "bob", "awful"),
        )  # fmt: skip
        assert review(store, project, world) == 4
        assert store.read(VERDICTS).rows() == [
            ("f-1", "accepted", '"negative"', None, "expert"),
            ("f-2", "accepted", '"negative"', None, "expert"),
            ("f-3", "refused", None, "most would call it positive", "expert"),
            ("f-4", "refused", None, "most would call it positive", "expert"),
        ]
        assert review(store, project, world) == 0
