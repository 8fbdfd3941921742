"""Columns by Evidently's methods: its names, its values, and thresholds that are ours."""

from typing import Any, get_args

import numpy as np
import polars as pl
import pytest

from gt_platform.drift.evidently.methods import EQUAL, PERMUTED, quietly, registered, value_of
from gt_platform.drift.verdicts import Verdict, judge
from gt_platform.project.methods import BOTH, OF_CATEGORIES, OF_TEXTS, Method
from tests.drift.events import DAY, FIRST, drift, of_days

METHODS = get_args(Method)
DAYS = [FIRST.replace(day=day) for day in range(5, 12)]


def sides(seed: int, rows: tuple[int, int], *, shift: float = 0.0, levels: str = "abc") -> list[pl.DataFrame]:
    rng = np.random.default_rng(seed)
    made = []
    for size, moved in zip(rows, (0.0, shift), strict=True):
        weight = np.array([1 + 1.5 * moved, *[1] * (len(levels) - 1)])
        values = {"num": rng.normal(moved, size=size), "cat": rng.choice(list(levels), size, p=weight / weight.sum())}
        made.append(pl.DataFrame({"event_id": range(size), "position": rng.permutation(size), **values}))
    return made


def judged(method: str, kind: str, reference: pl.DataFrame, current: pl.DataFrame, **options: Any) -> Verdict:
    declared = drift({"name": kind, "of": "output", "method": method}, **options)
    return judge(reference, of_days(current, DAY), (kind,), declared, seed="s")[0]


def test_the_names_are_evidentlys() -> None:
    found = {name: {of.value for of in types} for name, types in registered().items()}
    assert {*METHODS, *OF_TEXTS} == set(found)
    assert {name for name, types in found.items() if types == {"cat"}} == OF_CATEGORIES
    assert {name for name, types in found.items() if types == {"num", "cat"}} == BOTH
    assert {name for name, types in found.items() if types == {"text"}} == OF_TEXTS


def test_the_values_are_evidentlys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    from evidently import DataDefinition, Dataset, Report
    from evidently.metrics import ValueDrift

    reference, current = sides(1, (300, 200), shift=0.4, levels="ab")
    kinds = {"num": "numerical_columns", "cat": "categorical_columns"}
    cases = [(name, of.value) for name in METHODS if name not in EQUAL | PERMUTED for of in registered()[name]]
    definition = DataDefinition(**{kinds[kind]: [kind] for kind in kinds})
    datasets = [Dataset.from_pandas(side.to_pandas(), data_definition=definition) for side in (current, reference)]
    with quietly():  # scipy warns of names that Evidently still uses
        metrics = Report([ValueDrift(column=kind, method=method) for method, kind in cases]).run(*datasets)
    theirs = [float(metric["value"]) for metric in metrics.dict()["metrics"]]
    coded = [
        {"num": side["num"].to_numpy(), "cat": (side["cat"] == "b").cast(pl.Float64).to_numpy()}
        for side in (reference, current)
    ]
    with quietly():
        ours = [value_of(method, kind)(coded[0][kind], coded[1][kind]) for method, kind in cases]
    assert ours == pytest.approx(theirs, rel=1e-9)
    verdict = judged("psi", "num", of_days(reference, FIRST), current)
    assert verdict.statistic == "psi"
    assert verdict.value == pytest.approx(theirs[cases.index(("psi", "num"))], rel=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_a_shift_and_leaves_a_steady_frame(method: str) -> None:
    kind, levels = ("cat", "ab") if method in OF_CATEGORIES else ("num", "abc")
    reference, steady = sides(6, (400, 300), levels=levels)
    shifted = sides(7, (400, 300), shift=1.0, levels=levels)[1]
    found = [judged(method, kind, of_days(reference, FIRST), side, alpha=0.01) for side in (steady, shifted)]
    assert [(verdict.statistic, verdict.verdict) for verdict in found] == [(method, "no_drift"), (method, "drift")]
    beyond = [abs((verdict.value or 0.0) - (verdict.threshold or 0.0)) for verdict in found]
    assert min(beyond) > 0


def test_a_method_decides_by_its_distance_alone_where_nothing_else_is_looked_at() -> None:
    reference, steady = sides(8, (400, 300))
    shifted = sides(9, (400, 300), shift=1.0)[1]
    found = [judged("chisquare", "cat", of_days(reference, FIRST), side) for side in (steady, shifted)]
    assert (found[0].value or 0) > (found[0].threshold or 0)  # a p-value: chance alone is not as small
    assert (found[1].value or 1) < (found[1].threshold or 0)
    assert found[1].p_value == 1 / 200


def test_days_that_differ_by_themselves_are_no_drift() -> None:
    rng, alarms, theirs = np.random.default_rng(3), 0, 0
    for seed in range(12):
        reference, current = sides(seed, (7 * 200, 200))
        reference = of_days(reference, *DAYS)
        moved = reference["frame_day"].replace_strict(DAYS, rng.normal(0, 0.4, 7), return_dtype=pl.Float64)
        reference = reference.with_columns(num=pl.col("num") + moved)
        current = current.with_columns(num=pl.col("num") + rng.normal(0, 0.4))
        verdict = judged("ks", "num", reference, current, permutations=99)
        alarms += verdict.verdict == "drift"
        theirs += (verdict.value or 0.0) < 0.05  # what Evidently calls drift
    assert alarms <= 1 < 6 < theirs


@pytest.mark.slow
def test_the_order_of_rows_does_not_matter() -> None:
    reference, current = sides(1, (6_000, 300))
    users = pl.Series("cluster", np.random.default_rng(2).integers(0, 400, 6_000), dtype=pl.UInt64)
    first = of_days(reference, *DAYS).with_columns(users)
    again = first.sample(fraction=1, shuffle=True, seed=1)
    found = [
        judged("hellinger", kind, side, rows)
        for kind in ("num", "cat")
        for side, rows in ((first, current), (again, current.reverse()))
    ]
    assert found[0] == found[1]
    assert found[2] == found[3]


@pytest.mark.parametrize(
    ("method", "kind", "said"),
    [
        ("ks", "cat", "Evidently's ks is for numbers, and these are categories"),
        ("fisher_exact", "cat", "Evidently's fisher_exact says: Expects binary data"),
    ],
)
def test_what_evidently_does_not_compute_is_no_evidence(method: str, kind: str, said: str) -> None:
    reference, current = sides(1, (100, 80))
    verdict = judged(method, kind, of_days(reference, FIRST), current)
    assert verdict.verdict == "insufficient_evidence"
    assert (verdict.detail or "").startswith(said)
