"""Drawing splits: by groups of near-duplicates, in the proportions of strata, never moving what is frozen.

Of every stratum, groups are lined up by chance and spread evenly from 0 to 1; the splits of a declared size are cut
from the line of all. So each has every stratum's share as nearly as groups allow, and its very size.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gt_platform.canonical import number

LARGEST = 0.1
"""The largest share of a split of a declared size that one group may be: more would make it a benchmark of one case."""
OF_64_BITS = float(1 << 64)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An item to be put into a split: with its group of near-duplicates, its stratum, and the split it is frozen in."""

    item_id: str
    group: str
    stratum: str
    frozen: str | None = None
    counts: bool = True
    """Whether it has truth: of those that have is a split's size."""


def draw(items: Iterable[Candidate], sizes: Mapping[str, int], rest: str | None, *, seed: str) -> dict[str, str]:
    """Every item's split; an item in none where nothing takes the rest, or it is neither frozen nor has truth."""
    groups: defaultdict[str, list[Candidate]] = defaultdict(list)
    for one in items:
        groups[one.group].append(one)
    found = {one.item_id: one.frozen for group in groups.values() for one in group if one.frozen is not None}
    for group in groups.values():
        if (bound := _bound(group, sizes)) is not None:
            found |= {one.item_id: bound for one in group if one.frozen is None and one.counts}
    counted = {one.item_id for group in groups.values() for one in group if one.counts}
    taken = Counter(split for item, split in found.items() if item in counted)
    free = {name: _counting(group) for name, group in groups.items() if all(one.frozen is None for one in group)}
    line = _in_line({name: group for name, group in free.items() if group}, seed)
    for split in sorted(sizes):
        line = _fill(split, sizes[split], taken[split], line, found)
    if rest is not None:
        found |= {one.item_id: rest for group in line for one in group}
    return found


def _bound(group: Sequence[Candidate], sizes: Mapping[str, int]) -> str | None:
    """The split that a group is frozen in; of several, one of a declared size."""
    frozen = {one.frozen for one in group if one.frozen is not None}
    return min(frozen, key=lambda split: (split not in sizes, split), default=None)


def _counting(group: Sequence[Candidate]) -> list[Candidate]:
    return [one for one in group if one.counts]


def _in_line(groups: Mapping[str, Sequence[Candidate]], seed: str) -> list[Sequence[Candidate]]:
    strata: defaultdict[str, list[str]] = defaultdict(list)
    for name, group in groups.items():
        strata[min(group, key=lambda one: one.item_id).stratum].append(name)
    places: dict[str, float] = {}
    for stratum, names in strata.items():
        begins = number(f"{seed}\n{stratum}") / OF_64_BITS
        names.sort(key=lambda name: (number(f"{seed}\n{name}"), name))
        places |= {name: (rank + begins) / len(names) for rank, name in enumerate(names)}
    return [groups[name] for name in sorted(groups, key=lambda name: (places[name], name))]


def _fill(
    split: str, size: int, taken: int, line: Sequence[Sequence[Candidate]], found: dict[str, str]
) -> list[Sequence[Candidate]]:
    """Put the first groups that fit into a split; returns the others, in line."""
    left, others = size - taken, []
    for group in line:
        if len(group) > left or (len(group) > 1 and len(group) > LARGEST * size):
            others.append(group)
            continue
        left -= len(group)
        found |= {one.item_id: split for one in group}
    return others
