"""What past nights taught of the items of the next ones: an `outlook` from votes, outputs and experts' checks.

How a night's budget follows from it belongs in `nightly`.
"""

from dataclasses import dataclass, replace

import numpy as np

from gt_platform.stats.label_error.cells import PATTERNS, Cells, Codes, Flags, Floats, cells, signatures
from gt_platform.stats.label_error.outlook import Assumed, Outlook, outlook
from gt_platform.stats.label_error.shares import Shares

GUESSED = 5.0
"""Checks' worth of what is guessed of each cell that its own checks are mixed with."""
LEAST_ITEMS = 40
"""Items with answers below which nothing is taken from them: their cells would be chance."""
LEAST_RIGHT, MOST_RIGHT = 0.55, 0.98
"""Between which annotators are taken to be right, whatever their agreement."""
LEAST_RATE = 0.02
"""The metric is expected to be no nearer to its bounds: a few items without an error do not show that there is none."""
OPEN = ("undecided", "split")
OF_VOTES = (("undecided", 2, 0), ("split", 3, 0), ("strong", 4, 2))
"""For each pattern a number of answers by which it arises, and where that outlook has it."""
FIRST = Assumed(model=0.85, annotators=0.85)
"""What is expected while nothing is known, but for the answers an item has: as `gt plan` does."""


UNTOLD = 0.5
"""How often the model is right where its output tells nothing of what is true: then it says as much either way."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """n items of past nights that annotators answered: their `pattern` (n,) of votes, and whether the output agrees.

    `leading` (n, m) is what each adds to the m metrics of the headline by annotators' answers, 0 where these come to
    nothing; `true` the same by an expert's, read where `checked` (n,). `agreement` is how often two answers are equal.
    Where answers judge outputs no output `agrees`, and none disagrees.
    """

    pattern: Codes
    agrees: Flags | None
    leading: Shares
    true: Shares
    checked: Flags
    agreement: float


def taught(seen: Seen, overlap: int, *, lowest: float, highest: float) -> Outlook:
    """The outlook of items like those seen; of FIRST where they are fewer than LEAST_ITEMS.

    A cell's variance is that of what its checks changed, mixed with GUESSED checks of what annotators who agree so
    often would leave; a change is guessed to be as large as the difference of two items that differ. The headline is
    the mean of its metrics, between `lowest` and `highest`, maybe infinite: all is in parts of that span.
    """
    assumed = replace(FIRST, overlap=overlap, model=UNTOLD if seen.agrees is None else FIRST.model)
    span = highest - lowest if np.isfinite(highest - lowest) else 1.0
    if len(seen.pattern) < LEAST_ITEMS:
        return outlook(assumed)
    leading, ratio = _added(seen.leading, seen.leading)
    true, _ = _added(seen.true, seen.leading)
    agrees = np.zeros(len(seen.pattern), dtype=np.bool_) if seen.agrees is None else seen.agrees
    found = cells(seen.pattern, signatures(seen.leading.numerator, seen.leading.denominator), agrees)
    share = np.bincount(found.code) / len(found.code)
    mean, squares, checks = _changes((true - leading)[seen.checked] / span, found.code[seen.checked], len(share))
    guess, eased = _guessed(found, _like(seen, assumed))
    guess = guess * (_differing(leading[seen.pattern > 0]) / span**2 or 1.0)
    variance = (squares + GUESSED * guess) / (np.maximum(checks - 1, 0) + GUESSED)
    believed = share * checks / (checks + GUESSED) * mean
    rate = (ratio - lowest) / span + float(believed.sum()) if np.isfinite(highest - lowest) else np.nan
    return Outlook(
        rate=float(np.clip(rate, LEAST_RATE, 1 - LEAST_RATE)),
        scatter=max(float((leading**2).mean()) / span**2, LEAST_RATE * (1 - LEAST_RATE)),
        stated=ratio,
        share=share,
        variance=variance,
        asked=variance * eased,
        open=np.array([name.startswith(OPEN) for name in found.names], dtype=np.bool_),
        overlap=overlap,
    )


def _added(shares: Shares, of: Shares) -> tuple[Floats, float]:
    """What each item moves each metric by, from where the totals `of` have it, (n, m); and the mean metric."""
    told = of.denominator.sum(axis=0) != 0
    numerator, denominator = shares.numerator[:, told], shares.denominator[:, told]
    ratio = of.numerator[:, told].sum(axis=0) / of.denominator[:, told].sum(axis=0)
    moved = (numerator - ratio * denominator) / of.denominator[:, told].mean(axis=0)
    return np.asarray(moved), float(ratio.mean()) if told.any() else 0.0


def _changes(change: Floats, cell: Codes, count: int) -> tuple[Floats, Floats, Codes]:
    """The mean of what checks changed, summed squares around it, over the metrics their mean; and checks. (C,) each."""
    checks: Codes = np.bincount(cell, minlength=count).astype(np.int64)
    mean = np.zeros((count, change.shape[1]))
    np.add.at(mean, cell, change)
    mean /= np.maximum(checks, 1)[:, None]
    off = ((change - mean[cell]) ** 2).mean(axis=1) if change.shape[1] else np.zeros(len(cell))
    return np.asarray(mean.mean(axis=1)), np.bincount(cell, off, count).astype(np.float64), checks


def _guessed(found: Cells, assumed: Assumed) -> tuple[Floats, Floats]:
    """Each cell's guessed variance of being right, and by which factor one answer more eases it; both (C,)."""
    known: dict[tuple[str, int], tuple[float, float]] = {}
    for name, overlap, first in (*OF_VOTES, (PATTERNS[-1], assumed.overlap, -2)):
        at = outlook(replace(assumed, overlap=overlap))
        for agrees in (0, 1):
            variance = float(at.variance[first + agrees])
            known[name, agrees] = variance, float(at.asked[first + agrees]) / max(variance, 1e-9)
    pairs = [known[name.partition(":")[0], int(kin)] for name, kin in zip(found.names, found.kin, strict=True)]
    variance, eased = np.array(pairs).T
    return variance, np.minimum(eased, 1.0)


def _like(seen: Seen, assumed: Assumed) -> Assumed:
    """Annotators as good as two answers being equal this often makes them, were there two labels."""
    model = UNTOLD if seen.agrees is None else float(np.clip(seen.agrees.mean(), LEAST_RATE, 1 - LEAST_RATE))
    if np.isnan(seen.agreement):
        return replace(assumed, model=model)
    right = (1 + np.sqrt(max(2 * seen.agreement - 1, 0.0))) / 2
    return replace(assumed, model=model, annotators=float(np.clip(right, LEAST_RIGHT, MOST_RIGHT)))


def _differing(moved: Floats) -> float:
    """The mean square of the difference of two items that differ, over the metrics; 1 for right or wrong."""
    found = []
    for column in moved.T:
        _, counts = np.unique(np.round(column, 9), return_counts=True)
        differ = 1 - float(((counts / max(len(column), 1)) ** 2).sum())
        if differ > 0:
            found.append(2 * float(column.var()) / differ)
    return float(np.mean(found)) if found else 0.0
