"""Reference days drawn again at the hours of the frame."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from gt_platform.drift import measure, tell
from gt_platform.drift.columns import Rows
from gt_platform.drift.hours import at_same_hours
from gt_platform.drift.verdicts import judge
from gt_platform.lake import Lake, Store
from tests.drift.events import FIRST, add, drift, events, project

RNG = np.random.default_rng(7)


def day_of(day: date, hours: list[int], *, higher: float = 0.0, rows: int = 400) -> pl.DataFrame:
    """Values are higher by a standard deviation every six hours."""
    hour = RNG.choice(hours, rows)
    return pl.DataFrame(
        {
            "event_id": [f"{day}-{number:04}" for number in range(rows)],
            "position": pl.Series(RNG.integers(0, 2**63, rows), dtype=pl.UInt64),
            "frame_day": day,
            "hour": hour,
            "cluster": pl.Series([None] * rows, dtype=pl.UInt64),
            "score": RNG.normal(size=rows) + hour // 6 + higher,
        },
        schema_overrides={"frame_day": pl.Date, "hour": pl.UInt8},
    )


ALL = list(range(24))
DAYS = [FIRST + timedelta(days=number) for number in range(8)]
LATER = DAYS[-1] + timedelta(days=1)
REFERENCE = pl.concat([day_of(day, ALL) for day in DAYS])


def rows(current: pl.DataFrame) -> Rows:
    return Rows(names=("score",), reference=REFERENCE, current=current)


def share(rows: pl.DataFrame) -> float:
    """Of the hour 3."""
    return rows.filter(pl.col("hour") == 3).height / rows.height


def verdict(found: Rows) -> str:
    return judge(found.reference, found.current, ["score"], drift(alpha=0.01), seed="s")[0].verdict


def test_a_day_of_other_hours_does_not_drift_at_the_same_hours_and_a_higher_one_does() -> None:
    evening = rows(day_of(LATER, [*ALL, *[18, 19, 20, 21, 22, 23] * 4]))
    assert verdict(evening) == "drift"
    assert verdict(at_same_hours(evening)) == "no_drift"
    assert verdict(at_same_hours(rows(day_of(LATER, ALL, higher=0.8)))) == "drift"


def test_each_day_has_the_frame_s_mix_in_about_as_many_rows_and_none_counts_twice() -> None:
    current = day_of(LATER, [3, 3, 3, 15])
    drawn = at_same_hours(rows(current)).reference
    assert set(drawn["hour"]) == {3, 15}
    for day in DAYS:
        of_day = drawn.filter(pl.col("frame_day") == day)
        assert abs(of_day.height - 400) <= 20
        assert abs(share(of_day) - share(current)) < 0.05
    twice = drawn.filter(pl.len().over("event_id") > 1)
    assert twice.height > 2_000
    assert twice.group_by("event_id").agg(pl.col("cluster").n_unique(), pl.col("cluster").null_count().alias("none"))[
        ["cluster", "none"]
    ].unique().rows() == [(1, 0)]


def test_the_order_of_rows_does_not_matter_and_a_day_without_such_hours_is_left_out() -> None:
    found = rows(day_of(LATER, [1, 2]))
    turned = Rows(names=found.names, reference=found.reference.reverse(), current=found.current)
    first, second = (at_same_hours(one).reference.sort("event_id") for one in (found, turned))
    assert first.equals(second)
    apart = Rows(names=found.names, reference=day_of(FIRST, [9]), current=found.current)
    assert at_same_hours(apart).reference.is_empty()


def with_hours(day: date, hours: list[int], rows: int) -> pl.DataFrame:
    """Events of these hours whose confidence follows them."""
    rng = np.random.default_rng([rows, day.day])
    hour = rng.choice(hours, rows)
    at = [datetime(day.year, day.month, day.day, int(one), tzinfo=UTC) for one in hour]
    return events(day, confidence=(rng.random(rows) / 2 + hour / 48).tolist(), occurred_at=at)


@pytest.mark.slow
def test_a_drift_that_is_the_hours_is_told_so_and_is_none_where_hours_are_alike(lake: Lake, store: Store) -> None:
    add(store, *(with_hours(day, ALL, 200) for day in DAYS), with_hours(LATER, [20, 21, *ALL, 22, 23] * 2, 400))
    add(store, with_hours(LATER, [21, 22, 23], 400).with_columns(event_id="late-" + pl.col("event_id")))
    for like, verdict, told in (("none", "drift", ["sure"]), ("hour", "no_drift", [])):
        reference = {"first": DAYS[0], "last": DAYS[-1], "like": like}
        checked = project(drift({"name": "sure", "of": "confidence"}, reference=reference, alpha=0.01))
        assert measure(store, checked, LATER, reports=lake.files).verdict == verdict
        found = tell(store, checked, LATER, LATER)
        assert [one.column_name for one in found] == told
        assert all(one.said.startswith("season: the frame has another mix of hours") for one in found)
