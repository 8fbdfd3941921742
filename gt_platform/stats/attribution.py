"""Why two scores differ: how much revised labels, the traffic's mix, the model and the luck of the draw make of it.

Each part is a difference of scores that are alike but for one thing, so that all add up to the difference. Who the
units are, and what they add under whose labels, is the caller's.
"""

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.between import Sampled
from gt_platform.stats.design import Codes, Design, Floats, over, unit_weights
from gt_platform.stats.estimation.greg import unexplained
from gt_platform.stats.survey import linearised

PartName = Literal["labels", "mix", "model", "noise"]
PARTS: tuple[PartName, ...] = ("labels", "mix", "model", "noise")
LEAST_UNITS = 10
"""A cell with fewer units on either side is told together with others, as in `estimation.poststratified`."""
REST = -1
Flags = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Sides:
    """Two scores, first and second, on n units in C cells of traffic.

    `weight` (n, 2) is what each unit stands for on each side, 0 where it has no part in it; `numerator` and
    `denominator` (n, 2, 2) what it adds there by the first side's labels and by the second's. `cell` (n,) are codes
    into `traffic` (2, C), how many events each side has in each cell. `stated` (2,) are the scores as they were
    published, which may know more than these weights do.

    `known` (n, p) is what a stated score was calibrated on by regression, and None where it was not.

    `alike`: both sides speak of the same traffic, so that its mix has no part; `one`: of the same model.
    """

    weight: Floats
    numerator: Floats
    denominator: Floats
    cell: Codes
    traffic: Floats
    stated: Floats
    known: tuple[Floats | None, Floats | None] = (None, None)
    alike: bool = False
    one: bool = False


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one thing makes of the difference, with its 95 % interval."""

    name: PartName
    value: float
    low: float
    high: float
    error: float


@dataclass(frozen=True)
class _Score:
    """A value, and how it changes with each unit's total, (n,)."""

    value: float
    influence: Floats

    def __add__(self, other: Self) -> "_Score":
        return _Score(self.value + other.value, self.influence + other.influence)

    def __sub__(self, other: Self) -> "_Score":
        return _Score(self.value - other.value, self.influence - other.influence)

    def half(self) -> "_Score":
        return _Score(self.value / 2, self.influence / 2)


def attribution(
    sides: Sides,
    design: Design,
    *,
    cluster: Codes | Sampled | None = None,
    unsure: float = 0.0,
) -> tuple[Part, ...]:
    """The parts of the difference of the stated scores, in the order of PARTS; they add up to it.

    `labels` is what the same events are scored otherwise by the second side's labels than by the first's, on average
    over both sides' events. What is left is told by the labels of either side, on average: `mix` is what other shares
    of the cells make, and `model` what is other within cells, each with the other thing as on the one side and as on
    the other, on average (Kitagawa 1955; of two things this is Shapley's value). `noise` is how far the stated scores
    are from those that have every cell at its known share: it is expected to be nothing.

    Variances are those of the linearised parts by design (Sarndal, Swensson & Wretman 1992, 5.5), with Student's t at
    their degrees of freedom. `unsure` is the variance of both scores that labels make which may be wrong: it is added
    to what it may be mistaken for, the model. The design has all n units, in its order.
    """
    told = _parts(sides)
    weight = unit_weights(design)[:, None]
    residual = np.stack([one.influence for one in told], axis=1) / weight * weight.sum()
    values = np.array([one.value for one in told])
    if isinstance(cluster, Sampled):
        cluster = Sampled(code=cluster.code, told=np.ones_like(residual))
    found = linearised(design, values, residual, np.ones_like(residual), cluster=cluster)
    error = np.sqrt(found.error**2 + unsure * np.array([name == "model" and not sides.one for name in PARTS]))
    reach = _quantile(found.freedom) * error
    return tuple(
        Part(name=name, value=one.value, low=one.value - float(far), high=one.value + float(far), error=float(each))
        for name, one, far, each in zip(PARTS, told, reach, error, strict=True)
    )


def common_cells(keys: Codes, units: Codes, *, least: int = LEAST_UNITS) -> Codes:
    """For each of K cells its group (K,), of cells that both sides have `least` units in; REST for what is left.

    `keys` (K, p) say what the cells are, `units` (2, K) how many units each side has. A cell with too few is told with
    those that differ from it by the last key alone, then by the last two, and so on.
    """
    group = np.full(len(keys), REST, dtype=np.int64)
    found = 0
    for width in range(keys.shape[1], 0, -1):
        left = np.flatnonzero(group == REST)
        _, code = np.unique(keys[left, :width], axis=0, return_inverse=True)
        code = code.reshape(-1)
        counts = np.stack([np.bincount(code, side[left], minlength=len(left)) for side in units])
        enough = np.asarray((counts >= least).all(axis=0))
        numbers = np.cumsum(enough) - 1 + found
        group[left] = np.where(enough[code], numbers[code], REST)
        found += int(enough.sum())
    return group


def _parts(sides: Sides) -> tuple[_Score, ...]:
    given = [[_given(sides, side, labels) for labels in (0, 1)] for side in (0, 1)]
    labels = ((given[0][1] - given[0][0]) + (given[1][1] - given[1][0])).half()
    rest = ((given[1][0] - given[0][0]) + (given[1][1] - given[0][1])).half()
    nothing = rest - rest
    if sides.alike:
        return (labels, nothing, nothing, rest) if sides.one else (labels, nothing, rest, nothing)
    mix, model = (_averaged(_cells(sides, by)) for by in ("mix", "model"))
    return labels, mix, model, rest - mix - model


def _averaged(two: tuple[_Score, _Score]) -> _Score:
    return (two[0] + two[1]).half()


def _cells(sides: Sides, by: Literal["mix", "model"]) -> tuple[_Score, _Score]:
    """By the labels of either side: what the mix makes, or what is other within cells."""
    made = []
    for labels in (0, 1):
        score = [[_at_shares(sides, shares, side, labels) for side in (0, 1)] for shares in (0, 1)]
        changes = (score[1][0] - score[0][0], score[1][1] - score[0][1]) if by == "mix" else (
            score[0][1] - score[0][0], score[1][1] - score[1][0]
        )  # fmt: skip
        made.append(_averaged(changes))
    return made[0], made[1]


def _given(sides: Sides, side: int, labels: int) -> _Score:
    """A side's score by some labels: the stated one, but for what other labels change in the ratio by its weights."""
    found, own = (_ratio(sides, side, which) for which in (labels, side))
    weight, known, influence = sides.weight[:, side], sides.known[side], found.influence
    if known is not None:
        influence = weight * unexplained(weight, known, np.nan_to_num(over(influence, weight))[:, None])[:, 0]
    return _Score(float(sides.stated[side]) + found.value - own.value, influence)


def _ratio(sides: Sides, side: int, labels: int) -> _Score:
    above, below = (part[:, side, labels] * sides.weight[:, side] for part in (sides.numerator, sides.denominator))
    value = above.sum() / below.sum()
    return _Score(float(value), (above - value * below) / below.sum())


def _at_shares(sides: Sides, shares: int, side: int, labels: int) -> _Score:
    """A side's score if its cells had the shares that they have on a side."""
    weight, cells = sides.weight[:, side], sides.traffic.shape[1]
    count = np.bincount(sides.cell, weight, cells)
    share = sides.traffic[shares] / sides.traffic[shares].sum()
    by_unit = (share / np.where(count > 0, count, 1.0))[sides.cell] * weight
    above, below = sides.numerator[:, side, labels], sides.denominator[:, side, labels]
    value = (by_unit * above).sum() / (by_unit * below).sum()
    residual = above - value * below
    means = np.bincount(sides.cell, weight * residual, cells) / np.where(count > 0, count, 1.0)
    return _Score(float(value), by_unit * (residual - means[sides.cell]) / (by_unit * below).sum())


def _quantile(freedom: Floats) -> Floats:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(np.fmax(np.nan_to_num(freedom, nan=1.0), 1.0), 0.975))
