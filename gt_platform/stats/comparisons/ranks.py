"""Which ranks of several systems are compatible with their paired differences."""

from collections.abc import Sequence
from dataclasses import dataclass

from gt_platform.stats.multiplicity import holm


@dataclass(frozen=True, kw_only=True)
class Gain:
    """By how much the system `second` is better than the system `first`, of those numbered from 0.

    The p-value is that of one look, or of every one: ranks hold as often.
    """

    first: int
    second: int
    gain: float
    p_value: float


def ranks(count: int, gains: Sequence[Gain], *, alpha: float = 0.05) -> list[tuple[int, int]]:
    """The best and the worst rank that each of `count` systems may have; all hold at once with 1 - alpha.

    One system is surely better than another where their difference is not 0 after Holm's correction over all pairs: a
    rank is at best one more than how many are surely better, at worst as many as are not surely worse (Mogstad, Romano,
    Shaikh & Wilhelm 2024). Pairs that nothing is known of tell nothing.
    """
    first, last = [1] * count, [count] * count
    for one, sure in zip(gains, holm([one.p_value for one in gains]) <= alpha, strict=True):
        if sure and one.gain:
            better, worse = (one.second, one.first) if one.gain > 0 else (one.first, one.second)
            first[worse] += 1
            last[better] -= 1
    return list(zip(first, last, strict=True))
