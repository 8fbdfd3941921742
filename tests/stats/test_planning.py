"""What is planned is what is had: by tables, and by drawing what was planned."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gt_platform.stats.estimation.ppi import ppi, predicted
from gt_platform.stats.intervals import intervals
from gt_platform.stats.planning import Planned, Stratum, Task, labels_for, width_of
from gt_platform.stats.survey import Estimates, ratio, stratified

DRIFTED = (Stratum(0.15, 0.55), Stratum(0.85, 0.90))
EVENTS = 100_000


def named(planned: list[Planned], name: str) -> Planned:
    """The design of this name."""
    return next(one for one in planned if one.design == name)


def half_width(estimates: Estimates) -> float:
    """Of the one interval."""
    (interval,) = intervals(estimates, np.zeros(1), np.ones(1))
    assert interval is not None
    return (interval.high - interval.low) / 2


def drawn(counts: np.ndarray, rates: np.ndarray, shares: np.ndarray, rng: np.random.Generator) -> Estimates:
    """A stratified sample's estimate."""
    code = np.repeat(np.arange(len(counts)), counts)
    value = (rng.random(len(code)) < rates[code]).astype(float)[:, None]
    sizes = np.round(shares * EVENTS).astype(np.int64)
    return ratio(stratified(code, sizes, np.zeros(len(counts), dtype=np.int64)), value, np.ones((len(code), 1)))


def test_a_plain_share_takes_what_the_tables_say() -> None:
    # 1.96**2 * .85 * .15 / .03**2 = 544, and three more for t
    found = named(labels_for(Task(rate=0.85), 0.03), "uniform")
    assert found.labels == 547
    assert found.half_width == pytest.approx(0.03, abs=5e-5)
    assert named(width_of(Task(rate=0.85), 547), "uniform").half_width == found.half_width


def test_a_small_population_takes_fewer() -> None:
    # 544 labels of an endless population are worth 544 / 1.544 of one of 1,000
    assert named(labels_for(Task(rate=0.85, population=1000), 0.03), "uniform").labels == pytest.approx(354, abs=3)
    assert named(width_of(Task(rate=0.85, population=100), 100), "uniform").half_width == 0
    assert named(labels_for(Task(rate=0.85, population=5), 0.03), "uniform").labels is None


@pytest.mark.parametrize("rate", [0.5, 0.85, 0.95])
def test_the_planned_uniform_sample_is_as_wide_as_wanted(rate: float) -> None:
    n = named(labels_for(Task(rate=rate), 0.04), "uniform").labels
    assert n is not None
    rng = np.random.default_rng(1)
    widths = [half_width(drawn(np.array([n]), np.array([rate]), np.ones(1), rng)) for _ in range(400)]
    assert np.mean(widths) == pytest.approx(0.04, rel=0.03)


@pytest.mark.parametrize("floor", [0.5, 1.0])
def test_the_planned_strata_are_as_wide_as_wanted(floor: float) -> None:
    name = "stratified, proportional" if floor == 1 else f"stratified, Neyman, floor {floor:g}"
    n = named(labels_for(Task(rate=0.8475, strata=DRIFTED, floor=floor), 0.03), name).labels
    assert n is not None
    shares, rates = np.array([0.15, 0.85]), np.array([0.55, 0.90])
    spread = shares * np.sqrt(rates * (1 - rates))
    counts = np.round(n * (floor * shares + (1 - floor) * spread / spread.sum())).astype(int)
    rng = np.random.default_rng(2)
    widths = [half_width(drawn(counts, rates, shares, rng)) for _ in range(400)]
    assert np.mean(widths) == pytest.approx(0.03, rel=0.03)


@pytest.mark.parametrize("correlation", [0.5, 0.8])
def test_the_planned_judge_makes_it_as_wide_as_wanted(correlation: float) -> None:
    n = named(labels_for(Task(rate=0.85, correlation=correlation), 0.04), "uniform, with the judge").labels
    assert n is not None
    rng, widths = np.random.default_rng(3), []
    spread = np.sqrt(0.85 * 0.15)
    for _ in range(400):
        value = (rng.random(n) < 0.85).astype(float)
        noise = rng.normal(0, np.sqrt(1 / correlation**2 - 1), n)
        rest = rng.normal(0, 1 / correlation, 50)  # moments of the others, whom nobody need make
        others = predicted((rest - rest.mean()) / rest.std() / correlation, np.zeros(50, dtype=np.int64), 1)
        many = replace(others, units=np.array([EVENTS * 1.0]))
        widths.append(half_width(ppi(value, (value - 0.85) / spread + noise, np.zeros(n, dtype=np.int64), many)))
    assert np.mean(widths) == pytest.approx(0.04, rel=0.05)


def test_the_planned_clusters_are_as_wide_as_wanted() -> None:
    task = Task(rate=0.85, cluster_size=5, within=0.2)
    n = named(labels_for(task, 0.04), "uniform, clustered").labels
    assert n is not None
    rng, widths = np.random.default_rng(4), []
    clusters = n // 5
    for _ in range(400):
        chance = np.repeat(rng.beta(0.85 * 4, 0.15 * 4, clusters), 5)
        value = (rng.random(clusters * 5) < chance).astype(float)[:, None]
        cluster = np.repeat(np.arange(clusters), 5)
        one = np.zeros(1, dtype=np.int64)
        design = stratified(np.zeros(len(value), dtype=np.int64), one + EVENTS, one, noisy=True)
        widths.append(half_width(ratio(design, value, np.ones_like(value), cluster=cluster)))
    assert np.mean(widths) == pytest.approx(0.04, rel=0.05)


def test_a_design_is_offered_only_where_it_is_known() -> None:
    assert [one.design for one in width_of(Task(rate=0.85), 100)] == ["uniform"]
    every = [one.design for one in width_of(Task(rate=0.85, correlation=0.5, cluster_size=5, within=0.1), 100)]
    assert every == [
        "uniform",
        "uniform, clustered",
        "stratified, proportional",
        "stratified, Neyman, floor 0.5",
        "uniform, with the judge",
    ]


def test_clusters_change_nothing_for_events_drawn_one_by_one() -> None:
    together, alone = labels_for(Task(rate=0.85, cluster_size=5, within=0.1), 0.03), labels_for(Task(rate=0.85), 0.03)
    assert named(together, "uniform") == named(alone, "uniform")
    # 1.4 times 544, and a few for the 150 clusters' t
    assert named(together, "uniform, clustered").labels == pytest.approx(1.4 * 544, abs=20)


def test_too_few_labels_are_insufficient_evidence() -> None:
    assert named(width_of(Task(rate=0.85), 9), "uniform").half_width is None
    assert named(width_of(Task(rate=0.85), 10), "uniform").half_width is not None


def test_no_more_of_a_gain_is_promised_than_the_interval_believes() -> None:
    # a correlation of .95 leaves a tenth of the variance, but 50 labels cannot show it
    assert named(width_of(Task(rate=0.85, correlation=0.95), 50), "uniform, with the judge").worth == pytest.approx(
        1.98
    )


@settings(deadline=None)  # the first call imports scipy
@given(
    rate=st.floats(0.02, 0.98),
    correlation=st.floats(0, 0.95),
    wanted=st.floats(0.005, 0.3),
    within=st.floats(0, 1),
    floor=st.floats(0, 1),
)
def test_one_label_fewer_is_not_enough(
    rate: float, correlation: float, wanted: float, within: float, floor: float
) -> None:
    task = Task(rate=rate, correlation=correlation, cluster_size=3, within=within, floor=floor)
    for one in labels_for(task, wanted):
        assert one.labels is not None
        assert one.half_width is not None
        assert one.half_width <= wanted
        if one.labels > 10:
            before = named(width_of(task, one.labels - 1), one.design).half_width
            assert before is not None
            assert before > wanted


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (Task(rate=1.0), "expected rate 1"),
        (Task(rate=float("nan")), "expected rate nan"),
        (Task(rate=0.85, population=0), "population 0"),
        (Task(rate=0.85, correlation=1.0), "correlation 1"),
        (Task(rate=0.85, cluster_size=0.5), "clusters of 0.5"),
        (Task(rate=0.85, within=1.5), "correlation 1.5 within"),
        (Task(rate=0.85, floor=-1), "floor -1"),
        (Task(rate=0.85, strata=DRIFTED[:1]), "add up to 0.15"),
        (Task(rate=0.5, strata=DRIFTED), "strata make a rate of 0.8475"),
        (Task(rate=0.85, strata=(Stratum(0.0, 0.5), Stratum(1.0, 0.85))), "shares above 0"),
    ],
)
def test_tasks_that_cannot_be_are_refused(task: Task, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        labels_for(task, 0.03)
    with pytest.raises(ValueError, match=message):
        width_of(task, 100)


def test_wishes_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="half-width 0"):
        labels_for(Task(rate=0.85), 0.0)
    with pytest.raises(ValueError, match="half-width nan"):
        labels_for(Task(rate=0.85), float("nan"))
    with pytest.raises(ValueError, match="0 labels"):
        width_of(Task(rate=0.85), 0)
    with pytest.raises(ValueError, match="at most all of it"):
        width_of(Task(rate=0.85, population=50), 51)
