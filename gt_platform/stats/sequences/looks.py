"""What every sequence here takes in and gives back: values looked at again and again, and bounds at each look."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Side = Literal["both", "low", "high"]
"""Which bounds are wanted. One alone spends all of alpha; the other is then infinite, or the end of the scale."""


@dataclass(frozen=True)
class Running:
    """An estimate at each of L looks, with bounds that hold at all looks together; each field (L,).

    `n` is the number of values, or of periods, seen by then. Bounds only ever tighten.
    """

    n: Counts
    estimate: Floats
    low: Floats
    high: Floats


def tightened(n: Counts, estimate: Floats, low: Floats, high: Floats) -> Running:
    """Bounds intersected with all earlier ones: the truth is in all of them, or the sequence has failed already."""
    return Running(n, estimate, np.maximum.accumulate(low), np.minimum.accumulate(high))


def finite(values: ArrayLike, what: str) -> Floats:
    """1-d numbers, at least one, all finite. Raises ValueError."""
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or found.size == 0:
        raise ValueError(f"{what}: a list of at least one number is needed")
    if not np.isfinite(found).all():
        raise ValueError(
            f"{what}: number {int(np.argmin(np.isfinite(found))) + 1} is missing or infinite; leave it out"
        )
    return found


def shares(values: ArrayLike, what: str) -> Floats:
    """The same, and all from 0 to 1."""
    found = finite(values, what)
    if found.min() < 0 or found.max() > 1:
        raise ValueError(f"{what} must be from 0 to 1; found {found.min():g} to {found.max():g}")
    return found


def ends(looks: ArrayLike | None, size: int) -> Counts:
    """How many values had been seen at each look, rising to at most `size`; without looks, one after every value."""
    if looks is None:
        return np.arange(1, size + 1)
    found = np.asarray(looks, dtype=np.int64)
    if found.ndim != 1 or found.size == 0 or found[0] < 1 or found[-1] > size or (np.diff(found) < 0).any():
        raise ValueError(f"looks must be counts of values seen, rising from at least 1 to at most {size}")
    return found


def check_alpha(alpha: float) -> None:
    """Raises ValueError unless alpha lies between 0 and 1."""
    if not 0 < alpha < 1:
        raise ValueError(f"alpha is {alpha}; it must lie between 0 and 1")
