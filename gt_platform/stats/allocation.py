"""How many units to draw from each stratum, and which.

Sizes, deviations and ids in, counts and a mask out: what the strata mean is the caller's business.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def allocate(
    sizes: Sequence[int] | Counts,
    deviations: Sequence[float] | Floats,
    budget: int,
    *,
    floor: float,
    minimum: int | Counts,
) -> Counts:
    """Split a budget over strata: a proportional share, and the rest where answers vary most.

    Neyman (1934): the variance of a stratified mean is least when n_h is proportional to N_h * sigma_h. A
    guessed sigma can be wrong, so the share `floor` of the budget is spread in proportion to N_h alone.

    `sizes` are the N_h, `deviations` the guessed standard deviations sigma_h. The counts sum to `budget`,
    except that no stratum gives more than it has, nor fewer than `minimum`, for all or (H,) (at least 1, or no
    inclusion probability would exist) or all it has. Ties in rounding go to the earlier stratum. Raises ValueError.
    """
    size, sigma = np.asarray(sizes, dtype=np.int64), np.asarray(deviations, dtype=np.float64)
    _check(size, sigma, budget, floor, minimum)
    least = np.minimum(size, minimum)
    total = max(min(budget, int(size.sum())), int(least.sum()))
    return rounded(filled(_wanted(size, sigma, floor), least, size, total), total)


def draw(ids: Sequence[str], stratum: NDArray[np.int64], counts: Counts, seed: int) -> NDArray[np.bool_]:
    """Mark a simple random sample without replacement of `counts[h]` units in every stratum h.

    Each unit's rank is a keyed digest of its id and the lowest ranks are drawn, so the same units come out
    in whatever order they are listed. `ids` must be distinct; `stratum` holds a code into `counts` for each.
    """
    key = seed.to_bytes(8, "big", signed=True)
    digests = b"".join(hashlib.blake2b(unit.encode(), digest_size=16, key=key).digest() for unit in ids)
    rank = np.frombuffer(digests, dtype=">u8").reshape(-1, 2)
    order = np.lexsort((rank[:, 1], rank[:, 0], stratum))
    first = np.searchsorted(stratum[order], np.arange(len(counts)))
    within = np.arange(len(order)) - first[stratum[order]]
    drawn = np.zeros(len(order), dtype=np.bool_)
    drawn[order] = within < counts[stratum[order]]
    return drawn


def _check(size: Counts, sigma: Floats, budget: int, floor: float, minimum: int | Counts) -> None:
    if size.shape != sigma.shape or (size < 0).any():
        raise ValueError(f"{size.size} stratum sizes, {sigma.size} deviations: give one of each, sizes not negative")
    if not np.isfinite(sigma).all() or (sigma < 0).any():
        raise ValueError("deviations must be finite and not negative")
    if budget < 0 or np.min(minimum, initial=1) < 1 or not 0 <= floor <= 1:
        raise ValueError(f"budget {budget}, minimum {minimum}, floor {floor}: need >= 0, >= 1, and 0 to 1")


def _wanted(size: Counts, sigma: Floats, floor: float) -> Floats:
    even = size / max(int(size.sum()), 1)
    spread = size * sigma
    neyman = spread / spread.sum() if spread.sum() > 0 else even
    # a trace of the even share lets a stratum whose sigma is guessed as 0 take what others cannot give
    return np.asarray(floor * even + (1 - floor) * neyman + 1e-9 * even)


def filled(wanted: Floats, least: Counts, most: Counts, total: int) -> Floats:
    """Scale `wanted` so that its values, held between `least` and `most`, sum to `total`."""
    return np.asarray(np.minimum(np.maximum(scale_of(wanted, least, most, total) * wanted, least), most))


def scale_of(wanted: Floats, least: Counts, most: Counts, total: int) -> float:
    """By what `wanted` is to be scaled for that.

    The sum is linear in the scale between those at which a value leaves its least or reaches its most.
    """
    given = wanted > 0
    ends = np.sort(np.concatenate([least[given] / wanted[given], most[given] / wanted[given]]))
    sums = np.minimum(np.maximum(np.multiply.outer(ends, wanted), least), most).sum(axis=1)
    return float(np.interp(total, sums, ends)) if len(ends) else 0.0


def rounded(filled: Floats, total: int) -> Counts:
    """Whole numbers that sum to `total`, up for the largest remainders, of equal ones the first."""
    # 1e-6: a whole number that bisection missed by a hair must not lose a unit
    counts = np.floor(filled + 1e-6).astype(np.int64)
    left = total - int(counts.sum())
    counts[np.argsort(-np.round(filled - counts, 6), kind="stable")[:left]] += 1
    return counts
