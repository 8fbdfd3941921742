"""What the store keeps of a project's declaration, so that the rules of work need nothing but the store."""

import json
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, bindparam, insert, select, update

from gt_platform.answers import AnswerKind, kinds
from gt_platform.canonical import canonical
from gt_platform.project import Honeypots, Project
from gt_platform.workbench.store import tables
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import WorkError

KEPT = select(tables.projects.c.rules).where(tables.projects.c.project == bindparam("this"))


class Rules(BaseModel):
    """How a project's work is given out and checked."""

    model_config = ConfigDict(frozen=True)
    batch: int
    lease_minutes: int
    suggestions: bool
    honeypots: Honeypots | None
    answer: dict[str, Any]

    def kind(self) -> AnswerKind:
        """The answer kind, to compare an answer with a known truth."""
        return _kind(canonical(self.answer))


def declare(database: Database, project: Project) -> None:
    """Keep what the project declares from now on. Raises DatabaseError."""
    with database.write() as connection:
        put(connection, project)


def put(connection: Connection, project: Project) -> None:
    """The same within a transaction."""
    labeling = project.labeling
    rules = Rules(
        batch=labeling.batch,
        lease_minutes=labeling.lease_minutes,
        suggestions=labeling.suggestions,
        honeypots=labeling.honeypots,
        answer=project.answer,
    )
    text = canonical(rules.model_dump(mode="json"))
    _keep_guidelines(connection, project)
    kept = connection.execute(KEPT, {"this": project.name}).scalar()
    if kept is None:
        connection.execute(insert(tables.projects).values(project=project.name, rules=text))
    elif kept != text:
        connection.execute(update(tables.projects).where(tables.projects.c.project == project.name).values(rules=text))


def guidelines_of(connection: Connection, project: str) -> dict[str, str]:
    """The text of every version of a project's guidelines that stood beside its tasks."""
    known = tables.guidelines.c
    rows = connection.execute(select(known.version, known.text).where(known.project == project))
    return {row.version: row.text for row in rows}


def has_shown(database: Database, project: str, version: str) -> bool:
    """Whether guidelines of that version stood beside tasks of a project."""
    with database.read() as connection:
        return _has_guidelines(connection, project, version)


def _keep_guidelines(connection: Connection, project: Project) -> None:
    version = project.guideline_version
    if not _has_guidelines(connection, project.name, version):
        row = {"project": project.name, "version": version, "text": project.guidelines}
        connection.execute(insert(tables.guidelines).values(row))


def _has_guidelines(connection: Connection, project: str, version: str) -> bool:
    known = tables.guidelines.c
    this = select(known.version).where(known.project == project, known.version == version)
    return connection.execute(this).first() is not None


def of(connection: Connection, project: str) -> Rules:
    """The rules of a project. Raises WorkError for one this workbench was never told about."""
    kept = connection.execute(KEPT, {"this": project}).scalar()
    if kept is None:
        raise WorkError(f"there is no project {project!r} here", 404)
    return parse(kept)


@lru_cache(maxsize=256)
def parse(text: str) -> Rules:
    """The rules in a row of `projects`."""
    return Rules.model_validate_json(text)


@lru_cache(maxsize=256)
def _kind(answer: str) -> AnswerKind:
    declared = json.loads(answer)
    kind = kinds()[declared.pop("kind")].model_validate(declared)
    assert isinstance(kind, AnswerKind)  # noqa: S101 - the declaration was validated when it was loaded
    return kind
