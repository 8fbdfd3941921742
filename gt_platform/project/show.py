"""What of an item people are shown: which fields of it, in which order, under which headings, in what form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field, field_validator

from gt_platform.answers import Form
from gt_platform.answers.form import MarkImage, MarkText, Several
from gt_platform.project.declared import Declared, Mistake
from gt_platform.project.output import NOTHING, at, steps
from gt_platform.project.sides import LETTERS, SIDES, Side, has_sides, in_order

ShowForm = Literal["text", "markdown", "code", "chat", "image", "audio", "video", "json", "link"]
MARKABLE: dict[type[Form], tuple[ShowForm, ...]] = {MarkText: ("text", "code"), MarkImage: ("image",)}
"""In what form something must be shown so that places can be marked in it."""


class Show(Declared):
    """A field of an item, as people see it."""

    field: str = Field(
        description="where it lies: input, input.messages, output.answer; output only where outputs are judged"
    )
    heading: str = Field("", description="what stands above it; left out, the last key of the field")
    form: ShowForm = Field("text", description="what it is shown as")
    mark: bool = Field(False, description="whether spans or boxes are marked in it; in exactly one, where any are")
    side: Side | None = Field(None, description="which of two answers it is, that stand side by side as A and B")

    @field_validator("field")
    @classmethod
    def _in_an_item(cls, value: str) -> str:
        found = steps(value)
        if not found or found[0] not in {"input", "output"}:
            raise ValueError(f"{value!r} is no field of an item: input or output, or what is in it, as input.messages")
        return value

    @property
    def of_output(self) -> bool:
        """Whether it is what a model put out."""
        return steps(self.field)[0] == "output"

    @property
    def title(self) -> str:
        """What stands above it."""
        last = steps(self.field)[-1]
        return self.heading or (last.replace("_", " ").capitalize() if isinstance(last, str) else self.field)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of an item as it is to be shown; of form `any` is what nothing is declared about.

    Where there is nothing to show, `missing` says so. `mark`: places are marked in it.
    """

    heading: str
    form: ShowForm | Literal["any"]
    value: Any
    missing: str = ""
    mark: bool = False
    side: Side | None = None


BOTH = (Show(field="input"), Show(field="output", mark=True))
"""What is shown of a judged output where nothing is declared."""


def shown(declared: Sequence[Show], content: Any, *, judged: bool) -> tuple[Part, ...]:
    """The parts of an item in order; `content` is its input or, where outputs are `judged`, both in an object."""
    if not declared and not judged:
        return (Part(heading="", form="any", value=content, mark=True),)
    return tuple(_part(one, content, judged=judged) for one in declared or BOTH)


def rows(parts: Sequence[Part], *, swapped: bool | None) -> list[list[Part]]:
    """Each part on its own, but for the two sides: they stand as A and B where the first of them would."""
    sides = {part.side: part for part in parts if part.side}
    order = in_order(swapped=bool(swapped))
    pair = [replace(sides[side], heading=letter) for side, letter in zip(order, LETTERS, strict=True) if side in sides]
    first = next((part for part in parts if part.side), None)
    return [pair if part is first else [part] for part in parts if not part.side or part is first]


def addresses(value: Any) -> list[str]:
    """The addresses of pictures or other media in a value: itself, what is under image or url, or of each in a list."""
    if isinstance(value, list):
        return [address for one in value for address in addresses(one)]
    found = value.get("image", value.get("url")) if isinstance(value, dict) else value
    return [found] if isinstance(found, str) and found else []


def show_mistakes(declared: Sequence[Show], form: Form, *, judged: bool) -> Iterator[Mistake]:
    """What of it does not fit the answers that are asked for, or what is judged."""
    for place, one in enumerate(declared):
        if one.of_output and not judged:
            said = (
                "is shown only where outputs are judged, by ask: about the output; here events with the same input "
                "share an item, and one of their outputs would lead whoever answers"
            )
            yield Mistake(path=(place, "field"), said=said)
    yield from _marks(declared, form)
    yield from _sides(declared, form)


def _part(one: Show, content: Any, *, judged: bool) -> Part:
    found = at(content, steps(one.field) if judged else steps(one.field)[1:])
    missing = f"There is no {one.field} in this item." if found is NOTHING else ""
    if found is None and one.form != "json":
        missing = f"In this item {one.field} is null."
    value = None if found is NOTHING else found
    return Part(heading=one.title, form=one.form, value=value, missing=missing, mark=one.mark, side=one.side)


def _marks(declared: Sequence[Show], form: Form) -> Iterator[Mistake]:
    kinds, marked = _marking(form), [(place, one) for place, one in enumerate(declared) if one.mark]
    if declared and kinds and not marked:
        yield Mistake(path=(), said="one entry needs mark: true, since this answer kind marks places in what is shown")
    for place, one in marked:
        path = (place, "mark")
        fit = [form for kind in kinds for form in MARKABLE[kind]]
        if not kinds:
            yield Mistake(path=path, said="this answer kind marks nothing; leave it out")
        elif place != marked[0][0]:
            yield Mistake(path=path, said="is said of another entry, too; places are marked in one")
        elif one.form not in fit:
            said = f"what is marked must be shown as {' or '.join(fit)}, not as {one.form}"
            yield Mistake(path=(place, "form"), said=said)


def _sides(declared: Sequence[Show], form: Form) -> Iterator[Mistake]:
    sided = [(place, one) for place, one in enumerate(declared) if one.side]
    named = [one.side for _, one in sided]
    for place, one in sided:
        if not has_sides(form):
            said = "is for the answer kind preference, which compares two; leave it out"
        elif named.count(one.side) > 1:
            said = f"{one.side} is said of another entry, too; each side is one entry"
        elif len(named) < len(SIDES):
            said = f"no entry is the {' or '.join(set(SIDES) - {one.side})} side; two stand side by side, or none"
        elif one.form != sided[0][1].form:
            said = f"{one.side} is shown as {one.form}, {named[0]} as {sided[0][1].form}, which tells them apart"
        elif one.heading:
            said = "the two sides are headed A and B, in an order drawn at random: leave the heading out"
        else:
            continue
        yield Mistake(path=(place, "side"), said=said)


def _marking(form: Form) -> list[type[Form]]:
    if isinstance(form, Several):
        return [kind for _, part in form.parts for kind in _marking(part)]
    return [type(form)] if type(form) in MARKABLE else []
