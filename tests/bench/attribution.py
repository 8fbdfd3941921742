"""Whether the parts of a difference of scores are what they are said to be: coverage of their 95 % intervals.

`python -m tests.bench.attribution [RUNS]`. Two frames of 4,000 events in four cells of traffic, three strata drawn at
different rates, 300 labels each; what is true is what the same arithmetic makes of all events.
"""

import sys
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.attribution import PARTS, Sides, attribution
from gt_platform.stats.design import Design, stratified
from gt_platform.stats.estimation.greg import greg

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Rng = np.random.Generator
EVENTS, DRAWN = 4000, np.array([150, 90, 60])
STRATA = np.array([0.6, 0.3, 0.1])
SHARES = np.array([[0.4, 0.3, 0.2, 0.1], [0.2, 0.2, 0.3, 0.3]])
RIGHT = np.array([0.95, 0.9, 0.8, 0.6])
WORSE = np.array([-0.06, 0.0, 0.05, -0.1])
HARDER = np.array([0.0, 0.05, 0.2])


@dataclass(frozen=True, kw_only=True)
class World:
    """What is other on the second side: the model, the share of labels that were revised, the mix; and whether the
    second side is the same events as the first. `calibrated`: scores are stated by regression on what is known of each.
    """

    model: bool = False
    revised: float = 0.0
    mix: bool = False
    same: bool = False
    calibrated: bool = False


WORLDS = {
    "nothing": World(),
    "model only": World(model=True),
    "labels only": World(revised=0.08, same=True),
    "mix only": World(mix=True),
    "all three": World(model=True, revised=0.08, mix=True),
    "model, same events": World(model=True, same=True),
    "all, by regression": World(model=True, revised=0.08, mix=True, calibrated=True),
}


@dataclass(frozen=True, kw_only=True)
class Events:
    """All events of both sides, with their stratum, and what is known of them where scores are calibrated on it."""

    sides: Sides
    stratum: Codes
    known: Floats | None


def population(world: World, rng: Rng) -> Events:
    """Every event of both sides."""
    frames = 1 if world.same else 2
    side = np.repeat(np.arange(frames), EVENTS)
    mixes = SHARES[[0, int(world.mix)]]
    cell = np.concatenate([rng.choice(4, EVENTS, p=mixes[at]) for at in range(frames)])
    stratum = np.concatenate([np.sort(rng.choice(3, EVENTS, p=STRATA)) for _ in range(frames)])
    luck = rng.random(len(cell))
    numerator = np.zeros((len(cell), 2, 2))
    for model in (0, 1):
        right = luck < RIGHT[cell] + model * world.model * WORSE[cell] - HARDER[stratum]
        numerator[:, model, :] = right[:, None]
    # those whose labels are revised were known by both releases; newer events have theirs by the second alone
    changed = (rng.random(len(cell)) < world.revised) & (side == 0)
    for model in (0, 1):
        numerator[:, model, 1] = np.where(changed & (luck > 0.3), 1 - numerator[:, model, 1], numerator[:, model, 1])
    weight = np.ones((len(cell), 2)) if world.same else np.eye(2)[side]
    traffic = np.stack([np.bincount(cell, weight[:, at], 4) * 1.0 for at in (0, 1)])
    whole = Sides(weight=weight, numerator=numerator, denominator=np.ones_like(numerator), cell=cell, traffic=traffic,
                  stated=np.zeros(2), alike=world.same, one=world.same and not world.model)  # fmt: skip
    sure = RIGHT[cell] - HARDER[stratum] + 0.4 * (luck < 0.7) + rng.normal(0, 0.1, len(cell))
    known = np.stack([np.ones(len(cell)), sure], axis=1) if world.calibrated else None
    return Events(sides=_stated(whole), stratum=3 * side + stratum, known=known)


def sampled(events: Events, rng: Rng) -> tuple[Sides, Design]:
    """What was drawn and labeled of it, with the scores that are stated for it."""
    whole, stratum = events.sides, events.stratum
    sizes = np.bincount(stratum)
    drawn = np.concatenate(
        [
            np.sort(rng.choice(np.flatnonzero(stratum == code), DRAWN[code % 3], replace=False))
            for code in range(len(sizes))
        ]
    )
    design = stratified(stratum[drawn], sizes, np.arange(len(sizes)) // 3)
    weight = whole.weight[drawn] * np.repeat(design.weight, design.answered.astype(np.int64))[:, None]
    found = replace(whole, weight=weight, numerator=whole.numerator[drawn], denominator=whole.denominator[drawn],
                    cell=whole.cell[drawn])  # fmt: skip
    plain = _stated(found)
    if events.known is None:
        return plain, design
    known = events.known[drawn]
    stated = np.array([_calibrated(plain, events, drawn, side) for side in (0, 1)])
    mine = plain.weight > 0
    return replace(plain, stated=stated, known=(known * mine[:, [0]], known * mine[:, [1]])), design


def _calibrated(sides: Sides, events: Events, drawn: Codes, side: int) -> float:
    """A side's score by regression on what is known of all its events."""
    mine, every = sides.weight[:, side] > 0, events.sides.weight[:, side] > 0
    sizes = np.bincount(events.stratum[every])
    first = int(np.flatnonzero(sizes)[0])
    design = stratified(
        events.stratum[drawn][mine] - first, sizes[first:], np.zeros(len(sizes) - first, dtype=np.int64)
    )
    above, below = (part[mine, side, side][:, None] for part in (sides.numerator, sides.denominator))
    known = np.zeros((0, 2)) if events.known is None else events.known
    return float(greg(design, above, below, known[drawn][mine], known[every].sum(axis=0)).value[0])


def _stated(sides: Sides) -> Sides:
    own = [(sides.weight[:, at] * sides.numerator[:, at, at]).sum() / sides.weight[:, at].sum() for at in (0, 1)]
    return replace(sides, stated=np.array(own))


def of_all(whole: Sides) -> Floats:
    """The parts of the whole population."""
    n = len(whole.cell)
    everything = Design(first=np.zeros(1, dtype=np.int64), answered=np.array([float(n)]), weight=np.ones(1),
                        fraction=np.ones(1), population=n)  # fmt: skip
    return np.array([part.value for part in attribution(whole, everything)])


def covered(world: World, runs: int, rng: Rng) -> tuple[Floats, Floats, Floats, float]:
    """By part: its mean, its mean half-width, how often its interval holds the truth; and how far from adding up."""
    held, values, widths, apart = np.zeros(4), np.zeros(4), np.zeros(4), 0.0
    for _ in range(runs):
        events = population(world, rng)
        true = of_all(events.sides)
        sides, design = sampled(events, rng)
        parts = attribution(sides, design)
        held += [part.low - 1e-12 <= at <= part.high + 1e-12 for part, at in zip(parts, true, strict=True)]
        values += [part.value for part in parts]
        widths += [(part.high - part.low) / 2 for part in parts]
        apart = max(apart, abs(sum(part.value for part in parts) - (sides.stated[1] - sides.stated[0])))
    return values / runs, widths / runs, held / runs, apart


def main() -> None:
    """A line for each world."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng = np.random.default_rng(15)
    print(f"{'':20s}" + "".join(f"{name:>22s}" for name in PARTS) + "   adds up to")
    for name, world in WORLDS.items():
        values, widths, held, apart = covered(world, runs, rng)
        cells = [
            f"{100 * v:+6.2f} ± {100 * w:4.2f} {100 * h:5.1f}%" for v, w, h in zip(values, widths, held, strict=True)
        ]
        print(f"{name:20s}" + "".join(f"{one:>22s}" for one in cells) + f"   {apart:.0e}")


if __name__ == "__main__":
    main()
