"""What must be true of the store at any moment, read from its tables and compared with what people were told."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.tables import batches, seats, tasks

Rows = list[Any]
HOLDING = {"open": "held", "answered": "held", "handed_in": "handed_in"}


def violations(database: Database) -> list[str]:
    """Every rule that is broken, in words; nothing when all is well."""
    with database.read() as connection:
        all_tasks = list(connection.execute(select(tasks)).all())
        all_seats = list(connection.execute(select(seats)).all())
        all_batches = {row.batch_id: row for row in connection.execute(select(batches))}
    found = [*_one_holder(all_tasks, all_seats), *_one_each(all_tasks), *_honeypots(all_tasks)]
    return [*found, *_batches(all_tasks, all_batches), *_answers(all_tasks)]


def _one_holder(all_tasks: Rows, all_seats: Rows) -> Iterator[str]:
    holders = defaultdict(list)
    for row in all_tasks:
        if row.assignment_id is not None and row.state in HOLDING:
            holders[row.assignment_id].append(row.state)
    for seat in all_seats:
        states = holders.pop(seat.assignment_id, [])
        if len(states) > 1:
            yield f"{seat.assignment_id} has {len(states)} holders"
        expected = HOLDING[states[0]] if states else "free"
        if seat.state != "withdrawn" and seat.state != expected:
            yield f"{seat.assignment_id} is {seat.state}, its holder says {expected}"
    if holders:
        yield f"tasks without a seat: {sorted(holders)}"


def _one_each(all_tasks: Rows) -> Iterator[str]:
    had = Counter(
        (row.item_id, row.round, row.account_id) for row in all_tasks if row.assignment_id and row.state != "returned"
    )
    yield from (
        f"{person} has item {item} {times} times in round {round_}"
        for (item, round_, person), times in had.items()
        if times > 1
    )


def _honeypots(all_tasks: Rows) -> Iterator[str]:
    seen = Counter(
        (row.honeypot_id, row.account_id)
        for row in all_tasks
        if row.honeypot_id and (row.state != "returned" or row.opened_at is not None)
    )
    yield from (f"{person} saw honeypot {pot} {times} times" for (pot, person), times in seen.items() if times > 1)
    known = {(row.item_id, row.account_id) for row in all_tasks if row.honeypot_id and row.state != "returned"}
    asked = {(row.item_id, row.account_id) for row in all_tasks if row.assignment_id and row.state != "returned"}
    yield from (f"{person} has item {item} as both" for item, person in known & asked)


def _batches(all_tasks: Rows, all_batches: dict[str, Any]) -> Iterator[str]:
    in_hand = Counter((row.project, row.account_id) for row in all_batches.values() if row.state == "open")
    yield from (f"{person} has {times} open batches" for (_, person), times in in_hand.items() if times > 1)
    for row in all_tasks:
        closed = all_batches[row.batch_id].state != "open"
        if closed and row.state in {"open", "answered"}:
            yield f"task {row.task_id} is {row.state} in a batch that is closed"
        if not closed and row.state == "handed_in":
            yield f"task {row.task_id} is handed in, its batch is open"


def _answers(all_tasks: Rows) -> Iterator[str]:
    for row in all_tasks:
        if (row.answer is not None) != (row.state in {"answered", "handed_in"}):
            yield f"task {row.task_id} is {row.state} with the answer {row.answer}"
        if (row.handed_in_at is not None) != (row.state == "handed_in"):
            yield f"task {row.task_id} is {row.state}, handed in at {row.handed_in_at}"
        if row.state == "handed_in" and row.first_answer is None:
            yield f"task {row.task_id} forgot its first answer"
