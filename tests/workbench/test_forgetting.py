"""Items that are erased from the workbench: nothing of them is left in the store, and the rest goes on."""

from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from gt_platform.labeling.base import Forgetful, Forgetting
from gt_platform.labeling.messages import Briefing, Case, Opinion
from gt_platform.workbench.desk import review, work
from gt_platform.workbench.desk.review import CaseTask
from gt_platform.workbench.store import tables
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from tests.support.sentiment import item_of
from tests.workbench.people import NOW, TRUTH, Shop, honeypot

MARK = "Zyzzogeton"
HANDED_IN, HELD, FREE, POT = (f"{MARK} wrote {what}" for what in ("this", "that", "more", "before"))
KEYED = {item_of(text): f"{number:064x}" for number, text in enumerate((HANDED_IN, HELD, FREE, POT))}


def written(database: Database) -> str:
    """Every row of every table."""
    with database.read() as connection:
        return "\n".join(
            str(row) for table in tables.metadata.sorted_tables for row in connection.execute(select(table))
        )


def on_disk(database: Database) -> bytes:
    """The store's bytes, where it is a file."""
    if database.engine.dialect.name != "sqlite":
        return b""
    file = Path(str(database.engine.url.database))
    return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


def test_nothing_of_an_item_is_left_and_the_rest_goes_on(shop: Shop) -> None:
    ann, ruth = shop.hire("ann"), shop.hire("ruth", roles=["reviewer"])
    asked = shop.send([HANDED_IN])
    task = shop.task(ann)
    shop.answer(ann, task, comment=f"{MARK} again")
    shop.hand_in(ann, str(task.batch_id))
    shop.backend.brief(Briefing(honeypots=(honeypot(POT),), cases=(_case(),)))
    case = review.next_case(shop.database, ruth, shop.project.name, now=NOW)
    assert isinstance(case, CaseTask)
    review.rule(shop.database, ruth, case.case_id, TRUTH, f"as {MARK} says", None, now=NOW)
    asked += shop.send([HELD, FREE, "of somebody else"], overlap=2)
    for held in [task for task in shop.held(ann) if str(task.input).startswith(MARK)][:1]:
        work.save_draft(shop.database, ann, held.task_id, TRUTH, f"{MARK}, I think", now=NOW)
    assert MARK in written(shop.database)
    backend = shop.backend
    assert isinstance(backend, Forgetful)
    keyed = {one.assignment_id: f"{number:032x}" for number, one in enumerate(asked) if one.item_id in KEYED}
    told = backend.forget(Forgetting(items=KEYED, assignments=keyed, honeypots={}, texts=[HANDED_IN]))
    assert told.tasks >= 2
    assert told.audit
    for gone in (MARK, *KEYED, *keyed):
        assert gone not in written(shop.database)
        assert gone.encode() not in on_disk(shop.database)
    again = backend.forget(Forgetting(items=KEYED, assignments=keyed, honeypots={}, texts=[HANDED_IN]))
    assert (again.tasks, again.audit) == (0, told.audit)
    with shop.database.read() as connection:
        open_ = connection.execute(select(tables.seats.c.item_id).where(tables.seats.c.state.in_(("free", "held"))))
        assert set(open_.scalars()) == {item_of("of somebody else")}
    assert "of somebody else" in {str(one.input) for one in [shop.task(ann)]}
    with pytest.raises((SQLAlchemyError, DatabaseError), match="append-only"), shop.database.write() as connection:
        connection.execute(update(tables.audit).values(who="nobody"))


def _case() -> Case:
    return Case(
        item_id=item_of(HANDED_IN),
        answers_digest="d",
        input=HANDED_IN,
        opinions=(Opinion(answer=TRUTH, comment=f"so {MARK}"),),
        why="they differ",
        priority=1,
    )
