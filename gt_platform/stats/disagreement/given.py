"""Answers in the order they were given, and those of two labels that are at odds."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
UNKNOWN = -1


@dataclass(frozen=True, kw_only=True)
class Given:
    """n answers in order of time: `annotator` gave `item` the `label` under a `version` of the guidelines, each (n,).

    Codes count from 0, those of versions in the order of the versions. `truth` (items,) is the label that a ruling or
    an expert says is right, UNKNOWN where nobody did.
    """

    item: Codes
    version: Codes
    annotator: Codes
    label: Codes
    truth: Codes

    @property
    def versions(self) -> int:
        """Versions that anything was answered under."""
        return int(self.version.max()) + 1 if len(self.version) else 0

    @cached_property
    def unit(self) -> Codes:
        """Items as they were asked under one version, (n,): only within one are answers compared."""
        return np.asarray(np.unique(self.item * self.versions + self.version, return_inverse=True)[1], dtype=np.int64)

    @cached_property
    def first(self) -> Codes:
        """Of each answer, (n,), which was the annotator's first to the unit: itself but for repeats."""
        who = self.unit * (int(self.annotator.max(initial=0)) + 1) + self.annotator
        _, where, which = np.unique(who, return_index=True, return_inverse=True)
        return np.asarray(where[which], dtype=np.int64)

    @cached_property
    def counted(self) -> Flags:
        """The answers that are no repeats, (n,)."""
        return np.asarray(self.first == np.arange(len(self.first)))

    def where(self, kept: Flags) -> "Given":
        """Some of the answers."""
        parts = (part[kept] for part in (self.item, self.version, self.annotator, self.label))
        return Given(**dict(zip(("item", "version", "annotator", "label"), parts, strict=True)), truth=self.truth)


@dataclass(frozen=True, kw_only=True)
class AtOdds:
    """The m answers that gave one of two labels: `other` (m,) is whether it was the second.

    `mates` (m,) are the others' answers to the unit that gave one of the two, `mates_other` those that gave the second.
    """

    pair: tuple[int, int]
    item: Codes
    unit: Codes
    version: Codes
    annotator: Codes
    other: Flags
    mates: Codes
    mates_other: Codes

    @property
    def majority(self) -> Codes:
        """What most of the others said, (m,): 1 the second label, 0 the first, UNKNOWN where they tie or are none."""
        twice = 2 * self.mates_other - self.mates
        return np.where(twice == 0, UNKNOWN, (twice > 0).astype(np.int64))

    @property
    def apart(self) -> Codes:
        """From how many of the others each answer differs, (m,)."""
        return np.where(self.other, self.mates - self.mates_other, self.mates_other)

    @property
    def split(self) -> Flags:
        """Whether the others said both, (m,)."""
        return np.asarray((self.mates_other > 0) & (self.mates_other < self.mates))

    def disagreement(self, kept: Flags | None = None) -> float:
        """The share of pairs of answers to a unit that differ, maybe of some of the annotators' answers alone."""
        chosen = self if kept is None else at_odds_in(self, kept)
        pairs = float(chosen.mates.sum())
        return float(chosen.apart.sum()) / pairs if pairs else 0.0


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """k answers by which somebody answered a unit again, among those at odds: where the first stands there, (k,)."""

    first: Codes
    changed: Flags


def at_odds(given: Given, pair: tuple[int, int]) -> tuple[AtOdds, Repeats]:
    """The answers that gave one of two labels, and what those who gave them said when asked again."""
    one, other = pair
    among = (given.label == one) | (given.label == other)
    rows = np.flatnonzero(among & given.counted)
    place = np.full(len(given.label), UNKNOWN)
    place[rows] = np.arange(len(rows))
    again = np.flatnonzero(among & ~given.counted)
    again = again[place[given.first[again]] != UNKNOWN]
    where = place[given.first[again]]
    found = _counted(pair, given, rows)
    return found, Repeats(first=where, changed=found.other[where] != (given.label[again] == other))


def at_odds_in(found: AtOdds, kept: Flags) -> AtOdds:
    """Some of the answers, each beside the others that are left."""
    names = ("item", "unit", "version", "annotator", "other")
    return _mated(found.pair, **{name: getattr(found, name)[kept] for name in names})


def _counted(pair: tuple[int, int], given: Given, rows: Codes) -> AtOdds:
    names = ("item", "unit", "version", "annotator")
    return _mated(pair, **{name: getattr(given, name)[rows] for name in names}, other=given.label[rows] == pair[1])


def _mated(
    pair: tuple[int, int], *, item: Codes, unit: Codes, version: Codes, annotator: Codes, other: Flags
) -> AtOdds:
    asked, of = np.unique(unit, return_inverse=True)
    size, second = np.bincount(of, minlength=len(asked)), np.bincount(of[other], minlength=len(asked))
    return AtOdds(
        pair=pair,
        item=item,
        unit=of.astype(np.int64),
        version=version,
        annotator=annotator,
        other=other,
        mates=size[of] - 1,
        mates_other=second[of] - other,
    )


def pairs_at_odds(given: Given) -> list[tuple[tuple[int, int], float]]:
    """Every two labels that were given to one unit, or given and not true, with the points of agreement they cost.

    The points are the share of pairs of answers to a unit that are these two, averaged over all units: truth, where it
    is known, counts as one answer more.
    """
    unit, label = given.unit[given.counted], given.label[given.counted]
    known = given.truth[given.item] != UNKNOWN
    asked, where = np.unique(given.unit[known], return_index=True)
    unit = np.concatenate([unit, asked])
    label = np.concatenate([label, given.truth[given.item[known]][where]])
    order = np.argsort(unit, kind="stable")
    unit, label = unit[order], label[order]
    size = np.bincount(unit).astype(np.float64)
    labels = int(label.max(initial=0)) + 1
    keys, weights = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for lag in range(1, len(unit)):
        left = np.flatnonzero(unit[lag:] == unit[:-lag])
        if not len(left):
            break
        one, other = label[left], label[left + lag]
        differ = one != other
        n = size[unit[left[differ]]]
        keys.append((np.minimum(one, other) * labels + np.maximum(one, other))[differ])
        weights.append(2 / (n * (n - 1)))
    distinct, which = np.unique(np.concatenate(keys), return_inverse=True)
    cost = 100 * np.bincount(which, weights=np.concatenate(weights), minlength=len(distinct)) / max(1, len(size))
    ranked = np.argsort(-cost, kind="stable").tolist()
    return [((int(distinct[at]) // labels, int(distinct[at]) % labels), float(cost[at])) for at in ranked]
