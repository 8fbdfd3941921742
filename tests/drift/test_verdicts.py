"""Verdicts of small frames: what drifts, what does not, and what cannot be told."""

from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from gt_platform.drift.verdicts import UNTOLD, Verdict, in_reference, judge
from gt_platform.project import Drift
from tests.drift.events import DAY, FIRST, drift, of_days

RNG = np.random.default_rng(5)
REFERENCE = pl.DataFrame(
    {
        "number": RNG.normal(size=400),
        "level": RNG.choice(["a", "b", "c"], 400),
        "empty": pl.Series([None] * 400, dtype=pl.Float64),
    }
)
STEADY = pl.DataFrame(
    {
        "number": RNG.normal(size=120),
        "level": RNG.choice(["a", "b", "c"], 120),
        "empty": pl.Series([None] * 120, dtype=pl.Float64),
    }
)
NAMES = ("number", "level")


def verdicts(
    current: pl.DataFrame, names: tuple[str, ...] = NAMES, declared: Drift | None = None, seed: str = "s"
) -> dict[str, Verdict]:
    found = judge(of_days(REFERENCE, FIRST), of_days(current, DAY), names, declared or drift(), seed=seed)
    assert [verdict.column_name for verdict in found] == [*names, "*"]
    return {verdict.column_name: verdict for verdict in found}


def test_a_steady_frame_does_not_drift() -> None:
    found = verdicts(STEADY)
    assert {verdict.verdict for verdict in found.values()} == {"no_drift"}
    assert found["*"] == Verdict(
        column_name="*",
        verdict="no_drift",
        n_reference=400,
        n_current=120,
        p_value=min(found[name].p_value or 1 for name in NAMES),
        q_value=found["*"].q_value,
        detail=UNTOLD,
    )
    assert (found["number"].statistic, found["level"].statistic) == ("wasserstein", "jensenshannon")


@pytest.mark.parametrize(
    ("name", "shifted"),
    [
        ("number", pl.col("number") + 1),
        ("number", pl.when(pl.int_range(pl.len()) < 25).then(None).otherwise(pl.col("number")).alias("number")),
        ("level", pl.col("level").replace("c", "a")),
        ("level", pl.when(pl.int_range(pl.len()) < 15).then(None).otherwise(pl.col("level")).alias("level")),
    ],
)
def test_one_column_shifts(name: str, shifted: pl.Expr) -> None:
    found = verdicts(STEADY.with_columns(shifted))
    other = next(column for column in NAMES if column != name)
    assert (found[name].verdict, found[other].verdict, found["*"].verdict) == ("drift", "no_drift", "drift")
    assert found["*"].detail == f"drift in {name}; {UNTOLD}"
    assert found["*"].q_value == found[name].q_value == pytest.approx(2 * (found[name].p_value or 1))


def test_missing_numbers_are_told() -> None:
    gone = STEADY.with_columns(
        pl.when(pl.int_range(pl.len()) < 30).then(None).otherwise(pl.col("number")).alias("number")
    )
    found = verdicts(gone)["number"]
    assert found.detail == "missing in 0.0% of the reference, 25.0% of the frame (p 1.7e-21)"
    assert (found.value or 0) < (found.threshold or 0)  # the values that are there did not move


def test_too_few_rows_are_no_evidence() -> None:
    found = verdicts(STEADY.head(49))
    assert {verdict.verdict for verdict in found.values()} == {"insufficient_evidence"}
    assert found["number"] == Verdict(
        column_name="number",
        verdict="insufficient_evidence",
        n_reference=400,
        n_current=49,
        detail="400 rows in the reference, 49 in the frame; 50 are needed of each",
    )


def test_a_column_without_evidence_leaves_the_others_theirs() -> None:
    found = verdicts(STEADY, ("number", "empty"))
    assert (found["empty"].verdict, found["empty"].detail) == ("insufficient_evidence", "no event has a value")
    assert found["number"].q_value == found["number"].p_value  # corrected for one test, not two
    assert (found["*"].verdict, found["*"].detail) == ("no_drift", f"insufficient evidence in empty; {UNTOLD}")
    assert verdicts(STEADY, ("empty",))["*"].verdict == "insufficient_evidence"


def test_free_text_is_no_category() -> None:
    text = [pl.Series("level", [f"text {number}" for number in range(rows)]) for rows in (400, 120)]
    found = judge(
        of_days(REFERENCE.with_columns(text[0]), FIRST),
        of_days(STEADY.with_columns(text[1]), DAY),
        ("level",),
        drift(),
        seed="s",
    )
    assert found[0].verdict == "insufficient_evidence"
    assert found[0].detail == (
        "400 distinct values in 520 are no categories; declare `measure: characters` or `words` for free text"
    )


def test_one_drifting_column_among_many_is_found() -> None:
    names = tuple(f"n{number}" for number in range(15))
    sides = [
        pl.DataFrame({name: np.random.default_rng(at).normal(size=rows) for at, name in enumerate(names, start)})
        for rows, start in ((400, 100), (120, 200))
    ]
    sides = [of_days(side, day) for side, day in zip(sides, (FIRST, DAY), strict=True)]
    gone = pl.when(pl.int_range(pl.len()) < 60).then(None).otherwise(pl.col("n7")).alias("n7")
    for shifted in (pl.col("n7") + 3, gone):
        found = judge(sides[0], sides[1].with_columns(shifted), names, drift(permutations=99, alpha=0.01), seed="s")
        assert [verdict.column_name for verdict in found if verdict.verdict == "drift"] == ["n7", "*"]


def test_the_order_of_rows_does_not_matter_and_the_seed_does() -> None:
    reference = of_days(REFERENCE, FIRST).sample(fraction=1, shuffle=True, seed=1)
    current = of_days(STEADY, DAY).sample(fraction=1, shuffle=True, seed=1)
    found: dict[str, Any] = {v.column_name: v for v in judge(reference, current, NAMES, drift(), seed="s")}
    assert found == verdicts(STEADY)
    assert found != verdicts(STEADY, seed="another")


def test_a_day_of_the_reference() -> None:
    assert in_reference(["a"], 7) == [
        Verdict(column_name=name, verdict="reference", n_reference=0, n_current=7) for name in ("a", "*")
    ]


def day_of(number: int, values: Any) -> pl.DataFrame:
    return of_days(pl.DataFrame({"x": values}, strict=False), FIRST + timedelta(days=number))


def one(days: list[pl.DataFrame], current: pl.DataFrame, **declared: Any) -> tuple[Verdict, Verdict]:
    """The verdict of the column x, and the frame's."""
    found = judge(pl.concat(days), current, ["x"], drift(alpha=0.01, **declared), seed="s")
    return found[0], found[1]


def test_weekends_are_compared_with_weekends() -> None:
    rng = np.random.default_rng(9)
    days = [day_of(number, rng.normal(size=500) + 2.0 * (number % 7 > 4)) for number in range(29)]
    like: dict[str, Any] = {"reference": {"first": FIRST, "last": FIRST + timedelta(days=27), "like": "weekday"}}
    saturday, monday = day_of(33, rng.normal(size=500) + 2), days[28]
    column, frame = one(days[:28], monday, **like)
    assert (column.verdict, column.n_reference, frame.detail) == ("no_drift", 2_000, None)
    assert one(days[:28], saturday, **like)[0].verdict == "no_drift"
    as_on_mondays = day_of(33, rng.normal(size=500))
    assert one(days[:28], as_on_mondays, **like)[0].detail == "values lie lower than the reference's (p 2.2e-21)"


def test_a_rolling_reference_waits_for_days_that_tell() -> None:
    days = [day_of(number, np.random.default_rng(number).normal(size=90)) for number in range(8)]
    few = one(days[:6], days[6], reference={"rolling": 28})[1]
    assert few.verdict == "insufficient_evidence"
    assert few.detail == "6 days before this one have events; the rolling reference needs 7"
    assert one(days[:7], days[7], reference={"rolling": 28})[1].verdict == "no_drift"


@pytest.mark.parametrize(
    ("before", "now", "says"),
    [
        (range(190), range(70, 330), "levels that the reference lacks"),
        (range(250), range(250, 500), "levels that the reference lacks"),
        (["1", "2", "3"], ["low", "2", "3"], "text and no number in 0.0% of the reference, 3"),
    ],
)
def test_new_levels_and_other_types_are_named(before: Any, now: Any, says: str) -> None:
    rng = np.random.default_rng(10)
    levels = [[str(level) for level in rng.choice(list(of), 1_000)] for of in (*[before] * 7, now)]
    days = [day_of(number, found) for number, found in enumerate(levels)]
    column, frame = one(days[:7], days[7])
    assert (column.verdict, frame.verdict) == ("drift", "drift")
    assert says.removeprefix("levels") in (column.detail or "")
    assert one(days[:6], days[6])[0].verdict == "no_drift"
