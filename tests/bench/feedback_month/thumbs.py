"""What users' feedback is worth, and whether scores stay true with it, where labels are exact.

A month of 28 frames of 400 events. A model is wrong on 12 %; its confidence tells a little. Users say what they like,
about what they like: thumbs down 10 % of what is wrong and .5 % of what is right (`some`), or 40 % and 4 % (`much`),
thumbs up 8 % of what is right and 3 % of what is wrong, or 40 % and 15 %. Half of the thumbs down come only after the
frame was drawn. 24 labels a frame, exact, and six at most for late flags. The accuracy of the month is estimated as the
nightly job does, on what is known of every event:

- ignored: as if nobody had said anything; `half-width` of the others is compared with this one's;
- calibrated: the same sample, with thumbs among what is known of every event;
- first: from the first draw alone, with what was flagged by then as a stratum of its own;
- both: from both draws, with probabilities over both;
- added: with late flags added to the first draw's labels as if they had been drawn, which is what adding them means
  elsewhere;
- believed: with every thumb up taken for a right answer and every thumb down for a wrong one, beside the labels: what
  adding thumbs to the truth means elsewhere.
"""

from collections import defaultdict
from collections.abc import Sequence
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
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.intervals import intervals

DAYS, EVENTS, BUDGET, MOST = 28, 400, 24, 6
Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


class World(NamedTuple):
    """How often users thumb down what is wrong and what is right, and up what is right and what is wrong."""

    down: tuple[float, float]
    up: tuple[float, float]


WORLDS = {"some": World((0.1, 0.005), (0.08, 0.03)), "much": World((0.4, 0.04), (0.4, 0.15))}


class Frame(NamedTuple):
    """A frame's events: whether the model is right, its confidence, and what users said at once and later."""

    right: Flags
    confidence: Floats
    up: Flags
    down: Flags
    later: Flags


class Sample(NamedTuple):
    """Labeled events of a frame: their strata, whether the model is right, what is known; and of all of the frame."""

    code: Codes
    sizes: Codes
    right: Floats
    known: Floats
    totals: Floats


def frame(rng: np.random.Generator, world: World) -> Frame:
    """One day."""
    right = rng.random(EVENTS) > 0.12
    confidence = np.clip(rng.normal(0.8 - 0.15 * ~right, 0.1), 0.01, 0.99)
    down = rng.random(EVENTS) < np.where(right, world.down[1], world.down[0])
    up = ~down & (rng.random(EVENTS) < np.where(right, world.up[0], world.up[1]))
    return Frame(right, confidence, up, down, down & (rng.random(EVENTS) < 0.5))


def samples(one: Frame, number: int) -> dict[str, Sample]:
    """The frame's sample as each way has it."""
    nothing = np.zeros(EVENTS, dtype=np.bool_)
    plain, cut = cut_of(one.confidence, nothing), cut_of(one.confidence, one.down & ~one.later)
    ignored, first = (drawn_of(each, number) for each in (plain, cut))
    both = further(cut, later=one.later, drawn=first, most=MOST, least=2, seed=number)
    blind, known = np.column_stack([np.ones(EVENTS), one.confidence]), _known(one)
    stated = ignored | one.up | one.down
    said = np.where(ignored, one.right, one.up)
    return {
        "ignored": _sample(plain.strata.code, plain.strata.sizes, ignored, one.right, blind),
        "calibrated": _sample(plain.strata.code, plain.strata.sizes, ignored, one.right, known),
        "first": _sample(cut.strata.code, cut.strata.sizes, first, one.right, known),
        "both": _sample(both.code, both.sizes, both.drawn, one.right, known),
        "added": _sample(cut.strata.code, cut.strata.sizes, first | both.drawn, one.right, blind),
        "believed": _sample(plain.strata.code, plain.strata.sizes, stated, said, blind),
    }


def _known(one: Frame) -> Floats:
    return np.column_stack([np.ones(EVENTS), one.confidence, one.up, one.down]).astype(np.float64)


def drawn_of(cut: Cut, number: int) -> Flags:
    return draw_units(cut.events["event_id"].to_list(), cut.strata.code, cut.counts, number)


def cut_of(confidence: Floats, flagged: Flags) -> Cut:
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
    counts = allocate(strata.sizes, strata.deviations, BUDGET, floor=0.5, minimum=least)
    events = pl.DataFrame({"event_id": [f"e{at}" for at in range(EVENTS)]})
    return Cut(events=events, strata=strata, counts=counts, composed=[])


def _sample(code: Codes, sizes: Codes, drawn: Flags, right: Flags, known: Floats) -> Sample:
    mine = np.flatnonzero(drawn)
    mine = mine[np.argsort(code[mine], kind="stable")]
    return Sample(code[mine], sizes, right[mine].astype(np.float64), known[mine], known.sum(axis=0))


def estimated(month: Sequence[Sample]) -> tuple[float, float, float]:
    """Accuracy over all frames, and its interval."""
    offset = np.cumsum([0, *(len(one.sizes) for one in month)])
    code = np.concatenate([one.code + at for one, at in zip(month, offset, strict=False)])
    frames = np.concatenate([np.full(len(one.sizes), at) for at, one in enumerate(month)])
    design = stratified(code, np.concatenate([one.sizes for one in month]), frames)
    right = np.concatenate([one.right for one in month])[:, None]
    known, totals = np.concatenate([one.known for one in month]), np.sum([one.totals for one in month], axis=0)
    found = greg(design, right, np.ones_like(right), known, totals)
    (interval,) = intervals(found, np.zeros(1), np.ones(1))
    assert interval is not None
    return interval.estimate, interval.low, interval.high


def run(name: str, months: int) -> None:
    """Print bias, coverage, half-width and what it is worth in labels, of each way in a world."""
    rng, told = np.random.default_rng(16), defaultdict[str, list[tuple[float, ...]]](list)
    flagged = looked_at = ups = wrong = 0
    for month in range(months):
        days = [frame(rng, WORLDS[name]) for _ in range(DAYS)]
        drawn = [samples(one, month * DAYS + at) for at, one in enumerate(days)]
        true = float(np.mean([one.right.mean() for one in days]))
        flagged += sum(int(one.down.sum()) for one in days)
        looked_at += int(sum(one["both"].known[:, 3].sum() for one in drawn))
        ups += sum(int(one.up.sum()) for one in days)
        wrong += sum(int((one.up & ~one.right).sum()) for one in days)
        for way in drawn[0]:
            estimate, low, high = estimated([one[way] for one in drawn])
            labels = sum(len(one[way].code) for one in drawn)
            told[way].append((estimate - true, low <= true <= high, (high - low) / 2, labels))
    print(f"{name}: {months} months; {looked_at / flagged:.1%} of {flagged:,} flagged events looked at; ", end="")
    print(f"{wrong / ups:.1%} of thumbs up are for wrong answers")
    _, _, plain, ignored = np.mean(told["ignored"], axis=0)
    for way, rows in told.items():
        bias, held, width, labels = np.mean(rows, axis=0)
        print(
            f"  {way:10} bias {100 * bias:+.2f} points, coverage {held:.1%}, half-width {100 * width:.2f} points, ",
            end="",
        )
        print(f"{labels:.0f} labels, as wide as {ignored * (plain / width) ** 2:.0f} of `ignored`")
