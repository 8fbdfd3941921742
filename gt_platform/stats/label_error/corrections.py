"""What experts' checks say of each cell: how far the truth is from the leading answer, and how unevenly.

What follows for a score belongs in `two_phase`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gt_platform.stats.label_error.cells import Cells, Codes, Flags, Floats
from gt_platform.stats.label_error.doubts import Doubts, informed
from gt_platform.stats.label_error.shares import Shares

PRIOR_CHECKS = 3.0
"""Checks' worth of the pooled variance that each cell's own is mixed with, as strata are: of 1 to 4, what spread the
coverage of simulated worlds least where cells have three or four checks each."""
DOUBTED_CHECKS = 1.0
"""The same of what was expected of the cell, where that is known: a closer prior, which 2 make too strong where there
are hardly any errors."""
CHANGED = 1e-9


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What further checks of each of C cells are taken to show, as `prior` of them: its mean and moments around it.

    `mean` is (2, C, m), `moments` and `more` are (3, C, m), as those of `Corrections`.
    """

    prior: float
    mean: Floats
    moments: Floats
    more: Floats

    def of(self, columns: Sequence[int]) -> "Expected":
        """Of some of the metrics."""
        parts = {name: getattr(self, name)[:, :, columns] for name in ("mean", "moments", "more")}
        return Expected(prior=self.prior, **parts)


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """What is to be added to the shares of an unchecked unit of each of C cells, and how unevenly the truth does so.

    `numerator` and `denominator` are (C, m). Of moments each (3, C, m) holds variance of the numerator, covariance, and
    variance of the denominator, among the checked units: `moments` of what is to be added, `more` what the truth has of
    them more than the leading answers, which is the same where those are equal. `checks` (C,) is how many checks of
    equal weight stand behind a cell.
    """

    numerator: Floats
    denominator: Floats
    moments: Floats
    more: Floats
    checks: Floats
    expected: Expected

    def of(self, columns: Sequence[int]) -> "Corrections":
        """Of some of the metrics."""
        return Corrections(
            numerator=self.numerator[:, columns],
            denominator=self.denominator[:, columns],
            moments=self.moments[:, :, columns],
            more=self.more[:, :, columns],
            checks=self.checks,
            expected=self.expected.of(columns),
        )

    @property
    def freedom(self) -> Floats:
        """Degrees of freedom of each cell's variance, (C,)."""
        return np.maximum(self.checks - 1, 0) + self.expected.prior

    def variance(self, ratio: Floats) -> Floats:
        """How unevenly the truth adds to numerator - ratio x denominator, of all units of each cell, (C, m).

        It is that of the checks together with those expected, their means' distance included: a cell in which no error
        was seen is not taken to have none, nor one in which all were wrong to have nothing else.
        """
        return np.maximum(self._mixed(self.moments, self.expected.moments, ratio), 0)

    def added(self, ratio: Floats) -> Floats:
        """How much more the truth scatters within each cell than the leading answers do, (C, m), mixed alike."""
        return self._mixed(self.more, self.expected.more, ratio)

    def _mixed(self, own: Floats, expected: Floats, ratio: Floats) -> Floats:
        n, prior = self.checks[:, None], self.expected.prior
        apart = (self.numerator - self.expected.mean[0]) - ratio * (self.denominator - self.expected.mean[1])
        squares = n * _variance(own, ratio) + prior * _variance(expected, ratio) + n * prior / (n + prior) * apart**2
        return np.asarray(squares / self.freedom[:, None])


def learned(
    cells: Cells,
    checked: Flags,
    weight: Floats,
    probability: Floats,
    leading: Shares,
    true: Shares,
    doubts: Doubts | None = None,
) -> Corrections:
    """Learn from the checked ones of n units; `true` (n, m) and `probability` (n,) are read at those alone.

    `weight` (n,) is a unit's weight by the design of phase one, 0 of those known from elsewhere, whose checks say
    nothing of the others; `probability` that of being checked: over all nights in which it could be, the ones after it
    was, too. It counts as no less than `_even` says: the last night's few at low rates would else outweigh all before,
    and intervals were 5 to 10 % wider without less bias.

    With `doubts` a cell's variance is mixed with what is expected of it, and a cell without checks takes that. Without,
    as where truth is a number, it is mixed with the variance within all cells, and one without checks takes what its
    kin say, else what all say, as if by one check.
    """
    code, count = cells.code[checked], len(cells.names)
    w = weight[checked] / np.maximum(probability[checked], _even(cells.code, checked, weight, count))
    told, truth = (np.stack([part.numerator[checked], part.denominator[checked]]) for part in (leading, true))
    mean, moments, more = _seen(code, w, told, truth, count)
    checks = _checks(code, w, count)
    if doubts is None:
        population = np.bincount(cells.code, weight, count).astype(np.float64)
        pooled, more_pooled = (_pooled(population, checks, part, cells.undecided) for part in (moments, more))
        _lend(cells, checks, code, w, told, truth, (mean, moments, more))
        expected = Expected(prior=PRIOR_CHECKS, mean=mean, moments=pooled, more=more_pooled)
    else:
        changed = (np.abs(truth - told) > CHANGED).any(axis=(0, 2))
        wrong = np.bincount(code, w * changed, count) / np.maximum(np.bincount(code, w, count), 1e-300)
        expected = _expected(doubts, informed(cells, doubts.wrong, wrong, checks))
        for part, other in ((mean, expected.mean), (moments, expected.moments), (more, expected.more)):
            part[:, checks == 0] = other[:, checks == 0]
    return Corrections(
        numerator=mean[0],
        denominator=mean[1],
        moments=moments,
        more=more,
        checks=np.maximum(checks, 1.0),
        expected=expected,
    )


def _even(code: Codes, checked: Flags, weight: Floats, cells: int) -> Floats:
    """The chance of each of those checked had its cell's been drawn in one night: equal, or by weight if that is less.

    As lakes hold checks of both kinds, the smaller one: nothing is taken for likelier than it was.
    """
    total = np.maximum(np.bincount(code, weight, cells), 1e-300)
    of, own = code[checked], weight[checked]
    share = np.bincount(of, own, cells) / total
    return np.minimum(share[of], np.bincount(of, own > 0, cells)[of] * own / total[of])


def _expected(doubts: Doubts, wrong: Floats) -> Expected:
    """By the share of `wrong` leading answers, (C,); leading answers are taken to be equal within a cell."""
    share = wrong[:, None]
    mean, (n, d) = share * doubts.change, share * doubts.change
    moments = share * doubts.squares - np.stack([n * n, n * d, d * d])
    return Expected(prior=DOUBTED_CHECKS, mean=mean, moments=moments, more=moments)


def _lend(
    cells: Cells,
    checks: Floats,
    code: Codes,
    w: Floats,
    told: Floats,
    truth: Floats,
    parts: tuple[Floats, Floats, Floats],
) -> None:
    """Give cells without checks the mean, moments and more of their kin, in place."""
    for empty in np.flatnonzero(checks == 0):
        kin = np.isin(code, np.flatnonzero(cells.kin == cells.kin[empty]))
        lend = kin if kin.any() else np.ones(len(code), dtype=np.bool_)
        if lend.any():
            lent = _seen(np.zeros(int(lend.sum()), dtype=np.int64), w[lend], told[:, lend], truth[:, lend], 1)
            for part, its in zip(parts, lent, strict=True):
                part[:, empty] = its[:, 0]


def _checks(code: Codes, w: Floats, cells: int) -> Floats:
    """Kish's number of checks, (C,)."""
    total, squares = np.bincount(code, w, cells), np.bincount(code, w**2, cells)
    return np.divide(total**2, squares, out=np.zeros(cells), where=squares > 0)


def _seen(code: Codes, w: Floats, told: Floats, truth: Floats, cells: int) -> tuple[Floats, Floats, Floats]:
    """What is to be added on average (2, C, m), its moments, and by how much the truth's exceed the told ones'."""
    total = np.bincount(code, w, cells)[code]
    share = np.divide(w, total, out=np.zeros(len(w)), where=total > 0)[:, None]
    mean, moments = _moments(code, share, truth - told, cells)
    more = _moments(code, share, truth, cells)[1] - _moments(code, share, told, cells)[1]
    return mean, moments, more


def _moments(code: Codes, share: Floats, values: Floats, cells: int) -> tuple[Floats, Floats]:
    """Weighted means (2, C, m), and variances and covariance around them (3, C, m)."""
    mean, moments = np.zeros((2, cells, values.shape[2])), np.zeros((3, cells, values.shape[2]))
    for at in range(2):
        np.add.at(mean[at], code, share * values[at])
    off = values - mean[:, code]
    for at, (one, other) in enumerate(((0, 0), (0, 1), (1, 1))):
        np.add.at(moments[at], code, share * off[one] * off[other])
    return mean, moments


def _pooled(population: Floats, checks: Floats, moments: Floats, apart: Flags) -> Floats:
    """The variances within cells by the cells' sizes, (3, C, m), from those with two checks at least.

    Cells set `apart`, of units nobody settled, vary so much more that they lend to each other alone: with one variance
    for all, where hard items are skipped, intervals covered 98-100 % and were a quarter wider.
    """
    unbiased = checks / np.maximum(checks - 1, 1e-9)
    found = np.empty_like(moments)
    for part in (apart, ~apart):
        told = np.where(checks > 1, population, 0.0)
        told = told * part if (told * part).any() else told
        total = (moments * (told * unbiased)[:, None]).sum(axis=1) / max(float(told.sum()), 1e-300)
        found[:, part] = total[:, None]
    return found


def _variance(moments: Floats, ratio: Floats) -> Floats:
    return np.asarray(moments[0] - 2 * ratio * moments[1] + ratio**2 * moments[2])
