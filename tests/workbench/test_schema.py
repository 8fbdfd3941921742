"""Stores of other versions: what 0.1.0 made is opened, migrated and worked on, and what a newer one made is refused."""

import logging
import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg2
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, inspect, select, update
from sqlalchemy.exc import IntegrityError

from gt_platform.workbench.accounts import people, sessions
from gt_platform.workbench.desk import review, work
from gt_platform.workbench.figures.quality import quality
from gt_platform.workbench.store import schema, tables
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from tests.support import backends
from tests.support.accounts import PASSWORD
from tests.support.sentiment import declare
from tests.workbench.invariants import violations
from tests.workbench.people import NOW, TRUTH, WRONG, Shop, asked_of, texts

MADE = backends.REPOSITORY / "tests" / "fixtures" / "0.1.0" / "workbench"
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("words", sa.Integer))
    op.execute("UPDATE tasks SET words = length(answer) WHERE answer IS NOT NULL")
    with op.batch_alter_table("accounts") as accounts:  # which others refer to
        accounts.alter_column("name", type_=sa.Text(), existing_type=sa.String(80), existing_nullable=False)
    with op.batch_alter_table("audit") as audit:  # which has triggers
        audit.alter_column("did", type_=sa.Text(), existing_type=sa.String(80), existing_nullable=False)
"""
"""A step such as a later version takes: a column with values of its own, and tables that SQLite must make anew."""
MISTAKE = '    op.execute("UPDATE tasks SET nothing = 1")\n'


@pytest.fixture
def old_url(store_url: str, tmp_path: Path) -> str:
    """A store as 0.1.0 left it, on either database."""
    if store_url.startswith("sqlite"):
        (tmp_path / "workbench.sqlite").write_bytes((MADE / "workbench.sqlite3").read_bytes())
        return store_url
    with psycopg2.connect(store_url) as connection, connection.cursor() as cursor:
        cursor.execute((MADE / "workbench.sql").read_text("utf-8"))
    connection.close()
    return store_url


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The software of tomorrow: one step more, in this file."""
    folder = tmp_path / "steps 100%"
    folder.mkdir()
    (folder / "v0010.py").write_text(NEXT)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, folder))
    monkeypatch.setattr(schema, "HEAD", "0010")
    return folder / "v0010.py"


def opened(url: str, home: Path) -> Shop:
    """The shop whose people the store knows, an hour later."""
    declared = {"backend": "workbench", "batch": 4, "lease_minutes": 60}
    return Shop(Database.open(url), declare(home, labeling=declared), NOW + timedelta(minutes=20))


def known(shop: Shop, name: str) -> people.Account:
    with shop.database.read() as connection:
        found = people.find_account(connection, name)
    assert found is not None
    return found


def numbers(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(schema.version_table)).scalars())


def work_on(shop: Shop) -> None:
    """Ann's answers are collected, she can sign in, Bob goes on where he was, Rev settles the case before her."""
    ann, bob, rev = (known(shop, name) for name in ("Ann", "Bob", "Rev"))
    assert [one.name for one in (ann, bob, rev)] == ["Ann", "Bob", "Rev"]
    asked = [asked_of(text, slot) for text in texts(6) for slot in (1, 2)]
    assert {(one.annotator, one.answer) for one in shop.collected(asked)} == {(ann.code, TRUTH)}
    assert quality(shop.database, ann, "sentiment", now=shop.now).state == "active"
    assert sessions.sign_in(shop.database, "Ann", PASSWORD, "203.0.113.7", now=shop.now).account == ann
    batch = work.batch(shop.database, bob, "sentiment", now=shop.now)
    assert batch is not None
    assert [task.state for task in batch.tasks] == ["answered", "open", "open", "open"]
    assert work.task(shop.database, bob, batch.tasks[0].task_id, now=shop.now).answer == WRONG
    shop.hand_in(bob, shop.answer_all(bob))
    assert bob.code in {one.annotator for one in shop.collected(asked)}
    case = review.next_case(shop.database, rev, "sentiment", now=shop.now)
    assert isinstance(case, review.CaseTask)
    review.rule(shop.database, rev, case.case_id, TRUTH, "read twice", None, now=shop.now)
    assert shop.did()[0] == ("operator", "added")
    assert shop.did()[-1] == (rev.code, "ruled on")
    assert violations(shop.database) == []


def refuses_changes(database: Database) -> None:
    for statement in (update(tables.audit).values(who="nobody"), tables.audit.delete()):
        with pytest.raises((IntegrityError, DatabaseError), match="append-only"), database.write() as connection:
            connection.execute(statement)


def test_what_0_1_0_made_is_opened_numbered_and_worked_on(old_url: str, tmp_path: Path) -> None:
    shop = opened(old_url, tmp_path)
    assert numbers(shop.database) == [schema.HEAD]
    work_on(shop)
    refuses_changes(shop.database)
    shop.database.close()


def test_an_older_store_and_a_new_one_are_alike(old_url: str) -> None:
    database = Database.open(old_url)
    with database.read() as connection:
        found = MigrationContext.configure(connection, opts={"version_table": schema.version_table.name})
        assert compare_metadata(found, tables.metadata) == []
    database.close()


def test_the_newest_step_is_the_one_the_software_works_with() -> None:
    (folder,) = schema.STEPS
    assert ScriptDirectory(str(folder.parent)).get_heads() == [schema.HEAD]


@pytest.mark.usefixtures("step")
def test_a_step_is_carried_out_when_an_older_store_is_opened(
    old_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop = opened(old_url, tmp_path)
    assert numbers(shop.database) == ["0010"]
    tasks = Table("tasks", MetaData(), Column("answer", Text), Column("words", Integer))
    with shop.database.read() as connection:
        rows = connection.execute(select(tasks)).all()
    assert {(row.answer and len(row.answer)) == row.words for row in rows} == {True}
    assert any(row.words for row in rows)
    work_on(shop)
    refuses_changes(shop.database)
    with pytest.raises(IntegrityError), shop.database.write() as connection:
        connection.execute(insert(tables.put_backs).values(case_id="none", account_id=99))
    (said,) = [record.message for record in caplog.records if record.name == schema.log.name]
    assert "goes from schema 0001 to 0010" in said
    caplog.clear()
    again = Database.open(old_url)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
    for database in (shop.database, again):
        database.close()


@pytest.mark.usefixtures("step")
def test_a_sqlite_store_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    file = tmp_path / "workbench.sqlite"
    file.write_bytes((MADE / "workbench.sqlite3").read_bytes())
    Database.open(f"sqlite:///{file}").close()
    copy = tmp_path / "workbench.0001.sqlite"
    assert oct(copy.stat().st_mode & 0o777) == "0o600"
    with sqlite3.connect(copy) as kept, sqlite3.connect(MADE / "workbench.sqlite3") as made:
        assert list(kept.iterdump()) == list(made.iterdump())
    kept.close()
    made.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(
    old_url: str, step: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step.write_text(NEXT + MISTAKE)
    with pytest.raises(DatabaseError, match="nothing"):
        Database.open(old_url)
    monkeypatch.undo()
    shop = opened(old_url, tmp_path)
    assert numbers(shop.database) == [schema.HEAD]
    assert "words" not in {column["name"] for column in inspect(shop.database.engine).get_columns("tasks")}
    work_on(shop)
    refuses_changes(shop.database)
    shop.database.close()


@pytest.mark.usefixtures("step")
def test_processes_that_open_an_older_store_at_once_migrate_it_once(old_url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        databases = list(threads.map(Database.open, [old_url] * 4))
    assert [numbers(database) for database in databases] == [["0010"]] * 4
    for database in databases:
        database.close()


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store_url: str) -> None:
    database = Database.open(store_url)
    with database.write() as connection:
        connection.execute(update(schema.version_table).values(version_num="0999"))
    with pytest.raises(DatabaseError, match=r"newer gt_platform \(its schema is 0999, this software knows 0009\)"):
        Database.open(store_url)
    assert numbers(database) == ["0999"]
    database.close()


def test_a_store_that_is_up_to_date_is_opened_without_alembic(store_url: str) -> None:
    Database.open(store_url).close()
    looked = "import sys; assert 'alembic' not in sys.modules, 'alembic'; assert 'sqlalchemy' in sys.modules"
    text = f"from gt_platform.workbench.store.database import Database; Database.open({store_url!r}).close(); {looked}"
    environment = os.environ | {"PYTHONPATH": str(backends.REPOSITORY)}
    subprocess.run([sys.executable, "-c", text], env=environment, check=True)
