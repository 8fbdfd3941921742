"""Honeypots between the work: which, and where."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gt_platform.labeling.dealing.seats import Annotator, Holding, Seat
from gt_platform.labeling.messages import Assignment, Honeypot

Chance = Callable[[str], float]
BLOCK = 20
"""Tasks among which the places of honeypots are drawn: their share is kept, and their places cannot be foreseen."""


@dataclass(frozen=True)
class Mixing:
    """The honeypots' share of an annotator's work, and how many a newcomer gets among the first of it."""

    share: float = 0.0
    newcomer: int = 0


class Mix:
    """Puts honeypots between the work, the least shown first. `chance` turns a text into a number in [0, 1)."""

    def __init__(
        self, honeypots: Sequence[Honeypot], mixing: Mixing, chance: Chance, annotators: Iterable[Annotator]
    ) -> None:
        self._honeypots, self._mixing, self._chance = honeypots, mixing, chance
        self._places: dict[tuple[str, int], frozenset[int]] = {}
        self._strata = {one.honeypot_id: one.stratum for one in honeypots}
        self._shown = Counter({one.honeypot_id: one.exposures for one in honeypots})
        # an open one has no answer that was counted yet
        self._shown.update(
            held.ref.id
            for annotator in annotators
            for held in annotator.holdings
            if held.state == "open" and _honeypot(held)
        )

    def mixed(self, seat: Seat) -> list[Assignment | Honeypot]:
        """The work of a seat with honeypots among it; none comes last, where nothing would hide it."""
        before = [held.ref.id for held in seat.annotator.holdings if _honeypot(held)]
        strata = Counter(self._strata[name] for name in before if name in self._strata)
        place = len(seat.annotator.holdings)
        early = self._early(seat, place, self._mixing.newcomer - len(before))
        dealt: list[Assignment | Honeypot] = []
        for one in seat.work:
            while place in early or self._due(seat.annotator.name, place):
                honeypot = self._next(seat, strata)
                if honeypot is None:
                    break
                dealt.append(honeypot)
                place += 1
            dealt.append(one)
            place += 1
        return dealt

    def _early(self, seat: Seat, place: int, lacking: int) -> frozenset[int]:
        """The places of what a newcomer lacks: no more than there is work among which to hide it."""
        count = max(0, min(lacking, len(seat.work)))
        span = max(min(count + len(seat.work) - 1, BLOCK), count)
        name = seat.annotator.name
        drawn = sorted(range(place, place + span), key=lambda at: self._chance(f"{name} newcomer {at}"))
        return frozenset(drawn[:count])

    def _due(self, name: str, place: int) -> bool:
        block, at = divmod(place, BLOCK)
        if (name, block) not in self._places:
            count = int(BLOCK * self._mixing.share + self._chance(f"{name} {block}"))
            drawn = sorted(range(BLOCK), key=lambda place: self._chance(f"{name} {block} {place}"))
            self._places[name, block] = frozenset(drawn[:count])
        return at in self._places[name, block]

    def _next(self, seat: Seat, strata: Counter[str]) -> Honeypot | None:
        """Of the stratum this annotator saw least, the one least shown."""
        able = [one for one in self._honeypots if seat.may_check(one)]
        if not able:
            return None
        name = seat.annotator.name

        def order(one: Honeypot) -> tuple[int, int, float]:
            return strata[one.stratum], self._shown[one.honeypot_id], self._chance(f"{name} {one.honeypot_id}")

        chosen = min(able, key=order)
        seat.check(chosen)
        strata[chosen.stratum] += 1
        self._shown[chosen.honeypot_id] += 1
        return chosen


def _honeypot(held: Holding) -> bool:
    return held.ref.what == "honeypot"
