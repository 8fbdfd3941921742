"""Cutting a frame into strata: by how drifted, how sure and how well received its events are.

Arrays in, strata out. Reading the frame and drawing from the strata belong in `draw`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gt_platform.sampling.novelty import Codes, Flags, Floats, novel

Cell = tuple[int, int, int]

DRIFT = ("low", "middle", "high")
CONFIDENCE = ("low", "high", "missing")
FEEDBACK = ("other", "negative")
DISTANCE = np.array([4, 1, 2])
"""How far apart one step of feedback, drift and confidence is: mergers cross the least telling border first."""
UNKNOWN_ERROR = 0.25  # where the model does not say how sure it is
LEAST_ERROR, MOST_ERROR = 0.05, 0.5  # no model is so sure that nobody need look; 1/2 varies most
NEW_MATTERS = 24.0
"""How much more the relative variance of the score of what is new weighs than the headline's. With a floor of half the
budget this triples a label's worth to the score of a slice of 15 % (tests/bench/design.py)."""
LEAST_NEW = 0.15  # a few odd events are not worth half the budget


@dataclass(frozen=True)
class Strata:
    """H strata of n events: `code` (n,) into `names`, `sizes` and guessed `deviations`, each (H,).

    A deviation is an answer's guessed standard deviation; where events are new, for the headline and their own score.
    """

    names: tuple[str, ...]
    code: Codes
    sizes: Codes
    deviations: Floats


def stratify(
    drift: Floats, confidence: Floats, negative: Flags, *, smallest: int, most: int, slices: Sequence[Codes] = ()
) -> Strata:
    """Cut n events by the drift score, halves of the confidence (NaN: missing) and negative feedback.

    New events, see `novel`, are a class of their own above the lower and upper half of the others; without any, the
    drift score is cut into thirds. `slices` holds the events' codes in each declared attribute, -1 where missing. The
    cuts are quantiles of the frame itself, so that models whose confidences live on other scales are cut as well;
    equal values are never parted. Cells with fewer than `smallest` events, and the smallest while there are more than
    `most`, merge into the nearest cell.
    """
    new = novel(drift, slices)
    cell = _cells(drift, confidence, negative, new)
    numbers, position = np.unique(cell, return_inverse=True)
    groups = _merged([int(number) for number in numbers], np.bincount(position), smallest, most)
    group_of = {number: at for at, group in enumerate(groups) for number in group}
    code = np.array([group_of[int(number)] for number in numbers], dtype=np.int64)[position]
    return Strata(
        tuple(" + ".join(_name(number) for number in group) for group in groups),
        code,
        np.bincount(code, minlength=len(groups)),
        _deviations(_errors(drift, confidence, negative, new), new, code, len(groups)),
    )


def _cells(drift: Floats, confidence: Floats, negative: Flags, new: Flags) -> Codes:
    known = ~np.isnan(confidence)
    sure = np.full(len(confidence), CONFIDENCE.index("missing"))
    if known.any():
        sure[known] = confidence[known] > _middle(confidence[known])
    bucket = np.full(len(drift), DRIFT.index("high"))
    bucket[~new] = np.searchsorted(_cuts(drift[~new], len(DRIFT) - int(new.any())), drift[~new])
    return np.asarray((negative * len(DRIFT) + bucket) * len(CONFIDENCE) + sure, dtype=np.int64)


def _cuts(values: Floats, parts: int) -> Floats:
    return np.quantile(values, np.arange(1, parts) / parts, method="inverted_cdf") if len(values) else values


def _middle(values: Floats) -> float:
    """The median; the next value below where nothing is above it, as where a judge says no more than yes or no."""
    middle, highest = float(_cuts(values, 2)[0]), float(values.max())
    below = values[values < highest]
    return float(below.max()) if middle == highest and len(below) else middle


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


def _errors(drift: Floats, confidence: Floats, negative: Flags, new: Flags) -> Floats:
    """Guess each event's chance of being wrong: what the model owns up to, more where it drifted."""
    error = np.clip(1 - confidence, LEAST_ERROR, MOST_ERROR)
    error[np.isnan(error)] = UNKNOWN_ERROR
    # a score of 1 is unlike anything in the reference: there the confidence says nothing, and p goes to 1/2
    error += (MOST_ERROR - error) * np.clip(2 * drift - 1, 0, 1)
    error[new] = np.maximum(error[new], UNKNOWN_ERROR)
    error[negative] = MOST_ERROR
    return np.asarray(error)


def _deviations(error: Floats, new: Flags, code: Codes, strata: int) -> Floats:
    """Guess sigma_h = sqrt(p (1 - p)) from a stratum's mean error p; with new events, a compromise between scores.

    The relative variances of the headline and of the new events' own score, added up, are least when n_h is
    proportional to N_h sqrt(sigma_h^2 / sigma^2 + K new_h / new), new and new_h being the shares of new events in the
    frame and the stratum (a compromise of allocations, Cochran 1977, 5A.3). The weight K falls from NEW_MATTERS to
    nothing as new events come to be half of the frame: the headline then speaks of them anyway.
    """
    size = np.maximum(np.bincount(code, minlength=strata), 1)
    mean = np.bincount(code, error, strata) / size
    variance = mean * (1 - mean)
    if not new.any():
        return np.sqrt(variance)
    share, whole = float(new.mean()), float(error.mean() * (1 - error.mean()))
    weight = NEW_MATTERS * max(1 - 2 * share, 0.0) ** 2 / max(share, LEAST_NEW)
    return np.sqrt(variance + whole * weight * np.bincount(code, new, strata) / size)
