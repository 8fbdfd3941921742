"""What flags are worth, and whether scores stay true with them: `python -m tests.bench.late_flags [MONTHS]`.

A month of 28 frames of 400 events. A model is wrong on 12 %; its confidence tells a little. Users thumb down 10 % of
what is wrong and 0.5 % of what is right, half of them only after the frame was drawn. 24 labels a frame, exact. The
accuracy of the month is estimated as the nightly job does:

- first: from the first draw alone;
- both: from both draws, with probabilities over both;
- added: with late flags added to the first draw's labels as if they had been drawn, which is what adding them means
  elsewhere.
"""

import sys
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.sampling.frame import FLAGGED, Cut
from gt_platform.sampling.later import further
from gt_platform.sampling.strata import Strata, stratify
from gt_platform.stats.allocation import allocate
from gt_platform.stats.allocation import draw as draw_units
from gt_platform.stats.design import stratified
from gt_platform.stats.intervals import intervals
from gt_platform.stats.survey import ratio

DAYS, EVENTS, BUDGET, MOST = 28, 400, 24, 6
Floats = NDArray[np.float64]


class Sample(NamedTuple):
    """The labeled events of a frame: their stratum, whether the model is right; and the strata's sizes."""

    code: NDArray[np.int64]
    right: Floats
    sizes: NDArray[np.int64]


class Day(NamedTuple):
    """A frame drawn first, over both draws, and with the late ones added as if drawn."""

    first: Sample
    both: Sample
    added: Sample
    right: Floats
    flagged: int
    looked_at: int


def day(rng: np.random.Generator, number: int) -> Day:
    """One frame."""
    right = rng.random(EVENTS) > 0.12
    confidence = np.clip(rng.normal(0.8 - 0.15 * ~right, 0.1), 0.01, 0.99)
    flagged = rng.random(EVENTS) < np.where(right, 0.005, 0.1)
    later = flagged & (rng.random(EVENTS) < 0.5)
    at_once = flagged & ~later
    cut = _cut(confidence, at_once)
    ids = cut.events["event_id"].to_list()
    counts = allocate(cut.strata.sizes, cut.strata.deviations, BUDGET, floor=0.5, minimum=cut.least)
    drawn = draw_units(ids, cut.strata.code, counts, number)
    found = further(cut, later=later, drawn=drawn, most=MOST, least=2, seed=number)
    added = drawn | found.drawn
    return Day(
        first=_sample(cut.strata.code, drawn, right, cut.strata.sizes),
        both=_sample(found.code, found.drawn, right, found.sizes),
        added=_sample(cut.strata.code, added, right, cut.strata.sizes),
        right=right.astype(float),
        flagged=int(flagged.sum()),
        looked_at=int((flagged & found.drawn).sum()),
    )


def _cut(confidence: Floats, flagged: NDArray[np.bool_]) -> Cut:
    rest = ~flagged
    plain = stratify(np.full(rest.sum(), 0.5), confidence[rest], np.zeros(rest.sum(), dtype=bool), smallest=4, most=6)
    code = np.full(EVENTS, len(plain.names))
    code[rest] = plain.code
    some = bool(flagged.any())
    strata = Strata(
        (*plain.names, FLAGGED)[: len(plain.names) + some],
        code,
        np.append(plain.sizes, flagged.sum())[: len(plain.names) + some],
        np.append(plain.deviations, 0.5)[: len(plain.names) + some],
    )
    least = np.append(np.full(len(plain.names), 2), max(1, min(int(flagged.sum()), MOST)))[: len(strata.names)]
    return Cut(events=pl.DataFrame({"event_id": [f"e{at}" for at in range(EVENTS)]}), strata=strata, least=least)


def _sample(
    code: NDArray[np.int64], drawn: NDArray[np.bool_], right: NDArray[np.bool_], sizes: NDArray[np.int64]
) -> Sample:
    order = np.argsort(code[drawn], kind="stable")
    return Sample(code[drawn][order], right[drawn][order].astype(float), sizes)


def estimated(samples: list[Sample]) -> tuple[float, float, float]:
    """Accuracy over all frames, and its interval."""
    offset = np.cumsum([0, *(len(one.sizes) for one in samples)])
    code = np.concatenate([one.code + at for one, at in zip(samples, offset, strict=False)])
    frames = np.concatenate([np.full(len(one.sizes), at) for at, one in enumerate(samples)])
    design = stratified(code, np.concatenate([one.sizes for one in samples]), frames)
    right = np.concatenate([one.right for one in samples])[:, None]
    found = ratio(design, right, np.ones_like(right))
    (interval,) = intervals(found, np.zeros(1), np.ones(1))
    assert interval is not None
    return interval.estimate, interval.low, interval.high


def main(months: int) -> None:
    """Print bias, coverage and mean half-width of each."""
    rng, told = np.random.default_rng(16), {name: [] for name in ("first", "both", "added")}  # type: ignore[var-annotated]
    flagged = looked_at = 0
    for month in range(months):
        days = [day(rng, month * DAYS + number) for number in range(DAYS)]
        true = float(np.mean([one.right.mean() for one in days]))
        flagged += sum(one.flagged for one in days)
        looked_at += sum(one.looked_at for one in days)
        for name, rows in told.items():
            estimate, low, high = estimated([getattr(one, name) for one in days])
            rows.append((estimate - true, low <= true <= high, (high - low) / 2))
    print(f"{months} months; {looked_at / flagged:.1%} of {flagged:,} flagged events looked at")
    for name, rows in told.items():
        bias, held, width = np.mean(rows, axis=0)
        print(f"{name:6} bias {100 * bias:+.2f} points, coverage {held:.1%}, half-width {100 * width:.2f} points")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
