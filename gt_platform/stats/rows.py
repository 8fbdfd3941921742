"""Any distance between two samples of rows, calibrated by dealing the rows out again; the distance is the callers'.

Distances of counts, which are dealt out far faster, belong in permutation.py.
"""

from collections.abc import Callable

import numpy as np

from gt_platform.stats.distances import Floats
from gt_platform.stats.permutation import Chance, decided
from gt_platform.stats.units import Flags, Units

Distance = Callable[[Floats, Floats], float]
"""Of reference and current values, of the kind whose square falls as one over the rows."""


def compare_rows(
    distance: Distance,
    sides: tuple[Floats, Floats],
    how: Chance,
    *,
    units: Units,
    worth: float = 1.0,
) -> tuple[float, float, float]:
    """The distance of the reference's values (n,) from the current (m,), its threshold and p-value at `how.alpha`.

    It costs one call of `distance` a permutation and one a day of the reference. `worth` is by how much clusters raise
    the variance. Raises whatever `distance` raises, and ValueError for too few permutations for alpha.
    """
    reference, current = sides
    held = reference[units.held]
    pooled, rng = np.concatenate([held, current]), how.drawn
    observed = distance(held, current)
    chance = np.empty(how.permutations)
    for number in range(how.permutations):
        dealt = rng.permutation(pooled)
        chance[number] = distance(dealt[: held.size], dealt[held.size :])
    chance = np.sort(chance) * np.sqrt(worth)
    rows = np.bincount(units.day, minlength=units.groups.size).astype(np.float64)
    days = units.reference(rows)
    apart = np.zeros(rows.size)
    for day in np.flatnonzero(days.told):
        here: Flags = units.day == day
        others: Flags = (units.groups[units.day] == units.groups[day]) & ~here
        apart[day] = distance(reference[others], reference[here])
    return observed, *decided(observed, chance, days, apart, current.size, how.alpha)
