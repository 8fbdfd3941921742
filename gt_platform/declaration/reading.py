"""From a project's files to a Project, or to every mistake in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gt_platform.declaration.document import Document, mapping
from gt_platform.declaration.guidelines import read_guidelines
from gt_platform.project import Mistake, Project, ProjectError, mistakes

ELSEWHERE = {
    "changelog": "belongs in guidelines.yaml, beside this file",
    "guidelines": "belongs in guidelines.md, beside this file",
    "kind": "belongs under answer: as answer.kind",
    "rules": "belongs in guidelines.yaml, beside this file",
}


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A project, and where each part of it was declared."""

    project: Project
    file: Path
    document: Document

    def said(self, found: Iterable[Mistake]) -> str:
        """Mistakes, a line each, with file and line."""
        return self.document.said(self.file, found)


def load_project(folder: Path) -> Project:
    """Read and validate one project. Raises ProjectError with every mistake on a line of its own."""
    return read(folder).project


def load_projects(folder: Path) -> list[Project]:
    """Every project below a folder, by name. Raises ProjectError for the first that cannot be used."""
    return [load_project(file.parent) for file in sorted(folder.glob("*/project.yaml"))]


def read(folder: Path) -> Declaration:
    """Read one project and where its parts stand. Raises ProjectError with every mistake on a line of its own."""
    file = folder / "project.yaml"
    found, guidelines = mapping(file), read_guidelines(folder)
    wrong = [
        *found.doubled,
        *(Mistake(path=(key,), said=said) for key, said in ELSEWHERE.items() if key in found.content),
    ]
    declared = {key: value for key, value in found.content.items() if key not in ELSEWHERE}
    try:
        project = Project.model_validate(declared | guidelines.parts())
    except ValidationError as error:
        raise ProjectError(found.said(file, [*wrong, *mistakes(error, Project)])) from None
    if project.name != folder.name:
        said = f"is {project.name!r}, but the folder is {folder.name!r}; they must be the same"
        wrong.append(Mistake(path=("name",), said=said))
    if wrong:
        raise ProjectError(found.said(file, wrong))
    guidelines.refuse_misfits(project.answer_kind)
    return Declaration(project=project, file=file, document=found)
