"""What a night is expected to ask for and to buy, held against what it then does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gt_platform.benchmark import score
from gt_platform.labeling import assign
from gt_platform.lake import Lake, Store
from gt_platform.sampling import draw
from gt_platform.sampling.forecast import Bought, bought, next_night
from gt_platform.settings import Settings
from tests.benchmark.labels import add_release, labeled_day
from tests.labeling.people import People
from tests.sampling.rows import MONDAY, add_events, project


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


@pytest.mark.slow
def test_the_next_night_asks_for_what_was_expected(store: Store) -> None:
    """Some of the events repeat a text, which is asked once."""
    declared = project(
        sampling={"budget": 30}, labeling={"backend": "workbench", "overlap": 3, "cost": {"annotator": 2}}
    )
    for at in range(8):
        day = MONDAY + timedelta(days=at)
        expected = next_night(store, declared)
        items = [f"text {number % 4}" if number % 25 == 0 else None for number in range(100)]
        add_events(store, day, [{"event_id": f"{at}-{one}", "item_id": item} for one, item in enumerate(items)])
        draw(store, declared, day)
        asked = assign(store, declared, day, backend=People({})).assignments
    assert expected is not None
    assert asked < 90
    assert expected.answers == pytest.approx(asked, rel=0.05)
    assert expected.cost == pytest.approx(2 * asked, rel=0.05)


def test_a_night_is_priced_at_what_the_frames_before_took(store: Store) -> None:
    cost = {"annotator": 2, "rates": {"skill:tax": 6}}
    declared = project(labeling={"backend": "workbench", "overlap": 2, "skill": "attributes.topic", "cost": cost})
    for at in range(2):
        day = MONDAY + timedelta(days=at)
        topics = [{"topic": "tax"} if one < 5 else {} for one in range(20)]
        add_events(store, day, [{"event_id": f"{at}-{one}", "attributes": topic} for one, topic in enumerate(topics)])
        draw(store, declared, day)
        assign(store, declared, day, backend=People({}))
    expected = next_night(store, declared)
    assert expected is not None
    assert (expected.answers, expected.cost) == (40, 40 * (6 + 3 * 2) / 4)


def test_small_frames_are_drawn_whole_and_nothing_is_said_without_any(store: Store) -> None:
    assert next_night(store, project()) is None
    for day in range(8):
        add_events(store, MONDAY + timedelta(days=day), [{"event_id": f"{day}-{at}"} for at in range(20 + day)])
    night = next_night(store, project(labeling={"backend": "replay", "overlap": 2}))
    assert night is not None
    assert (night.events, night.drawn, night.answers, night.cost) == (24, 24, 48, None)


def test_twice_the_labels_leave_half_of_the_variance_and_quotas_move_it(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_release(store)
    sliced = {"benchmark": {"metrics": ["accuracy"], "slices": ["channel"]}}
    score(store, project(**sliced))

    def of(design: dict[str, Any], budget: int, of: str = "*") -> Bought:
        declared = project(sampling={"budget": budget} | design, **sliced)
        return next(one for one in bought(store, declared, 0) if one.slice == of and one.metric == "accuracy")

    once, twice = of({}, 20), of({}, 40)
    assert once.week / twice.week == pytest.approx(2**0.5)
    assert once.week / once.month == pytest.approx(2)
    assert once.week == pytest.approx(once.half_width / 7**0.5)  # 20 of 20 labels, seven times
    mostly = {"design": {"quotas": {"channel": {"app": 80, "web": 20}}}}
    assert of(mostly, 40, "channel=app").week < twice.week * 2**0.5 < of(mostly, 40, "channel=web").week
