"""The month's list: what is on it and why, and that what is asked of it is truth's business and no sample's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform import monthly
from gt_platform.benchmark import score
from gt_platform.declarations import declare
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import ITEMS
from gt_platform.monthly import Month
from gt_platform.settings import Settings
from tests.benchmark.labels import add_release, add_sample, add_truth, write
from tests.sampling.rows import MOMENT, MONDAY, add_events, add_feedback, project

JANUARY = Month(2026, 1)
DECLARED = project(
    truth={"is": "annotators", "review": 4, "add": 3}, benchmark={"metrics": ["accuracy"], "slices": ["channel"]}
)
SCORES = "SELECT metric, slice, estimand, estimate, low, high, n FROM current_scores ORDER BY ALL"


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    """Thirty events with 10 truths, all of `app`; thumbs down on 9 others, 5 of them by one user, and thumbs up."""
    with Lake.open(Settings(home=lake_home)) as lake:
        store = lake.store("sentiment")
        declare(store, DECLARED)
        names = [f"e{at:02}" for at in range(30)]
        channel = {name: "web" if at >= 25 else "app" for at, name in enumerate(names)}
        add_events(store, MONDAY, [{"event_id": e, "attributes": {"channel": channel[e]}} for e in names])
        add_sample(store, MONDAY, "all", 30, names[:10])
        add_truth(store, {name: "good" if at else "bad" for at, name in enumerate(names[:10])})
        known = {"input": '"text"', "origin": "event", "attributes": '{"channel":"app"}', "first_seen": MOMENT}
        write(store, ITEMS, [known | {"item_id": f"item of {name}"} for name in names[:10]])
        add_feedback(store, MONDAY, [(name, "thumb", "down") for name in names[10:15]], by="loud")
        add_feedback(store, MONDAY, [(name, "thumb", "down") for name in ["e00", "e01", "e16", "e25"]])
        add_feedback(store, MONDAY, [("e20", "thumb", "up"), ("e26", "thumb", "up")])
        add_release(store)
        score(store, DECLARED)
        yield store


def test_flagged_and_rare_come_first_with_their_reasons_and_a_flood_counts_thrice(store: Store) -> None:
    found = monthly.proposed(store, DECLARED, JANUARY)
    assert found.equals(monthly.proposed(store, DECLARED, JANUARY))
    rows = found.rows(named=True)
    review = [row for row in rows if row["why_listed"] == "review"]
    assert review[0]["event_id"] == "e25"
    assert review[0]["why"] == "a thumb down, right in 50% of such; channel=web has 0 items of truth"
    assert len(review) == 4
    assert sum(row["event_id"] in {f"e{at}" for at in range(10, 15)} for row in review) in (2, 3)
    added = [row["event_id"] for row in rows if row["why_listed"] == "add"]
    assert len(added) == 3
    assert added[0] == "e26"
    assert {"e27", "e28", "e29"} >= set(added[1:])
    assert monthly.proposed(store, DECLARED, Month(2026, 2)).is_empty()


def test_what_is_asked_is_proposed_no_more_and_is_no_part_of_the_score(store: Store) -> None:
    items = monthly.proposed(store, DECLARED, JANUARY)["item_id"].to_list()
    sample, scores = store.read("FROM sample ORDER BY ALL"), store.read(SCORES)
    assert monthly.ask(store, DECLARED, items) == 7 * DECLARED.labeling.overlap
    assert monthly.ask(store, DECLARED, items) == 0
    assert not set(items) & set(monthly.proposed(store, DECLARED, JANUARY)["item_id"])
    add_truth(store, {item.removeprefix("item of "): "bad" for item in items})
    add_release(store, 2)
    score(store, DECLARED)
    assert store.read("FROM sample ORDER BY ALL").equals(sample)
    assert store.read(SCORES).equals(scores)
