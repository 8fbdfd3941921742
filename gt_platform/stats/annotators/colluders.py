"""Pairs of annotators who make the same mistakes together more often than chance: copiers, and one person twice.

Sharing right answers shows nothing; sharing wrong ones does, unless the unit is one that many get wrong or the two have
the same habit. Both are allowed for: the d annotators who gave a unit one wrong answer are taken to be a draw of d from
all who answered it, each as likely as he tends to answer so when the truth is what it is. Expected joint mistakes are
summed over units for every pair at once by a sparse product, so the work grows with the answers of the units, not with
the pairs of annotators. Observed ones are tested by the binomial tail, which is the safe side of a sum of unequal
chances (Hoeffding 1956), and the false discovery rate over all pairs that share enough units is controlled.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.annotators.answers import Answers
from gt_platform.stats.multiplicity import q_values

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ALPHA = 0.01
HABIT = 4.0
"""Answers' worth of everyone's habit that an annotator's own is mixed with, so that one mistake is not yet a habit."""


@dataclass(frozen=True, kw_only=True)
class Colluders:
    """Two annotators with `together` joint mistakes on `shared` units where chance makes `expected`; q-value over
    pairs.
    """

    first: int
    second: int
    shared: int
    together: int
    expected: float
    q_value: float


@dataclass(frozen=True)
class _Mistakes:
    """Wrong answers that two annotators or more gave a unit: C cells, each a unit, its truth and the answer, (C,)."""

    unit: Codes
    truth: Codes
    code: Codes
    annotators: Codes


def colluders(given: Answers, reference: Codes, *, minimum: int, alpha: float = ALPHA) -> list[Colluders]:
    """The pairs with more joint mistakes than chance, by Benjamini-Hochberg at `alpha`, the surest first.

    `reference` (units,) is the truth, or else the label given most often, -1 for none: without truth a mistake is an
    answer that few gave. Only pairs that share `minimum` units with a reference are looked at.
    """
    compared = reference[given.unit] >= 0
    wrong = compared & (given.code != reference[given.unit])
    cells = _mistakes(given, reference, wrong)
    present = _incidence(given, compared)
    shared = (present @ present.T).tocsr()
    tested = _above_diagonal(shared, minimum)
    if not len(cells.unit) or not len(tested[0]):
        return []
    made = _made(given, cells, wrong)
    expected = _expected(given, reference, cells, wrong)
    first, second = tested
    together = np.asarray((made @ made.T).tocsr()[first, second]).ravel()
    chance = np.asarray((expected @ expected.T).tocsr()[first, second]).ravel()
    present = (expected > 0).astype(np.float64)
    possible = np.asarray((present @ present.T).tocsr()[first, second]).ravel()
    units = np.asarray(shared[first, second]).ravel()
    q = q_values(_tail(together, possible, chance))
    found = np.flatnonzero(q <= alpha)
    order = found[np.lexsort((second[found], first[found], q[found]))]
    return [
        Colluders(
            first=int(first[at]),
            second=int(second[at]),
            shared=int(units[at]),
            together=int(together[at]),
            expected=float(chance[at]),
            q_value=float(q[at]),
        )
        for at in order
    ]


def _mistakes(given: Answers, reference: Codes, wrong: NDArray[np.bool_]) -> _Mistakes:
    key, count = np.unique(given.unit[wrong] * given.labels + given.code[wrong], return_counts=True)
    unit, code = np.divmod(key[count > 1], max(1, given.labels))
    return _Mistakes(unit, reference[unit], code, count[count > 1])


def _made(given: Answers, cells: _Mistakes, wrong: NDArray[np.bool_]) -> "csr_array":
    """Who made which of the mistakes, (annotators, C)."""
    from scipy.sparse import csr_array

    key = given.unit[wrong] * given.labels + given.code[wrong]
    own = cells.unit * given.labels + cells.code
    place = np.minimum(np.searchsorted(own, key), len(own) - 1)
    at = own[place] == key
    return csr_array(
        (np.ones(int(at.sum())), (given.annotator[wrong][at], place[at])), shape=(given.annotators, len(own))
    )


def _expected(given: Answers, reference: Codes, cells: _Mistakes, wrong: NDArray[np.bool_]) -> "csr_array":
    """Factors of each annotator in each mistake whose products are the chance of two making it, (annotators, C)."""
    from scipy.sparse import csr_array

    order = np.argsort(given.unit, kind="stable")
    start = np.searchsorted(given.unit[order], cells.unit)
    size = np.searchsorted(given.unit[order], cells.unit, side="right") - start
    cell = np.repeat(np.arange(len(cells.unit)), size)
    within = np.arange(len(cell)) - np.repeat(np.cumsum(size) - size, size)
    annotator = given.annotator[order][start[cell] + within]
    habit = _habits(given, reference, wrong, annotator, cells.truth[cell], cells.code[cell])
    total, square = (np.bincount(cell, weights=habit**power, minlength=len(size)) for power in (1, 2))
    # d (d - 1) ordered pairs made the mistake, shared out over all in proportion to the products of two habits
    scale = np.sqrt(cells.annotators * (cells.annotators - 1) / np.maximum(total**2 - square, 1e-300))
    return csr_array((habit * scale[cell], (annotator, cell)), shape=(given.annotators, len(size)))


def _habits(
    given: Answers, reference: Codes, wrong: NDArray[np.bool_], annotator: Codes, truth: Codes, code: Codes
) -> Floats:
    """How often each annotator answers `code` when it is `truth`, mixed with how often everyone does."""
    labels = given.labels
    known = reference[given.unit] >= 0
    asked = np.bincount(reference[given.unit[known]], minlength=labels)
    said = np.bincount(reference[given.unit[wrong]] * labels + given.code[wrong], minlength=labels**2)
    usual = said[truth * labels + code] / np.maximum(asked[truth], 1)
    own_asked = _looked_up(given.annotator[known] * labels + reference[given.unit[known]], annotator * labels + truth)
    key = (given.annotator[wrong] * labels + reference[given.unit[wrong]]) * labels + given.code[wrong]
    own_said = _looked_up(key, (annotator * labels + truth) * labels + code)
    return np.asarray((own_said + HABIT * usual) / (own_asked + HABIT))


def _looked_up(keys: Codes, wanted: Codes) -> Codes:
    """How often each wanted key is among the keys."""
    ordered = np.sort(keys)
    return np.searchsorted(ordered, wanted, side="right") - np.searchsorted(ordered, wanted)


def _incidence(given: Answers, kept: NDArray[np.bool_]) -> "csr_array":
    from scipy.sparse import csr_array

    cell = given.annotator[kept], given.unit[kept]
    return csr_array((np.ones(int(kept.sum())), cell), shape=(given.annotators, given.units))


def _above_diagonal(shared: "csr_array", minimum: int) -> tuple[Codes, Codes]:
    pairs = shared.tocoo()
    kept = (pairs.row < pairs.col) & (pairs.data >= minimum)
    first, second = pairs.row[kept].astype(np.int64), pairs.col[kept].astype(np.int64)
    order = np.lexsort((second, first))
    return first[order], second[order]


def _tail(together: Floats, possible: Floats, chance: Floats) -> Floats:
    """P(X >= together), X binomial of `possible` trials, the mistakes both could have made, with mean `chance`."""
    from scipy.special import betainc

    share = np.minimum(chance / np.maximum(possible, 1), 1.0)
    tail = betainc(np.maximum(together, 1), np.maximum(possible, 1) - np.maximum(together, 1) + 1, share)
    return np.where(together < 1, 1.0, tail)
