"""A further draw from a frame that was drawn before, for what people flagged since.

Who is flagged does not depend on who was drawn. So, of a stratum of the first draw, those drawn among the flagged and
among the others are simple random samples of each (post-stratification, Holt & Smith 1979), and stay so when further
ones are added at random: every event's probability over both draws is what was drawn of its part over its size.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from gt_platform.sampling.frame import Cut
from gt_platform.sampling.novelty import Codes, Flags
from gt_platform.stats.allocation import Counts, allocate
from gt_platform.stats.allocation import draw as draw_units

LATER = "flagged by people later"
PART = f"{LATER}: "  # before the name of the stratum that some of them come from
FURTHER = 2  # the phase of whatever was not drawn first, in whatever order that came


@dataclass(frozen=True, kw_only=True)
class Further:
    """A frame's sample over both draws: `code` (n,) into `names`, `sizes` and `counts`, each (H,), of n events.

    `drawn` (n,) says who is in it, `flagged` how many were flagged later, `waiting` how many of them nobody had drawn.
    """

    names: tuple[str, ...]
    code: Codes
    sizes: Counts
    counts: Counts
    drawn: Flags
    flagged: int
    waiting: int


def further(cut: Cut, *, later: Flags, drawn: Flags, most: int, least: int, seed: int) -> Further:
    """Add those flagged `later` (n,) to those `drawn` (n,): all, where at most `most` are new, else that many.

    Whole they are one stratum, else a part of each they come from. Of a stratum whose drawn events were all flagged,
    `least` others are drawn, since nobody would speak for them.
    """
    waiting = int((later & ~drawn).sum())
    whole = waiting <= most
    names, code = _parts(cut, later, whole=whole)
    sizes = np.bincount(code, minlength=len(names))
    counts = np.bincount(code[drawn], minlength=len(names))
    ours = np.array([name.startswith(LATER) for name in names])
    wanted = np.where(counts == 0, np.minimum(sizes, least), counts)
    wanted[ours] = _of_flagged(sizes[ours], counts[ours], most, whole=whole)
    fresh = np.flatnonzero(~drawn)
    ids = cut.events["event_id"].gather(fresh).to_list()
    found = drawn.copy()
    found[fresh[draw_units(ids, code[fresh], wanted - counts, seed)]] = True
    return Further(
        names=names,
        code=code,
        sizes=sizes,
        counts=wanted,
        drawn=found,
        flagged=int(later.sum()),
        waiting=waiting,
    )


def _parts(cut: Cut, later: Flags, *, whole: bool) -> tuple[tuple[str, ...], Codes]:
    """Every stratum without those flagged later, and they on their own."""
    base = cut.strata.code
    named = [*cut.strata.names, *([LATER] if whole else (f"{PART}{name}" for name in cut.strata.names))]
    apart = len(cut.strata.names) + (0 if whole else base)
    kept, code = np.unique(np.where(later, apart, base), return_inverse=True)
    return tuple(named[at] for at in kept), code


def _of_flagged(sizes: Counts, counts: Counts, most: int, *, whole: bool) -> Counts:
    """How many of each part of the flagged are in the sample; every part has one, or nobody would speak for it."""
    if whole:
        return sizes
    left = sizes - counts
    room = max(most, int((counts == 0).sum()))
    more = np.zeros_like(sizes)
    open_ = left > 0
    least = np.where(counts[open_] == 0, 1, 0)
    more[open_] = least + _spread(left[open_] - least, room - int(least.sum()))
    return np.asarray(counts + more)


def _spread(left: Counts, room: int) -> Counts:
    given = np.zeros_like(left)
    if room > 0 and left.sum() > 0:
        some = left > 0
        given[some] = allocate(left[some], np.ones(int(some.sum())), room, floor=1.0, minimum=1)
    return given


def rows(found: Further, sample: pl.DataFrame, events: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """The frame's rows of `sample` as they are now: those that stand keep their phase and seed."""
    code = found.code[found.drawn]
    stood = sample.select("event_id", "phase", first_seed="seed")
    return (
        events.filter(pl.Series(found.drawn))
        .select("event_id", "item_id")
        .with_columns(
            pl.Series("stratum", [found.names[at] for at in code], dtype=pl.String),
            pl.Series("stratum_size", found.sizes[code]),
            pl.Series("stratum_drawn", found.counts[code]),
            pl.Series("inclusion_probability", found.counts[code] / found.sizes[code]),
        )
        .join(stood, on="event_id", how="left")
        .with_columns(
            pl.lit(sample["frame_day"][0]).alias("frame_day"),
            pl.lit(sample["design"][0]).alias("design"),
            pl.col("first_seed").fill_null(seed).cast(pl.Int64).alias("seed"),
            pl.col("phase").fill_null(FURTHER).cast(pl.Int32),
        )
        .drop("first_seed")
    )
