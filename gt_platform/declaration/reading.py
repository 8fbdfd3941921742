"""From a project's two files to a Project, or to every mistake in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gt_platform.declaration.document import Document, document
from gt_platform.project import Mistake, Project, ProjectError, mistakes, named

ELSEWHERE = {
    "guidelines": "belongs in guidelines.md, beside this file",
    "kind": "belongs under answer: as answer.kind",
}


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A project, and where each part of it was declared."""

    project: Project
    file: Path
    document: Document

    def said(self, found: Iterable[Mistake]) -> str:
        """Mistakes, a line each, with file and line."""
        return _said(self.file, self.document, found)


def load_project(folder: Path) -> Project:
    """Read and validate one project. Raises ProjectError with every mistake on a line of its own."""
    return read(folder).project


def load_projects(folder: Path) -> list[Project]:
    """Every project below a folder, by name. Raises ProjectError for the first that cannot be used."""
    return [load_project(file.parent) for file in sorted(folder.glob("*/project.yaml"))]


def read(folder: Path) -> Declaration:
    """Read one project and where its parts stand. Raises ProjectError with every mistake on a line of its own."""
    file = folder / "project.yaml"
    found = document(_text(file, folder), str(file))
    guidelines = _text(folder / "guidelines.md", folder)
    if not isinstance(found.content, dict):
        raise ProjectError(f"{file}:1: must be a mapping of keys to values")
    wrong = [
        *found.doubled,
        *(Mistake(path=(key,), said=said) for key, said in ELSEWHERE.items() if key in found.content),
    ]
    declared = {key: value for key, value in found.content.items() if key not in ELSEWHERE}
    try:
        project = Project.model_validate(declared | {"guidelines": guidelines})
    except ValidationError as error:
        raise ProjectError(_said(file, found, [*wrong, *mistakes(error, Project)])) from None
    if project.name != folder.name:
        said = f"is {project.name!r}, but the folder is {folder.name!r}; they must be the same"
        wrong.append(Mistake(path=("name",), said=said))
    if wrong:
        raise ProjectError(_said(file, found, wrong))
    return Declaration(project=project, file=file, document=found)


def _said(file: Path, found: Document, wrong: Iterable[Mistake]) -> str:
    places = [(found.written(one.path), one.said) for one in wrong]
    return "\n".join(f"{file}:{found.line(path)}: {named(path) or 'project'}: {said}" for path, said in places)


def _text(file: Path, folder: Path) -> str:
    try:
        if file.exists() and not file.is_file():  # a pipe would be waited for
            raise ProjectError(f"{file}: is no file; put one in its place")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProjectError(f"{file}: missing; `gt init {folder.name}` writes a commented one") from None
    except OSError as error:
        raise ProjectError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ProjectError(f"{file}:{line}: not YAML in UTF-8: a byte there is no UTF-8; save it as such") from None
