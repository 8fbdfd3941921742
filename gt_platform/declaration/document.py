"""A YAML document with the line of each value, and keys that stand twice. What it means does not belong here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

import yaml

from gt_platform.project.declared import Mistake, Path, ProjectError
from gt_platform.project.words import named

MOST = 20_000  # values; aliases of aliases would make any number of a few lines


class _Loader(yaml.SafeLoader):
    """Leaves as text what looks like a date or a number and is none, such as 2026-02-30: who declares it is told so."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError):
            return node.value


@dataclass(frozen=True, kw_only=True)
class Document:
    """What a document says, the line each path stands on, and keys that stand twice in one place."""

    content: Any
    lines: dict[Path, int]
    doubled: list[Mistake] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a path, or of the part it would be in."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def written(self, path: Path) -> Path:
        """A path as it stands there: of a list of one that is written as the one there is no place."""
        kept: Path = ()
        for step in path:
            if not isinstance(step, int) or (*kept, step) in self.lines:
                kept = (*kept, step)
        return kept

    def said(self, file: File, wrong: Iterable[Mistake]) -> str:
        """Mistakes in it, a line each, with the file it was read from."""
        places = [(self.written(one.path), one.said) for one in wrong]
        return "\n".join(f"{file}:{self.line(path)}: {named(path) or 'project'}: {said}" for path, said in places)


def text_of(file: File) -> str:
    """The text of a declaration's file. Raises ProjectError saying what is wrong with it."""
    try:
        if file.exists() and not file.is_file():  # a pipe would be waited for
            raise ProjectError(f"{file}: is no file; put one in its place")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProjectError(f"{file}: missing; `gt init {file.parent.name}` writes a commented one") from None
    except OSError as error:
        raise ProjectError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ProjectError(f"{file}:{line}: not YAML in UTF-8: a byte there is no UTF-8; save it as such") from None


def mapping(file: File) -> Document:
    """Read a file of keys with values. Raises ProjectError."""
    found = document(text_of(file), str(file))
    if not isinstance(found.content, dict):
        raise ProjectError(f"{file}:1: must be a mapping of keys to values")
    return found


def document(text: str, name: str) -> Document:
    """Read a document. Raises ProjectError naming the line, in a file called `name`."""
    try:
        node = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
        lines: dict[Path, int] = {}
        doubled: list[Mistake] = []
        for number, (path, line) in enumerate(_positions(node, (), ())):
            if number > MOST:
                raise ProjectError(f"{name}:{line}: more than {MOST:,} values; declare fewer, without aliases")
            if path in lines:
                doubled.append(Mistake(path=path, said=f"is said on line {lines[path]} and on line {line}; keep one"))
            lines[path] = line
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProjectError(f"{name}:{line}: not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise ProjectError(f"{name}:1: not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise ProjectError(f"{name}:1: nested too deeply to be read") from None
    return Document(content=content, lines=lines, doubled=doubled)


def _positions(node: yaml.Node | None, path: Path, above: tuple[int, ...]) -> Iterator[tuple[Path, int]]:
    """Each path with its line, in order; that of a value of a mapping is its key's."""
    if node is None or id(node) in above:  # an alias of what it stands in
        return
    if not path:
        yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            yield below, key.start_mark.line + 1
            yield from _positions(value, below, (*above, id(node)))
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield (*path, index), value.start_mark.line + 1
            yield from _positions(value, (*path, index), (*above, id(node)))
