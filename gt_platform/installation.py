"""Every project of an installation: those that can run, and why each of the others cannot.

Here is known what a declaration alone does not tell: backends that are registered, and projects beside one another.
One that is wrong stops nobody else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from gt_platform import labeling
from gt_platform.declaration import Declaration, read
from gt_platform.feedback import inbox_root
from gt_platform.lake import Store
from gt_platform.project import Mistake, MistakesError, Project, ProjectError
from gt_platform.settings import Settings
from gt_platform.truth.by_hand import TruthError
from gt_platform.truth.rules import refuse_other_than_a_condition

ATTRIBUTES = """
    SELECT DISTINCT unnest(json_keys(attributes)) AS name
    FROM (SELECT attributes FROM events ORDER BY frame_day DESC LIMIT 100_000)
"""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A folder below the projects whose declaration cannot be used; `why` has a line for each mistake."""

    name: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What is declared, by name."""

    projects: list[Project]
    broken: list[Broken]

    def why(self, name: str) -> str | None:
        """Why a project cannot be used; None where it can, or is not there."""
        return next((one.why for one in self.broken if one.name == name), None)


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Something that one project must have for itself, where it is, and where it is declared."""

    path: tuple[str | int, ...]
    what: str
    where: str


def survey(settings: Settings) -> Installation:
    """Read every project. Nothing is raised for a wrong one, whatever is wrong with it."""
    declared: list[Declaration] = []
    broken: list[Broken] = []
    for folder in _folders(settings.projects):
        try:
            declared.append(_checked(read(_named(folder))))
        except ProjectError as error:
            broken.append(Broken(name=folder.name, why=str(error)))
    alone, sharing = _apart(declared, settings)
    broken += [Broken(name=name, why=why) for name, why in sharing.items()]
    return Installation(projects=[one.project for one in alone], broken=sorted(broken, key=lambda one: one.name))


def unseen_slices(store: Store, project: Project) -> list[Mistake]:
    """Declared slices that none of the latest events has a value for; nothing before there are events."""
    seen: set[str] = set(store.read(ATTRIBUTES).select(pl.col("name").drop_nulls())["name"])
    slices = enumerate(project.benchmark.slices) if seen else ()
    return [
        Mistake(path=("benchmark", "slices", place), said=f"no event has {name!r}; they have {', '.join(sorted(seen))}")
        for place, name in slices
        if name not in seen
    ]


def _folders(projects: Path) -> list[Path]:
    found = {file.parent for pattern in ("*/project.yaml", "*/project.yml") for file in projects.glob(pattern)}
    return sorted(folder for folder in found if not folder.name.startswith("."))


def _named(folder: Path) -> Path:
    if (folder / "project.yml").exists() and not (folder / "project.yaml").exists():
        raise ProjectError(f"{folder / 'project.yml'}:1: is called project.yml; rename it to project.yaml")
    return folder


def _checked(declared: Declaration) -> Declaration:
    try:
        labeling.options_of(declared.project)
    except MistakesError as error:
        raise ProjectError(declared.said(error.found)) from None
    except Exception as error:  # a backend of somebody's package may fail as it likes when it is imported
        said = f"{declared.project.labeling.backend} cannot be loaded: {type(error).__name__}: {error}"
        raise ProjectError(declared.said([Mistake(path=("labeling", "backend"), said=said)])) from error
    if wrong := list(_rules(declared.project)):
        raise ProjectError(declared.said(wrong))
    return declared


def _rules(project: Project) -> Iterator[Mistake]:
    """Declared retirements whose condition is none."""
    for place, rule in enumerate(project.upkeep.retire):
        try:
            refuse_other_than_a_condition(rule.where)
        except TruthError as error:
            yield Mistake(path=("truth", "retire", place, "where"), said=str(error))


def _apart(declared: Sequence[Declaration], settings: Settings) -> tuple[list[Declaration], dict[str, str]]:
    """Projects that share nothing, and why others may not run: who started first keeps what two of them name."""
    alone: list[Declaration] = []
    sharing: dict[str, str] = {}
    for one in sorted(declared, key=lambda each: (each.project.start, each.project.name)):
        wrong = [mistake for other in alone for mistake in _shared(one, other, settings)]
        if wrong:
            sharing[one.project.name] = one.said(wrong)
        else:
            alone.append(one)
    return sorted(alone, key=lambda each: each.project.name), sharing


def _shared(one: Declaration, other: Declaration, settings: Settings) -> Iterator[Mistake]:
    for mine in _places(one.project, settings):
        for theirs in _places(other.project, settings):
            if mine.what == theirs.what and _overlap(mine.where, theirs.where):
                named = f"the {mine.what} of {other.project.name} ({theirs.where})"
                said = f"is, or overlaps with, {named}; each needs its own"
                yield Mistake(path=mine.path, said=said)


def _places(project: Project, settings: Settings) -> Iterator[_Place]:
    root = inbox_root(project.inbox)
    yield _Place(path=("inbox",), what="inbox", where=root if "://" in root else _in_full(settings, root))
    for folder in labeling.options_of(project).folders():
        yield _Place(path=("labeling", "options"), what="label folder", where=_in_full(settings, folder))


def _in_full(settings: Settings, folder: Path | str) -> str:
    return str((settings.home / folder).resolve())


def _overlap(one: str, other: str) -> bool:
    first, second = (where.rstrip("/") + "/" for where in (one, other))
    return first.startswith(second) or second.startswith(first)
