"""What answers to two labels show: who changes an answer, who stays, what truth says, what a new version did."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.annotators.shares import Share
from gt_platform.stats.disagreement.departing import share_of
from gt_platform.stats.disagreement.given import AtOdds, Given, Repeats
from gt_platform.stats.intervals import wilson

Flags = NDArray[np.bool_]
UNITED = 0.8
"""Share of the answers to an item that must be one label for its annotators to be called united: four of five."""
SEVERAL = 3
"""Answers an item must have for that."""


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What speaks for one cause or another; `explained` is how much of the disagreement goes without those who depart.

    `sided`: where these depart and a ruling or an expert says what is right, how often that is what the others said.
    `turned` items have annotators who are united against the truth, of `known` ones; `united` is their share of those
    where most say otherwise than the truth, `against` (m,) says which answers are to them. `changed` is how often
    people who were asked again changed their answer where the others are split, with the chance `more_where_split` of
    that many if they changed it as often everywhere. `stayed` is how often those who stood against most of the others
    gave the same answer again. `before` and `now`: how often two answers to an item differed under versions of the
    guidelines before the newest, and under the newest.
    """

    explained: float
    sided: Share
    turned: int
    known: int
    united: Share
    against: Flags
    changed: Share
    more_where_split: float
    stayed: Share
    before: Share
    now: Share


def signs(given: Given, found: AtOdds, repeats: Repeats, free: Flags) -> Signs:
    """All of them; `free` (m,) are the answers of those who do not depart."""
    from scipy.stats import hypergeom

    truth = given.truth[found.item]
    known = (truth == found.pair[0]) | (truth == found.pair[1])
    true = truth == found.pair[1]
    wrong = np.where(known & (found.mates + 1 >= SEVERAL), _wrong(found, true), 0.0)
    turned, outvoted = (len(np.unique(found.unit[part])) for part in (wrong >= UNITED, wrong > 0.5))
    opposed = (found.majority >= 0) & (found.other != found.majority)
    sided = known & opposed & ~free
    kept = free[repeats.first]
    again, changed = repeats.first[kept], repeats.changed[kept]
    split, alone = found.split[again], opposed[again]
    whole = found.disagreement()
    newest = found.version == given.versions - 1
    return Signs(
        explained=1 - found.disagreement(free) / whole if whole else 0.0,
        sided=share_of(int((true == (found.majority == 1))[sided].sum()), int(sided.sum())),
        turned=turned,
        known=len(np.unique(found.unit[known])),
        united=share_of(turned, outvoted),
        against=wrong >= UNITED,
        changed=share_of(int(changed[split].sum()), int(split.sum())),
        more_where_split=float(
            hypergeom.sf(changed[split].sum() - 1, len(changed), changed.sum(), split.sum())
        ) if len(changed) else 1.0,
        stayed=share_of(int((~changed[alone]).sum()), int(alone.sum())),
        before=_differing(found, ~newest),
        now=_differing(found, newest),
    )  # fmt: skip


def _wrong(found: AtOdds, true: Flags) -> NDArray[np.float64]:
    """The share of the answers to each answer's unit that are not true, (m,)."""
    other = (found.mates_other + found.other) / (found.mates + 1)
    return np.where(true, 1 - other, other)


def _differing(found: AtOdds, kept: Flags) -> Share:
    """The mean over units of the share of pairs of answers that differ, with Wilson's interval at their number."""
    units = int(found.unit.max(initial=-1)) + 1
    apart = np.bincount(found.unit[kept], weights=found.apart[kept], minlength=units)
    mates = np.bincount(found.unit[kept], weights=found.mates[kept], minlength=units)
    shares = apart[mates > 0] / mates[mates > 0]
    if not len(shares):
        return share_of(0, 0)
    low, high = wilson(np.array([shares.mean()]), np.array([float(len(shares))]))
    return Share(value=float(shares.mean()), low=float(low[0]), high=float(high[0]), n=len(shares))
