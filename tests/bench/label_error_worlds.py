"""Worlds in which labels err, for `tests.bench.label_error`: frames, annotators, and what experts are given of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.label_error.cells import Cells, cells, patterns
from gt_platform.stats.label_error.checking import Pool, chances, deviations, due, rates, wanted
from gt_platform.stats.label_error.corrections import Corrections, learned
from gt_platform.stats.label_error.doubts import GUESSED, doubts, guessed
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.label_error.two_phase import Units
from gt_platform.stats.survey import Design, stratified

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Rng = np.random.Generator

FRAME, SAMPLED, CHECKS, PEOPLE, HARD_RIGHT = 400, 40, 4, 12, 0.6


@dataclass(frozen=True, kw_only=True)
class Case:
    """Annotators and model right with these chances, `hard` the share of items that are hard for all of them.

    With `skips` an annotator skips half of what they would get wrong and 5 % of what they would get right.
    """

    annotator: float
    model: float
    prevalence: float
    days: int = 7
    hard: float = 0.0
    skips: bool = False

    def __str__(self) -> str:
        words = f"{self.annotator:.2f} {self.model:.2f} {self.prevalence:.2f} {self.hard:.1f} {self.days:3d}"
        return words + (" skips" if self.skips else "")


@dataclass(frozen=True)
class World:
    """n sampled events by day: truth, output, answers (n, 3) of annotators `who`, -1 skipped; and the true scores."""

    truth: Codes
    output: Codes
    answer: Codes
    who: Codes
    day: Codes
    design: Design
    scores: Floats


def shares(output: Codes, truth: Codes) -> Shares:
    """Accuracy, and F1 of the rarer label."""
    given, true = (output == 1).astype(np.float64), (truth == 1).astype(np.float64)
    right = (output == truth).astype(np.float64)
    return Shares(
        numerator=np.stack([right, 2 * given * true], axis=1),
        denominator=np.stack([np.ones(len(output)), given + true], axis=1),
    )


def populate(case: Case, rng: Rng) -> World:
    """Frames, their sample, and what annotators say of it."""
    events = case.days * FRAME
    truth, hard = (rng.random(events) < case.prevalence).astype(np.int64), rng.random(events) < case.hard
    output = np.where(rng.random(events) < np.where(hard, HARD_RIGHT, case.model), truth, 1 - truth)
    every = shares(output, truth)
    drawn = [day * FRAME + np.sort(rng.permutation(FRAME)[:SAMPLED]) for day in range(case.days)]
    at, n = np.concatenate(drawn), case.days * SAMPLED
    right = rng.random((n, 3)) < np.where(hard[at], HARD_RIGHT, case.annotator)[:, None]
    answer = np.where(right, truth[at][:, None], 1 - truth[at][:, None])
    if case.skips:
        answer = np.where(rng.random((n, 3)) < np.where(right, 0.05, 0.5), -1, answer)
    day = np.repeat(np.arange(case.days), SAMPLED)
    return World(
        truth=truth[at],
        output=output[at],
        answer=answer,
        who=np.argsort(rng.random((n, PEOPLE)), axis=1)[:, :3],
        day=day,
        design=stratified(day, np.full(case.days, FRAME), np.arange(case.days)),
        scores=every.numerator.sum(axis=0) / every.denominator.sum(axis=0),
    )


def majority(world: World) -> tuple[Codes, Floats, Flags]:
    """Each event's leading label, its share of the votes, and whether it leads alone; the output where none does."""
    ones, given = (world.answer == 1).sum(axis=1), (world.answer >= 0).sum(axis=1)
    decided = 2 * ones != given
    share = np.maximum(ones, given - ones) / np.maximum(given, 1)
    return np.where(decided, (2 * ones > given).astype(np.int64), world.output), share, decided


def celled(world: World) -> Cells:
    leading, share, decided = majority(world)
    signature = [f"{each}" for each in (2 * world.output + leading).tolist()]
    return cells(patterns(share, decided), signature, world.output == leading)


def checked(world: World, rng: Rng) -> tuple[Flags, Floats]:
    """Whom experts checked after all nights, and with what probability, as `labeling.expert_checks` draws them."""
    leading, share, decided = majority(world)
    told, true = shares(world.output, leading), shares(world.output, world.truth)
    other, of = shares(world.output, 1 - leading), (told.numerator.sum(axis=0) / told.denominator.sum(axis=0))[1]
    added, wrong = (
        (made.numerator - told.numerator)[:, 1] - of * (made.denominator - told.denominator)[:, 1]
        for made in (true, other)
    )
    pattern, agrees = patterns(share, decided), world.output == leading
    signature = [f"{each}" for each in (2 * world.output + leading).tolist()]
    number, done = rng.random(len(world.truth)), np.zeros(len(world.truth), dtype=np.bool_)
    chance = np.zeros(len(done))
    for upto in np.cumsum(np.bincount(world.day)).tolist():
        found = cells(pattern[:upto], signature[:upto], agrees[:upto])
        code, count, before = found.code, len(found.names), done[:upto]
        guess = np.array([GUESSED[name.partition(":")[0]] for name in found.names])
        size = np.bincount(code, minlength=count)
        effect = np.bincount(code, wrong[:upto] ** 2, count) / size
        its, values = code[before], added[:upto][before]
        seen = np.bincount(its, minlength=count)
        total: Floats = np.bincount(its, values, count).astype(np.float64)
        squares: Floats = np.maximum(np.bincount(its, values**2, count) - total**2 / np.maximum(seen, 1), 0.0)
        pool = Pool(
            size=size,
            checked=seen,
            deviation=deviations(guess * (1 - guess) * effect, squares, seen),
            first=found.undecided,
        )
        rate = rates(number[:upto], code, before, wanted(pool, CHECKS))
        chance[:upto] = np.maximum(chance[:upto], chances(np.ones(upto), code, rate))
        done[:upto] |= due(number[:upto], code, rate)
    return done, chance


def told_by_experts(world: World, done: Flags, chance: Floats) -> tuple[Units, Corrections]:
    """What the checks that were `done` with these chances say of all units."""
    found, (leading, share, decided) = celled(world), majority(world)
    told, true = shares(world.output, leading), shares(world.output, world.truth)
    everyone = np.ones(len(done), dtype=np.bool_)
    wrong = guessed(patterns(share, decided), world.output == leading)
    expected = doubts(found, wrong, told, [(np.ones(len(done)), shares(world.output, 1 - leading))])
    learnt = learned(found, done, np.ones(len(done)), np.maximum(chance, 1e-9), told, true, expected)
    known = shares(world.output, np.where(done, world.truth, leading))
    return Units(cell=found.code, checked=done, shares=known, inside=everyone), learnt
