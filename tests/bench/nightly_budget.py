"""Is a night's budget better split by what nights taught? `python -m tests.bench.nightly_budget [draws] [days]`.

The frames, annotators and experts of `label_error`, FRAME events a day. Each world is labeled twice at the same cost of
a night: as declared, 40 events of three answers and 4 checks; and as `sampling.spending` splits it, from nothing known.
Both draw events by the same ranks and experts' checks by the same numbers. Half-widths are of all nights, in points.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from gt_platform.stats.design import unit_weights
from gt_platform.stats.intervals import intervals
from gt_platform.stats.label_error.budget import Prices, Spending
from gt_platform.stats.label_error.cells import patterns
from gt_platform.stats.label_error.checking import Pool, chances, deviations, due, heavier, rates, wanted
from gt_platform.stats.label_error.doubts import GUESSED
from gt_platform.stats.label_error.nightly import Bounds, split
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.taught import Seen, taught
from gt_platform.stats.label_error.two_phase import corrected
from gt_platform.stats.survey import ratio, stratified
from tests.bench.label_error_worlds import (
    FRAME,
    HARD_RIGHT,
    Case,
    Codes,
    Flags,
    Floats,
    Rng,
    World,
    celled,
    majority,
    shares,
    told_by_experts,
)

WORLDS = (
    *product((0,), (0.0, 0.2), (0.7, 0.85, 0.95), (8.0,)),
    *product((0,), (0.0, 0.2), (0.85,), (20.0,)),
    *product((1,), (0.0, 0.2), (0.85,), (8.0,)),
)
"""Headline (accuracy or F1), share hard for all, how often annotators are right, and what an expert's answer costs."""
ITEMS, CHECKS, FLOOR, OVERLAP = 40, 4, 2, 3


@dataclass(frozen=True)
class Days:
    """Frames of FRAME events each by day: what is true, put out and would be answered, each event's rank and number."""

    truth: Codes
    output: Codes
    answer: Codes
    rank: Codes
    number: Floats

    def world(self, drawn: list[int]) -> World:
        """The first `drawn` of each day."""
        at = np.flatnonzero((self.rank < np.array(drawn)[:, None]).ravel() if drawn else [])
        day, every = at // FRAME, shares(self.output.ravel(), self.truth.ravel())
        return World(
            truth=self.truth.ravel()[at],
            output=self.output.ravel()[at],
            answer=self.answer.reshape(-1, OVERLAP)[at],
            who=np.zeros((len(at), OVERLAP), dtype=np.int64),
            day=day,
            design=stratified(day, np.full(len(drawn), FRAME), np.arange(len(drawn))),
            scores=every.numerator.sum(axis=0) / every.denominator.sum(axis=0),
        )

    def numbers(self, drawn: list[int]) -> Floats:
        return self.number.ravel()[np.flatnonzero((self.rank < np.array(drawn)[:, None]).ravel())]


def days_of(case: Case, rng: Rng) -> Days:
    size = (case.days, FRAME)
    truth, hard = (rng.random(size) < case.prevalence).astype(np.int64), rng.random(size) < case.hard
    output = np.where(rng.random(size) < np.where(hard, HARD_RIGHT, case.model), truth, 1 - truth)
    right = rng.random((*size, OVERLAP)) < np.where(hard, HARD_RIGHT, case.annotator)[..., None]
    answer = np.where(right, truth[..., None], 1 - truth[..., None])
    rank = np.argsort(np.argsort(rng.random(size), axis=1), axis=1)
    return Days(truth=truth, output=output, answer=answer, rank=rank, number=rng.random(size))


def of_first(days: Days, nights: int) -> Days:
    return Days(
        truth=days.truth[:nights],
        output=days.output[:nights],
        answer=days.answer[:nights],
        rank=days.rank[:nights],
        number=days.number[:nights],
    )


@dataclass
class Checked:
    """Who was checked so far and at what chance, in the order of the world's units."""

    done: Flags
    chance: Floats


def grown(found: Checked, size: int) -> Checked:
    more = size - len(found.done)
    return Checked(np.append(found.done, np.zeros(more, dtype=np.bool_)), np.append(found.chance, np.zeros(more)))


def check(world: World, number: Floats, weight: Floats, found: Checked, more: int, headline: int) -> None:
    """One night's checks, as `labeling.expert_checks` draws them."""
    cells = celled(world)
    told, true = shares(world.output, majority(world)[0]), shares(world.output, world.truth)
    other = shares(world.output, 1 - majority(world)[0])
    of = (told.numerator.sum(axis=0) / told.denominator.sum(axis=0))[headline]
    added, wrong = (
        (made.numerator - told.numerator)[:, headline] - of * (made.denominator - told.denominator)[:, headline]
        for made in (true, other)
    )
    code, its, count = cells.code, cells.code[found.done], len(cells.names)
    guess = np.array([GUESSED[name.partition(":")[0]] for name in cells.names])
    effect = np.bincount(code, wrong**2, count) / np.bincount(code, minlength=count)
    seen, values = np.bincount(its, minlength=count), added[found.done]
    total = np.bincount(its, values, count).astype(np.float64)
    squares = np.maximum(np.bincount(its, values**2, count) - total**2 / np.maximum(seen, 1), 0.0)
    pool = Pool(
        size=np.bincount(code, minlength=count),
        checked=seen,
        deviation=deviations(guess * (1 - guess) * effect, squares, seen),
        first=cells.undecided,
    )
    heavy = heavier(weight, code, count)
    rate = rates(number / heavy, code, found.done, wanted(pool, more, floor=FLOOR))
    found.chance[:] = np.maximum(found.chance, chances(heavy, code, rate))
    found.done |= due(number / heavy, code, rate)


def seen_of(world: World, found: Checked, headline: int) -> Seen:
    """What the platform would know of a world's units; accuracy or F1 is the headline."""
    leading, share, decided = majority(world)
    told, true = (shares(world.output, label) for label in (leading, world.truth))
    of = slice(headline, headline + 1)
    equal = (world.answer[:, :, None] == world.answer[:, None, :]).mean() if len(leading) else np.nan
    return Seen(
        pattern=patterns(share, decided),
        agrees=world.output == leading,
        leading=Shares(numerator=told.numerator[:, of], denominator=told.denominator[:, of]),
        true=Shares(numerator=true.numerator[:, of], denominator=true.denominator[:, of]),
        checked=found.done,
        agreement=(OVERLAP * equal - 1) / (OVERLAP - 1),
    )


def labeled(days: Days, prices: Prices, headline: int, *, split_nightly: bool) -> tuple[World, Checked, Spending]:
    """All nights of a world, one after the other."""
    budget = ITEMS * OVERLAP * prices.annotator + CHECKS * prices.expert
    drawn: list[int] = []
    found, checks, world = Checked(np.zeros(0, dtype=np.bool_), np.zeros(0)), 0, days.world([])
    for night in range(len(days.truth)):
        items, tonight = ITEMS, CHECKS
        if split_nightly:
            cells = taught(seen_of(world, found, headline), OVERLAP, lowest=0, highest=1)
            cells.open[:] = False
            bounds = Bounds(budget=budget, most_items=FRAME, least_items=10, least_checks=2, floor=FLOOR)
            past = Spending(items=sum(drawn), answers=0, checks=int(found.done.sum()))
            bought = split(cells, prices, bounds, past, night).tonight
            items, tonight = bought.items, bought.checks
        drawn.append(items)
        checks += tonight
        world = of_first(days, night + 1).world(drawn)
        found = grown(found, len(world.truth))
        number, weight = of_first(days, night + 1).numbers(drawn), unit_weights(world.design)
        check(world, number, weight, found, max(checks - int(found.done.sum()), 0), headline)
    return world, found, Spending(items=sum(drawn), answers=0, checks=int(found.done.sum()))


def scored(world: World, found: Checked, headline: int) -> tuple[bool, float, float]:
    """Whether the interval holds the true score, its half-width, and how far the estimate is off."""
    units, learnt = told_by_experts(world, found.done, found.chance)
    estimates = corrected(world.design, units, learnt, partial(ratio, world.design)).estimates
    one = intervals(estimates, np.zeros(2), np.ones(2))[headline]
    if one is None:
        return False, np.nan, np.nan
    true_score = world.scores[headline]
    return one.low <= true_score <= one.high, (one.high - one.low) / 2, one.estimate - true_score


def compared(case: Case, prices: Prices, headline: int, draws: int) -> Iterator[str]:
    rng = np.random.default_rng(5)
    rows: list[list[float]] = []
    for _ in range(draws):
        days = days_of(case, rng)
        row: list[float] = []
        for split_nightly in (False, True):
            world, found, spent = labeled(days, prices, headline, split_nightly=split_nightly)
            row += [*scored(world, found, headline), spent.items / case.days, spent.checks / case.days]
        rows.append(row)
    table = np.array(rows)
    for at, name in enumerate(("as declared", "split")):
        held, half, off, items, checks = np.nanmean(table[:, 5 * at : 5 * at + 5], axis=0)
        yield f"{name:11} {held:6.1%} ±{100 * half:5.2f} {100 * off:5.2f} {items:5.1f} {checks:4.1f}"
    paired = table[:, 6] / table[:, 1]
    yield f"{np.nanmean(paired):.3f} ± {2 * np.nanstd(paired) / np.sqrt(draws):.3f}"


def main(draws: int, days: int) -> None:
    print("annotators, prevalence, hard, expert's price, headline | coverage, half-width, bias, events, checks a night")
    for headline, hard, annotator, expert in WORLDS:
        case = Case(annotator=annotator, model=0.85, prevalence=0.2, days=days, hard=hard)
        lines = compared(case, Prices(annotator=1, expert=expert), headline, draws)
        world = f"{annotator:.2f} .20 {hard:.1f} {expert:3.0f} {('accuracy', 'F1')[headline]:8}"
        print(world, *lines, sep=" | ", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, int(sys.argv[2]) if len(sys.argv) > 2 else 28)
