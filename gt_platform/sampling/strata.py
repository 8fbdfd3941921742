"""Cutting a frame into strata: by how drifted, how sure and how well received its events are.

Arrays in, strata out. Reading the frame and drawing from the strata belong in `draw`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Cell = tuple[int, int, int]

DRIFT = ("low", "middle", "high")
CONFIDENCE = ("low", "high", "missing")
FEEDBACK = ("other", "negative")
DISTANCE = np.array([4, 1, 2])
"""How far apart one step of feedback, drift and confidence is: mergers cross the least telling border first."""
UNKNOWN_ERROR = 0.25  # where the model does not say how sure it is
LEAST_ERROR, MOST_ERROR = 0.05, 0.5  # no model is so sure that nobody need look; 1/2 varies most


@dataclass(frozen=True)
class Strata:
    """H strata of n events: `code` (n,) into `names`, `sizes` and guessed standard `deviations`, each (H,)."""

    names: tuple[str, ...]
    code: Codes
    sizes: Codes
    deviations: Floats


def stratify(drift: Floats, confidence: Floats, negative: NDArray[np.bool_], *, smallest: int, most: int) -> Strata:
    """Cut n events by thirds of the drift score, halves of the confidence (NaN: missing) and negative feedback.

    The cuts are quantiles of the frame itself, so that models whose confidences live on other scales are
    cut as well; equal values are never parted. Cells with fewer than `smallest` events, and the smallest
    while there are more than `most`, merge into the nearest cell.
    """
    cell = _cells(drift, confidence, negative)
    numbers, position = np.unique(cell, return_inverse=True)
    groups = _merged([int(number) for number in numbers], np.bincount(position), smallest, most)
    group_of = {number: at for at, group in enumerate(groups) for number in group}
    code = np.array([group_of[int(number)] for number in numbers], dtype=np.int64)[position]
    return Strata(
        tuple(" + ".join(_name(number) for number in group) for group in groups),
        code,
        np.bincount(code, minlength=len(groups)),
        _deviations(drift, confidence, negative, code, len(groups)),
    )


def _cells(drift: Floats, confidence: Floats, negative: NDArray[np.bool_]) -> Codes:
    known = ~np.isnan(confidence)
    sure = np.full(len(confidence), CONFIDENCE.index("missing"))
    if known.any():
        sure[known] = np.searchsorted(_cuts(confidence[known], 2), confidence[known])
    bucket = np.searchsorted(_cuts(drift, len(DRIFT)), drift)
    return np.asarray((negative * len(DRIFT) + bucket) * len(CONFIDENCE) + sure, dtype=np.int64)


def _cuts(values: Floats, parts: int) -> Floats:
    return np.quantile(values, np.arange(1, parts) / parts, method="inverted_cdf")


def _merged(numbers: list[int], sizes: Codes, smallest: int, most: int) -> list[list[int]]:
    """Groups of cell numbers, each ascending; the smallest group merges first, of equal ones the first."""
    groups: dict[tuple[int, ...], int] = {(number,): int(size) for number, size in zip(numbers, sizes, strict=True)}
    while len(groups) > 1:
        least = min(groups, key=lambda group: (groups[group], group))
        if groups[least] >= smallest and len(groups) <= most:
            break
        size = groups.pop(least)
        near = min(groups, key=lambda group: (_distance(least, group), group))
        groups[tuple(sorted(near + least))] = groups.pop(near) + size
    return sorted(list(group) for group in groups)


def _distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    pairs = np.array([[np.subtract(_split(a), _split(b)) for b in other] for a in one])
    return int((np.abs(pairs) * DISTANCE).sum(axis=2).min())


def _split(number: int) -> Cell:
    rest, sure = divmod(number, len(CONFIDENCE))
    return *divmod(rest, len(DRIFT)), sure


def _name(number: int) -> str:
    negative, drift, sure = _split(number)
    return f"drift {DRIFT[drift]}, confidence {CONFIDENCE[sure]}, feedback {FEEDBACK[negative]}"


def _deviations(drift: Floats, confidence: Floats, negative: NDArray[np.bool_], code: Codes, strata: int) -> Floats:
    """Guess sigma_h = sqrt(p (1 - p)) from an error rate p: what the model owns up to, more where it drifted."""
    error = np.clip(1 - confidence, LEAST_ERROR, MOST_ERROR)
    error[np.isnan(error)] = UNKNOWN_ERROR
    # a score of 1 is unlike anything in the reference: there the confidence says nothing, and p goes to 1/2
    error += (MOST_ERROR - error) * np.clip(2 * drift - 1, 0, 1)
    error[negative] = MOST_ERROR
    mean = np.bincount(code, error, strata) / np.maximum(np.bincount(code, minlength=strata), 1)
    return np.sqrt(mean * (1 - mean))
