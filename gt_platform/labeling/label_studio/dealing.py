"""Who gets which assignment: decided on what everybody holds already, so that nothing is asked twice or forgotten.

Pure: the same holdings give the same deal. What is dealt is sent in `backend.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from gt_platform.labeling.label_studio.mixing import Chance, Mix, Mixing
from gt_platform.labeling.label_studio.workers import Holding, Key, Seat, State, Worker, rounds, seat
from gt_platform.labeling.messages import Assignment, Honeypot

RANK: dict[State, int] = {"answered": 0, "given up": 1, "open": 2}


@dataclass(frozen=True)
class Deal:
    """What everybody is given, in order; the keys of tasks to be taken back; what there is nobody for."""

    given: dict[str, list[Assignment | Honeypot]]
    taken_back: list[Key]
    nobody: list[Assignment]


def deal(
    assignments: Sequence[Assignment],
    workers: Sequence[Worker],
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
    once = [_once(worker) for worker in workers]
    workers = [worker for worker, _ in once]
    holders, surplus = _holders(waiting, workers, {one.honeypot_id for one in honeypots})
    taken_back = {*surplus, *(key for _, again in once for key in again)}
    round_of = rounds(workers, assignments)
    seats = [seat(worker, round_of, taken_back) for worker in workers]
    ordered = sorted(assignments, key=lambda one: (-one.priority, one.slot, chance(one.assignment_id)))
    nobody = []
    for one in ordered:
        if one.assignment_id not in holders:
            able = [seat for seat in seats if seat.may_answer(one, round_of[one.assignment_id])]
            nobody += [] if able else [one]
            idle = [seat for seat in able if not seat.worker.absent and seat.open < steal]
            _give(one, round_of, idle or [seat for seat in able if seat.open < queue], chance)
    for one in ordered:
        if left := _left_open(holders.get(one.assignment_id)):
            idle = [seat for seat in seats if not seat.worker.absent and seat.open < steal]
            able = [seat for seat in idle if seat.may_answer(one, round_of[one.assignment_id])]
            taken_back |= {left.key} if _give(one, round_of, able, chance) else set()
    mix = Mix(honeypots, mixing or Mixing(), chance, workers)
    return Deal({seat.worker.name: mix.mixed(seat) for seat in seats if seat.work}, sorted(taken_back), nobody)


def _once(worker: Worker) -> tuple[Worker, list[Key]]:
    """With each task once, of two for the same the answered one, else the older; and the others' keys, if open."""
    best: dict[tuple[str, str], Holding] = {}
    for held in sorted(worker.holdings, key=lambda held: (RANK[held.state], held.key)):
        best.setdefault((held.ref.what, held.ref.id), held)
    kept = {held.key for held in best.values()}
    again = [held.key for held in worker.holdings if held.key not in kept and held.state == "open"]
    return replace(worker, holdings=tuple(held for held in worker.holdings if held.key in kept)), again


def _holders(
    waiting: dict[str, Assignment], workers: Sequence[Worker], honeypots: Collection[str]
) -> tuple[dict[str, tuple[Worker, Holding]], list[Key]]:
    """Who holds each assignment, and the keys of open tasks that are nobody's business any more."""
    claims: dict[str, list[tuple[Worker, Holding]]] = defaultdict(list)
    surplus = []
    for worker in workers:
        for held in worker.holdings:
            if held.state == "open" and not _stays(held, worker, waiting, honeypots):
                surplus.append(held.key)
            elif held.state != "given up" and held.ref.what == "work":
                claims[held.ref.id].append((worker, held))
    holders = {}
    for assignment_id, claimed in claims.items():
        holders[assignment_id], *others = sorted(claimed, key=_claim)
        surplus += [held.key for _, held in others if held.state == "open"]
    return holders, surplus


def _stays(held: Holding, worker: Worker, waiting: dict[str, Assignment], honeypots: Collection[str]) -> bool:
    if held.ref.what == "honeypot":
        return not worker.paused and held.ref.id in honeypots
    asked = waiting.get(held.ref.id)
    return asked is not None and not worker.paused and set(asked.requires) <= worker.abilities


def _claim(one: tuple[Worker, Holding]) -> tuple[bool, bool, Key]:
    worker, held = one
    return held.state == "open", worker.absent, held.key


def _left_open(holder: tuple[Worker, Holding] | None) -> Holding | None:
    """What an absent annotator has left open of an assignment."""
    return holder[1] if holder is not None and holder[0].absent and holder[1].state == "open" else None


def _give(one: Assignment, round_of: dict[str, int], able: Iterable[Seat], chance: Chance) -> bool:
    """To the one with least to do; False if there is none."""
    order = [(seat.open, chance(f"{one.assignment_id} {seat.worker.name}"), seat.worker.name, seat) for seat in able]
    if not order:
        return False
    min(order, key=lambda entry: entry[:3])[3].answer(one, round_of[one.assignment_id])
    return True
