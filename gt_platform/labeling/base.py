"""The labeling backend protocol: where assignments go to be answered, and where answers come from.

A backend is registered under the entry point group `gt_platform.labeling_backends`. It knows no table; both
its calls are idempotent, because a run that died is simply run again.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from pydantic import BaseModel, ValidationError

from gt_platform.project import Project, ProjectError

ENTRY_POINT_GROUP = "gt_platform.labeling_backends"


class BackendError(RuntimeError):
    """The backend cannot be used; the message says what to do. Nothing was lost."""


@dataclass(frozen=True)
class Assignment:
    """One item asked of one annotator; `slot` counts an item's answers from 1, `input` is what is shown."""

    assignment_id: str
    item_id: str
    slot: int
    input: Any


@dataclass(frozen=True)
class Submission:
    """One answer as it came back, not yet validated."""

    assignment_id: str
    annotator: str
    answer: Any
    comment: str | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class Unreadable:
    """Something that came back and is no submission."""

    raw: str
    reason: str
    detail: str


@runtime_checkable
class Backend(Protocol):
    """Where assignments are answered."""

    def send(self, assignments: Sequence[Assignment], /) -> None:
        """Ask for answers. Assignments sent before are not asked twice. Raises BackendError."""

    def collect(self, waiting: Sequence[Assignment], /) -> Iterable[Submission | Unreadable]:
        """Everything handed in for the waiting assignments so far. Raises BackendError."""


class BackendOptions(BaseModel, ABC):
    """Base of a registered backend: a pydantic model of its options that can `open` the backend."""

    @abstractmethod
    def open(self, project: Project, home: Path) -> Backend:
        """The backend itself; relative paths among the options lie below `home`."""


def open_backend(project: Project, home: Path) -> Backend:
    """The backend a project declares. Raises ProjectError naming the option that is wrong."""
    known = {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}
    name = project.labeling.backend
    if name not in known:
        raise ProjectError(f"{project.name}: labeling.backend is {name!r}; known backends: {', '.join(sorted(known))}")
    options: type[BackendOptions] = known[name].load()
    try:
        return options.model_validate(project.labeling.options).open(project, home)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in ("labeling.options", *first["loc"]))
        raise ProjectError(f"{project.name}: {path}: {first['msg']}") from None
