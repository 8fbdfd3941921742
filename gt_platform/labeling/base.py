"""The labeling backend protocol: where assignments go to be answered, and where answers come from.

A backend is registered under the entry point group `gt_platform.labeling_backends`. It knows no table; all
its calls are idempotent, because a run that died is simply run again. What passes between the platform and a
backend is in `messages.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

from pydantic import BaseModel, ValidationError

from gt_platform.errors import GroundTruthError
from gt_platform.labeling.messages import Assignment, AuditEntry, Briefing, Case, Ruling, Submission, Unreadable
from gt_platform.project import Mistake, MistakesError, Project, ProjectError, mistakes
from gt_platform.settings import Settings

ENTRY_POINT_GROUP = "gt_platform.labeling_backends"
OPTIONS = ("labeling", "options")


class BackendError(GroundTruthError):
    """The backend cannot be used; the message says what to do. Nothing was lost."""


@runtime_checkable
class Backend(Protocol):
    """Where assignments are answered."""

    def send(self, assignments: Sequence[Assignment], /) -> None:
        """Ask for answers to all that wait for one: nothing is asked twice, and what is not among them no longer.

        Raises BackendError.
        """

    def collect(self, waiting: Sequence[Assignment], /) -> Iterable[Submission | Unreadable]:
        """Everything handed in for the waiting assignments so far. Raises BackendError."""


@runtime_checkable
class Reviewed(Backend, Protocol):
    """A backend that has reviewers: they rule on cases, and answer blind what was drawn for an expert."""

    def rulings(self, cases: Sequence[Case], /) -> Iterable[Ruling]:
        """The rulings there are on these cases. Raises BackendError."""


@runtime_checkable
class Staffed(Reviewed, Protocol):
    """A backend that knows who answers: it mixes honeypots in, shows reviewers their cases, and keeps an audit."""

    def brief(self, briefing: Briefing, /) -> None:
        """Take over what people may be shown from now on, in place of the briefing before. Raises BackendError."""

    def checked(self, since: datetime | None, /) -> Iterable[Submission]:
        """First answers to honeypots handed in at `since` or later; their assignment_id is the honeypot's id."""

    def audit(self, after: int, /) -> Iterable[AuditEntry]:
        """Everything people did, in order, numbered above `after`. Raises BackendError."""


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """What a backend is to forget: by id what stands for it from now on, and texts that people wrote or were shown."""

    items: Mapping[str, str]
    assignments: Mapping[str, str]
    honeypots: Mapping[str, str]
    texts: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """What a backend forgot: how many tasks and files of its own, entries of its audit by number, and what is left."""

    tasks: int = 0
    audit: Sequence[int] = ()
    left: Sequence[str] = ()


@runtime_checkable
class Forgetful(Backend, Protocol):
    """A backend that can forget items: nothing of them is asked, kept or handed in any more."""

    def forget(self, what: Forgetting, /) -> Forgotten:
        """Cancel what is open, empty or delete what was handed in. Twice is once. Raises BackendError."""


class BackendOptions(BaseModel, ABC):
    """Base of a registered backend: a pydantic model of its options that can `open` the backend."""

    @classmethod
    def of(cls, project: Project) -> Self:
        """What a project declares. Raises MistakesError naming every option that is wrong."""
        try:
            return cls.model_validate(project.labeling.options)
        except ValidationError as error:
            found = [Mistake(path=(*OPTIONS, *one.path), said=one.said) for one in mistakes(error, cls)]
            raise MistakesError(found) from None

    def refuse(self, project: Project) -> None:
        """Raises MistakesError where the options do not fit the project; asked before anything is opened."""

    def folders(self) -> list[Path]:
        """What no other project may use as well; relative ones lie below GT_HOME."""
        return []

    @abstractmethod
    def open(self, project: Project, settings: Settings) -> Backend:
        """The backend itself; relative paths among the options lie below `settings.home`, secrets are settings."""


def backends() -> dict[str, EntryPoint]:
    """Every registered backend by name; what is loaded is a BackendOptions."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}


def options_of(project: Project) -> BackendOptions:
    """The options of the backend a project declares. Raises MistakesError naming what is wrong."""
    known = backends()
    name = project.labeling.backend
    if name not in known:
        said = f"is {name!r}; known backends: {', '.join(sorted(known))}"
        raise MistakesError([Mistake(path=("labeling", "backend"), said=said)])
    kind: type[BackendOptions] = known[name].load()
    options = kind.of(project)
    options.refuse(project)
    return options


def open_backend(project: Project, settings: Settings) -> Backend:
    """The backend a project declares. Raises ProjectError naming what is wrong."""
    try:
        options = options_of(project)
    except MistakesError as error:
        raise ProjectError(f"{project.name}: {error}") from None
    return options.open(project, settings)
