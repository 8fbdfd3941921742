"""How far a stated confidence is from how often it is right: bins, and the expected calibration error with an interval.

How right a bin is, by which design and against whose truth, belongs to the caller.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.intervals import LEVEL

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

MOST_BINS = 10
LEAST_UNITS = 25
"""Units of a bin: with ten, what chance alone makes of the error is .1 and more."""
FISSION_SPREAD = 1.64
"""The most that the variance of `_sure`'s terms comes to, in a bin's own: at a gap of two standard errors."""


@dataclass(frozen=True)
class CalibrationError:
    """The mean distance of confidence from rightness over bins: as it was seen, and less what chance makes of it."""

    seen: float
    estimate: float
    low: float
    high: float


def equal_counts(confidence: Floats) -> Floats:
    """Cuts between bins of about as many of n units, ascending; none where they are too few for two bins.

    A unit is in the bin `np.searchsorted(cuts, confidence, side="left")`: equal confidences are in one.
    """
    bins = min(MOST_BINS, len(confidence) // LEAST_UNITS)
    if bins < 2:
        return np.empty(0)
    ordered = np.sort(confidence)
    cuts = np.unique(ordered[[len(ordered) * at // bins - 1 for at in range(1, bins)]])
    return np.asarray(cuts[cuts < ordered[-1]])


def calibration_error(share: Floats, gap: Floats, error: Floats, whole: float, freedom: float) -> CalibrationError:
    """The expected calibration error of K bins with these shares (K,) of all, gaps and standard errors of the gaps.

    `whole` is the standard error of the weighted sum of the gaps, each with the sign it was seen with: more than that
    of independent bins where they err together.

    Seen gaps have a distance from 0 by chance alone, so the sum of their sizes is too high (Kumar, Liang & Ma 2019,
    Verified Uncertainty Calibration). What is estimated is less by how much higher it would be, if such gaps were true
    and seen again with as much noise, as they propose. Nearly calibrated, that still is about half of the bias too
    high, so the interval does not rest on it: its upper end lies above the sum as seen, which on average is no less
    than the truth, and its lower end below the sum that two independent halves of the evidence give, one the sign and
    one the size, which on average is no more. The halves are made of each gap by Gaussian noise (Leiner, Duan,
    Wasserman & Ramdas 2023, Data Fission), over all of which the mean is known.
    """
    from scipy.special import stdtrit

    reach = float(stdtrit(max(freedom, 1.0), 0.5 + LEVEL / 2))
    apart = float(np.sqrt(np.sum((share * error) ** 2)))
    together = max(apart, whole)
    size = np.abs(gap)
    folded, height = _folded(size, error)
    seen = float(share @ size)
    sure = float(share @ (folded - 2 * height))
    low = max(sure - reach * together * FISSION_SPREAD**0.5, 0.0)
    high = min(seen + reach * together, 1.0)
    estimate = float(np.clip(share @ (2 * size - folded), low, high))
    return CalibrationError(seen=seen, estimate=estimate, low=low, high=high)


def _folded(size: Floats, error: Floats) -> tuple[Floats, Floats]:
    """The mean size of normal values around these with these errors, and the part of it that is there at 0, too."""
    from scipy.special import ndtr

    with np.errstate(divide="ignore", invalid="ignore"):
        place = np.where(error > 0, size / error, np.inf)
    height = 2 * error * np.exp(-(place**2) / 2) / np.sqrt(2 * np.pi)
    return size * (2 * ndtr(place) - 1) + height, height
