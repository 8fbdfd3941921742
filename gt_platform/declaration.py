"""Reading `projects/<name>/project.yaml` and `guidelines.md`; every mistake is named with its file and line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from gt_platform.project import Project, ProjectError


@dataclass(frozen=True)
class _Lines:
    """The line each path of a YAML document stands on."""

    by_path: dict[tuple[str | int, ...], int]

    def nearest(self, path: tuple[str | int, ...]) -> int:
        while path and path not in self.by_path:
            path = path[:-1]
        return self.by_path.get(path, 1)


def load_project(folder: Path) -> Project:
    """Read and validate one project. Raises ProjectError with every mistake on a line of its own."""
    file = folder / "project.yaml"
    try:
        text = file.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        declared = yaml.safe_load(text)
        guidelines = (folder / "guidelines.md").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ProjectError(f"{error.filename}: missing; `gt init {folder.name}` writes a commented one") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file}: not YAML in UTF-8: {error}") from None
    if not isinstance(declared, dict):
        raise ProjectError(f"{file}: must be a mapping of keys to values")
    if "guidelines" in declared or "kind" in declared:
        raise ProjectError(f"{file}: guidelines belong in guidelines.md, the answer kind under answer:")
    lines = _Lines(dict(_positions(node, ())))
    try:
        project = Project.model_validate(declared | {"guidelines": guidelines})
    except ValidationError as error:
        raise ProjectError("\n".join(_mistake(file, lines, mistake) for mistake in error.errors())) from None
    if project.name != folder.name:
        raise ProjectError(
            f"{file}:{lines.nearest(('name',))}: name: is {project.name!r}, but the folder is {folder.name!r}; "
            "they must be the same"
        )
    return project


def load_projects(folder: Path) -> list[Project]:
    """Every project below a folder, by name."""
    return [load_project(file.parent) for file in sorted(folder.glob("*/project.yaml"))]


def _positions(node: yaml.Node | None, path: tuple[str | int, ...]) -> list[tuple[tuple[str | int, ...], int]]:
    if node is None:
        return []
    found = [(path, node.start_mark.line + 1)]
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, key.value)
            found += [(below, key.start_mark.line + 1), *_positions(value, below)[1:]]
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            found += _positions(value, (*path, index))
    return found


def _mistake(file: Path, lines: _Lines, error: Any) -> str:
    loc = tuple(error["loc"])
    where = ".".join(str(part) for part in loc) or "project"
    message = error["msg"].removeprefix("Value error, ")
    known = ""
    if error["type"] == "extra_forbidden":
        message = "unknown key"
        known = f"; allowed here: {', '.join(_allowed(loc[:-1]))}"
    return f"{file}:{lines.nearest(loc)}: {where}: {message}{known}"


def _allowed(path: tuple[str | int, ...]) -> list[str]:
    model: Any = Project
    for part in path:
        if isinstance(part, int):
            continue
        model = _model_of(model.model_fields[part].annotation)
    return sorted(name for name, field in model.model_fields.items() if not field.exclude)


def _model_of(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    return next(found for argument in arguments if (found := _model_of(argument)) is not None) if arguments else None
