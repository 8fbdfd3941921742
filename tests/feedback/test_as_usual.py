"""A watch on feedback itself: a flood and a share that moved are told with figures, and quiet weeks are not."""

from datetime import timedelta
from pathlib import Path

from gt_platform.checks.said import feedback
from gt_platform.declarations import declare
from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.sampling.rows import MONDAY, add_events, add_feedback, project

SLICED = project(benchmark={"metrics": ["accuracy"], "slices": ["channel"]})


def weeks(store: Store, *, last: int, loud: int = 0) -> None:
    """Five weeks in which each of 40 users speaks once, one in four negative, and `last` of 40 in the last week."""
    declare(store, SLICED)
    for at in range(5):
        day = MONDAY + timedelta(days=7 * at)
        names = [f"{at}-{user}" for user in range(40 + loud)]
        add_events(store, day, [{"event_id": e, "attributes": {"channel": "web"}} for e in names])
        low = [user < last if at == 4 else (user + at) % 4 == 0 for user in range(40)]
        thumbs = [(f"{at}-{user}", "thumb", "down" if low[user] else "up") for user in range(40)]
        add_feedback(store, day, thumbs, by=[f"u{user}" for user in range(40)])
    add_feedback(store, day, [(f"4-{at}", "thumb", "up") for at in range(40, 40 + loud)], by="bot")


def test_quiet_weeks_are_fine_and_a_share_that_moved_is_told_by_slice(lake_home: Path) -> None:
    with Lake.open(Settings(home=lake_home)) as lake:
        quiet, moved, flood = (lake.store(name) for name in ("sentiment", "moved", "flood"))
        assert feedback(quiet, SLICED).verdict == "pass"
        weeks(quiet, last=10)
        found = feedback(quiet, SLICED)
        assert (found.verdict, found.said) == (
            "pass", "nobody floods, and of 2 shares that could be judged none has moved",
        )  # fmt: skip
        weeks(moved, last=30)
        found = feedback(moved, SLICED)
        assert found.verdict == "fail"
        assert found.said == (
            "of what end users said of the last 7 days 75% is negative (40 opinions), where it was 25% in the 28 days "
            "before; of what end users at channel=web said of the last 7 days 75% is negative (40 opinions), where it "
            "was 25% in the 28 days before"
        )
        weeks(flood, last=10, loud=20)
        assert "one of 41 end users gave 33% of 60 opinions" in feedback(flood, SLICED).said
