"""Who of a month was drawn and checked, and what scores follow: labels err, and are corrected as the product does."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from gt_platform.stats.design import Design, stratified, unit_weights
from gt_platform.stats.estimation.greg import greg
from gt_platform.stats.intervals import Interval, intervals
from gt_platform.stats.label_error.cells import patterns
from gt_platform.stats.label_error.corrections import learned
from gt_platform.stats.label_error.doubts import doubts, guessed
from gt_platform.stats.label_error.two_phase import Units, corrected
from tests.bench.feedback_month.thumbs import DAYS, Codes, Flags, Floats
from tests.bench.feedback_month.users import Month
from tests.bench.label_error_worlds import CHECKS, World, celled, majority, shares
from tests.bench.nightly_budget import Checked, check

Part = tuple[Codes, Codes, Flags]
"""A frame's strata, their sizes, and who was drawn."""


@dataclass(frozen=True)
class Drawn:
    """The drawn events `at` (n,) of a month, with what annotators say of them, by frame and stratum."""

    at: Codes
    world: World

    @property
    def design(self) -> Design:
        return self.world.design


def drawn(month: Month, parts: Sequence[Part]) -> Drawn:
    """Of what was drawn of each frame."""
    sizes, whose = [sizes for _, sizes, _ in parts], np.concatenate([one for _, _, one in parts])
    start = np.cumsum([0, *map(len, sizes)])
    code = np.concatenate([code + at for (code, _, _), at in zip(parts, start, strict=False)])
    at = np.flatnonzero(whose)
    at = at[np.argsort(code[at], kind="stable")]
    frames = np.repeat(np.arange(len(parts)), [len(one) for one in sizes])
    world = World(
        truth=month.truth[at],
        output=month.output[at],
        answer=month.answer[at],
        who=np.zeros((len(at), month.answer.shape[1]), dtype=np.int64),
        day=month.day[at],
        design=stratified(code[at], np.concatenate(sizes), frames),
        scores=np.array([month.right.mean()]),
    )
    return Drawn(at, world)


def nobody_checked(found: Drawn) -> Checked:
    """Before any night."""
    return Checked(np.zeros(len(found.at), dtype=np.bool_), np.zeros(len(found.at)))


def checked(month: Month, found: Drawn, asked: Codes, known: Codes) -> Checked:
    """Whom experts checked by the month's end: each night of those `asked` (n,) by then, unless `known` (n,) before."""
    state, can = nobody_checked(found), np.zeros(len(found.at), dtype=np.bool_)
    number, weight = month.number[found.at], unit_weights(found.design)
    for night in range(DAYS):
        can |= (asked <= night) & (known > night)
        mine = np.flatnonzero(can)
        tonight = Checked(state.done[mine], state.chance[mine])
        check(_of(found.world, mine), number[mine], weight[mine], tonight, CHECKS, 0)
        state.done[mine], state.chance[mine] = tonight.done, tonight.chance
    return state


def _of(world: World, mine: Codes) -> World:
    parts = {name: getattr(world, name)[mine] for name in ("truth", "output", "answer", "who", "day")}
    return World(**parts, design=world.design, scores=world.scores)


def labels(found: Drawn, state: Checked, told: Codes) -> Codes:
    """What is taken for true of each (n,): what was `told` (n,) where not -1, what an expert says, what leads."""
    return np.where(told >= 0, told, np.where(state.done, found.world.truth, majority(found.world)[0]))


def accuracy(found: Drawn, state: Checked, told: Codes, known: Floats) -> Interval:
    """Of all events, of each of which something is `known` (events, p)."""
    world, design, (leading, share, decided) = found.world, found.design, majority(found.world)
    cells, lead = celled(world), shares(world.output, leading)
    wrong = guessed(patterns(share, decided), world.output == leading)
    expected = doubts(cells, wrong, lead, [(np.ones(len(wrong)), shares(world.output, 1 - leading))])
    weight, chance = unit_weights(design) * (told < 0), np.maximum(state.chance, 1e-9)
    learnt = learned(cells, state.done, weight, chance, lead, shares(world.output, world.truth), expected)
    sure, inside = state.done | (told >= 0), np.ones(len(told), dtype=np.bool_)
    units = Units(cell=cells.code, checked=sure, shares=shares(world.output, labels(found, state, told)), inside=inside)
    phase_one = partial(greg, design, auxiliary=known[found.at], totals=known.sum(axis=0))
    estimates = corrected(design, units, learnt, phase_one).estimates
    one, _ = intervals(estimates, np.zeros(2), np.ones(2))
    assert one is not None
    return one
