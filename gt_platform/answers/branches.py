"""Hierarchies of names: which paths a declared one has, how paths lie within each other, and how one is asked for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gt_platform.answers.form import Option, Pick


@dataclass(frozen=True)
class Node(Pick):
    """One of the options, which are paths; a front end without a file for it asks for JSON text."""

    separator: str = "/"

    def branches(self) -> "tuple[Branch, ...]":
        """The options as the tree that their paths make."""
        paths = [tuple(option.value.split(self.separator)) for option in self.options]
        return _branches([(path, at) for at, path in enumerate(paths)], self)

    @property
    def above(self) -> tuple[str, ...]:
        """The paths that options are below and that are none themselves."""
        values = [option.value for option in self.options]
        every = dict.fromkeys(path for value in values for path in line(value, self.separator))
        return tuple(path for path in every if path not in set(values))


@dataclass(frozen=True)
class Branch:
    """A node of the tree: its path and own name, the number of the option that it is, if any, and what is below it."""

    path: str
    name: str
    at: int | None
    option: Option | None
    below: "tuple[Branch, ...]"

    def numbers(self) -> list[int]:
        """Those of its own option and of all below it."""
        return [*([] if self.at is None else [self.at]), *(at for branch in self.below for at in branch.numbers())]


def nodes(labels: Mapping[str, Any], separator: str, above: str = "") -> Iterator[tuple[str, str | None]]:
    """The path of every node in the order declared, with a leaf's definition; None for one that has others below it."""
    for name, below in labels.items():
        path = above + name
        if isinstance(below, Mapping):
            yield path, None
            yield from nodes(below, separator, path + separator)
        else:
            yield path, below


def line(path: str, separator: str) -> list[str]:
    """The paths from the top to this one, which is the last."""
    names = path.split(separator)
    return [separator.join(names[:depth]) for depth in range(1, len(names) + 1)]


def nested(paths: Sequence[str], separator: str) -> dict[str, Any]:
    """The labels, without definitions, that have these paths."""
    labels: dict[str, Any] = {}
    for path in paths:
        at = labels
        *above, last = path.split(separator)
        for name in above:
            if not isinstance(at.get(name), dict):
                at[name] = {}
            at = at[name]
        at.setdefault(last, "")
    return labels


def mistakes(labels: Mapping[Any, Any], separator: str, above: str = "") -> Iterator[str]:
    """What is wrong with declared labels, each in a sentence that begins with the path."""
    for name, below in labels.items():
        path = f"{above}{name}"
        if not isinstance(name, str):
            yield f"{path}: a name must be text; put it in quotes"
        elif separator in name:
            yield (
                f"{path}: the name {name!r} holds {separator!r}, which stands between the names of a path; call it "
                "something else, or declare another `separator`"
            )
        elif isinstance(below, Mapping):
            if not below:
                yield f"{path}: nothing is below it; name labels, or give it a definition, which may be empty: ''"
            yield from mistakes(below, separator, path + separator)
        elif not isinstance(below, str):
            yield f"{path}: {below!r} is neither a definition, as text, nor labels below it"


def _branches(paths: Sequence[tuple[tuple[str, ...], int]], form: Node, above: str = "") -> tuple[Branch, ...]:
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for (name, *rest), at in paths:
        found.setdefault(name, []).append((tuple(rest), at))
    made = []
    for name, given in found.items():
        own, path = next((at for rest, at in given if not rest), None), above + name
        below = _branches([(rest, at) for rest, at in given if rest], form, path + form.separator)
        made.append(Branch(path, name, own, None if own is None else form.options[own], below))
    return tuple(made)
