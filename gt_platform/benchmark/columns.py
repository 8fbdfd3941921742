"""What events add to metrics, as columns: ratios of totals by metric and label, then the parts of corpus statistics."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gt_platform.benchmark.corpus import Statistic
from gt_platform.benchmark.systems import Column
from gt_platform.metrics import Added, Measuring
from gt_platform.stats.label_error.shares import Shares

Floats = NDArray[np.float64]


def rows(added: Sequence[Added], columns: Sequence[Column]) -> Shares:
    """What n units add to these columns, (n, m); those that add the very same object are looked at once."""
    alike = {id(one): one for one in added}
    place = {name: at for at, name in enumerate(alike)}
    table = np.array([[one.get(column, (0.0, 0.0)) for column in columns] for one in alike.values()], dtype=np.float64)
    at = np.fromiter((place[id(one)] for one in added), dtype=np.int64, count=len(added))
    numerator, denominator = np.moveaxis(table.reshape(len(alike), len(columns), 2), 2, 0)
    return Shares(numerator=numerator[at], denominator=denominator[at])


def shared(
    measuring: Measuring, added: Sequence[Added], metrics: set[str], label: str | None = None
) -> tuple[list[Column], Shares]:
    """What n units add, as columns (n, m): of these metrics, of one label or of all, then the parts of statistics."""
    found = {column for one in {id(each): each for each in added}.values() for column in one}
    parts = set(measuring.families.values())
    columns = sorted(column for column in found if column[0] in metrics and label in {None, column[1]})
    columns += sorted(column for column in found if column[0] in parts)
    return columns, rows(added, columns)


def statistics(measuring: Measuring, columns: list[Column]) -> tuple[Statistic, ...]:
    """Where the parts of each statistic are; nowhere, behind the ratios, where no event has any."""
    names = [name for name, _ in columns]
    end = sum(name not in set(measuring.families.values()) for name in names)
    found = []
    for metric in measuring.statistics:
        family = measuring.families[metric.parts]
        first = names.index(family) if family in names else end
        found.append(Statistic(metric=metric, first=first, last=first + names.count(family)))
    return tuple(found)


def said_confidence(auxiliary: Floats, measuring: Measuring) -> list[float | None]:
    """How sure the model said it was, of each of n events (n, p) as far as it said so; production's is of no other."""
    if measuring.repeated:
        return [None] * len(auxiliary)
    return [None if unsaid else said for said, unsaid in auxiliary[:, 1:3].tolist()]
