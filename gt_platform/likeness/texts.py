"""What of an item is compared with others: its texts as words, part by part, and its pictures.

Where a project declares what of an item people see, only that counts; else every text and number in it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gt_platform.canonical import canonical, digest
from gt_platform.likeness.pictures import inline, looks
from gt_platform.likeness.words import words
from gt_platform.project import Project

Words = tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """The texts of an item, letter for letter and as words, and what its pictures look like (None: nothing known)."""

    literal: tuple[str, ...]
    parts: tuple[Words, ...]
    pictures: tuple[int | None, ...] = ()

    @cached_property
    def length(self) -> int:
        """How many words it has."""
        return sum(map(len, self.parts))

    @cached_property
    def same(self) -> str:
        """Equal for texts that differ in case, space and punctuation alone; of marks alone, only for the same ones."""
        said = [part or ["".join(text.split())] for part, text in zip(self.parts, self.literal, strict=False)]
        return digest(canonical([*said, *self.literal[len(self.parts) :]]), 32)


def text_of(content: Any, project: Project) -> Text:
    """What of an item's input is compared: of a judged output its input, too."""
    return text_in([part.value for part in project.shown(content)])


def text_in(value: Any) -> Text:
    """The same of any JSON value."""
    found = list(leaves(value))
    said, pictures = [one for one in found if not inline(one)], [one for one in found if inline(one)]
    return Text((*said, *pictures), tuple(tuple(words(one)) for one in said), tuple(map(looks, pictures)))


def leaves(value: Any) -> Iterator[str]:
    """Every text and number in a JSON value, in the order of its keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value):
            yield from leaves(value[key])
    elif isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield json.dumps(value)
