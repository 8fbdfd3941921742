"""Who gets which assignment: decided on what everybody holds already, so that nothing is asked twice or forgotten.

Pure: the same holdings give the same deal. Sending what is dealt is the backend's business.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from gt_platform.labeling.dealing.mixing import Chance, Mix, Mixing
from gt_platform.labeling.dealing.seats import Annotator, Holding, Key, Seat, State, rounds, seat
from gt_platform.labeling.messages import Assignment, Honeypot

RANK: dict[State, int] = {"answered": 0, "given up": 1, "open": 2}


@dataclass(frozen=True, kw_only=True)
class Deal:
    """What everybody is given, in order; the keys of tasks to be taken back; what there is nobody for."""

    given: dict[str, list[Assignment | Honeypot]]
    taken_back: list[Key]
    nobody: list[Assignment]


def deal(
    assignments: Sequence[Assignment],
    annotators: Sequence[Annotator],
    *,
    chance: Chance,
    honeypots: Sequence[Honeypot] = (),
    mixing: Mixing | None = None,
    queue: int = 500,
    steal: int = 10,
) -> Deal:
    """Deal what nobody holds, the most urgent first, to whoever may have it and has least to do.

    Nobody has more than `queue` open tasks; who is there and has fewer than `steal` comes first, and takes over what
    absent ones left open.
    `chance` turns a text into a number in [0, 1) that annotators cannot foresee.
    """
    steal = min(steal, queue)
    waiting = {one.assignment_id: one for one in assignments}
    once = [_once(annotator) for annotator in annotators]
    annotators = [annotator for annotator, _ in once]
    holders, surplus = _holders(waiting, annotators, {one.honeypot_id for one in honeypots})
    taken_back = {*surplus, *(key for _, again in once for key in again)}
    round_of = rounds(annotators, assignments)
    seats = [seat(annotator, round_of, taken_back) for annotator in annotators]
    ordered = sorted(assignments, key=lambda one: (-one.priority, one.slot, chance(one.assignment_id)))
    left = [(one, held) for one in ordered if (held := _left_open(holders.get(one.assignment_id)))]
    taken_back |= {held.key for one, held in left if _give(one, round_of, _idle(seats, one, round_of, steal), chance)}
    # absent ones may have another of an item that was taken over from them
    seats = [seat(each.annotator, round_of, taken_back) if each.annotator.absent else each for each in seats]
    nobody = []
    for one in ordered:
        if one.assignment_id not in holders:
            able = [seat for seat in seats if seat.may_answer(one, round_of[one.assignment_id])]
            nobody += [] if able else [one]
            idle = _idle(able, one, round_of, steal)
            _give(one, round_of, idle or [seat for seat in able if seat.open < queue], chance)
    place = {one.assignment_id: at for at, one in enumerate(ordered)}
    for each in seats:
        each.work.sort(key=lambda one: place[one.assignment_id])
    mix = Mix(honeypots, mixing or Mixing(), chance, annotators)
    return Deal(
        given={seat.annotator.name: mix.mixed(seat) for seat in seats if seat.work},
        taken_back=sorted(taken_back),
        nobody=nobody,
    )


def _once(annotator: Annotator) -> tuple[Annotator, list[Key]]:
    """With each task once, of two for the same the answered one, else the older; and the others' keys, if open."""
    best: dict[tuple[str, str], Holding] = {}
    for held in sorted(annotator.holdings, key=lambda held: (RANK[held.state], held.key)):
        best.setdefault((held.ref.what, held.ref.id), held)
    kept = {held.key for held in best.values()}
    again = [held.key for held in annotator.holdings if held.key not in kept and held.state == "open"]
    return replace(annotator, holdings=tuple(held for held in annotator.holdings if held.key in kept)), again


def _holders(
    waiting: dict[str, Assignment], annotators: Sequence[Annotator], honeypots: Collection[str]
) -> tuple[dict[str, tuple[Annotator, Holding]], list[Key]]:
    """Who holds each assignment, and the keys of open tasks that are nobody's business any more."""
    claims: dict[str, list[tuple[Annotator, Holding]]] = defaultdict(list)
    surplus = []
    for annotator in annotators:
        for held in annotator.holdings:
            if held.state == "open" and not _stays(held, annotator, waiting, honeypots):
                surplus.append(held.key)
            elif held.state != "given up" and held.ref.what == "work":
                claims[held.ref.id].append((annotator, held))
    holders = {}
    for assignment_id, claimed in claims.items():
        holders[assignment_id], *others = sorted(claimed, key=_claim)
        surplus += [held.key for _, held in others if held.state == "open"]
    return holders, surplus


def _stays(held: Holding, annotator: Annotator, waiting: dict[str, Assignment], honeypots: Collection[str]) -> bool:
    if held.ref.what == "honeypot":
        return not annotator.paused and held.ref.id in honeypots
    asked = waiting.get(held.ref.id)
    return asked is not None and not annotator.paused and set(asked.requires) <= annotator.abilities


def _claim(one: tuple[Annotator, Holding]) -> tuple[bool, bool, Key]:
    annotator, held = one
    return held.state == "open", annotator.absent, held.key


def _left_open(holder: tuple[Annotator, Holding] | None) -> Holding | None:
    """What an absent annotator has left open of an assignment."""
    return holder[1] if holder is not None and holder[0].absent and holder[1].state == "open" else None


def _idle(seats: Iterable[Seat], one: Assignment, round_of: dict[str, int], steal: int) -> list[Seat]:
    """Those who are there, have little to do, and may answer it."""
    there = (seat for seat in seats if not seat.annotator.absent and seat.open < steal)
    return [seat for seat in there if seat.may_answer(one, round_of[one.assignment_id])]


def _give(one: Assignment, round_of: dict[str, int], able: Iterable[Seat], chance: Chance) -> bool:
    """To the one with least to do; False if there is none."""
    seats = list(able)
    if not seats:
        return False

    def order(seat: Seat) -> tuple[int, float, str]:
        name = seat.annotator.name
        return seat.open, chance(f"{one.assignment_id} {name}"), name

    min(seats, key=order).answer(one, round_of[one.assignment_id])
    return True
