"""What an answer consists of, for whoever must ask for it: a page, a configuration of another tool, a sheet.

A kind's `form()` describes its answers with these parts. They hold words and bounds, no markup and no behaviour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from gt_platform.stats.agreement.scales import Level


@dataclass(frozen=True)
class Option:
    """Something to choose: `value` as it stands in the answer, `text` as it is read, and its definition."""

    value: str
    text: str
    definition: str = ""


def defined(declared: Mapping[str, str]) -> tuple[Option, ...]:
    """The options of a schema that maps each label to its definition."""
    return tuple(Option(label, label, meaning) for label, meaning in declared.items())


@dataclass(frozen=True)
class Form:
    """Base of the forms of answers.

    One that only a single kind has stands in that kind's file. A front end that has no file for it asks for JSON text.
    """


@dataclass(frozen=True)
class Pick(Form):
    """One of the options; the answer is its value. `ordered`: from the lowest to the highest."""

    options: tuple[Option, ...]
    ordered: bool = False


@dataclass(frozen=True)
class PickSeveral(Form):
    """`minimum` to `maximum` of the options; the answer is the list of their values."""

    options: tuple[Option, ...]
    minimum: int
    maximum: int


@dataclass(frozen=True)
class Order(Form):
    """Every option once, the best first; the answer is the list of their values."""

    options: tuple[Option, ...]


@dataclass(frozen=True)
class Quantity(Form):
    """A number from `minimum` to `maximum`, both included, in `unit`."""

    minimum: float
    maximum: float
    unit: str


@dataclass(frozen=True)
class Prose(Form):
    """A text of at most `longest` characters, or a list of acceptable ones, the preferred first.

    With `may_be_empty` an empty one says that there is no answer.
    """

    longest: int
    may_be_empty: bool = False


@dataclass(frozen=True)
class MarkText(Form):
    """Up to `most` stretches of the input, `{start, end, label}` in Unicode characters from 0, the end excluded."""

    options: tuple[Option, ...]
    most: int


@dataclass(frozen=True)
class MarkImage(Form):
    """Up to `most` boxes in the input, `{x, y, width, height, label}`.

    Coordinates run to `width` and `height`; where these are None, they are pixels of the picture.
    """

    options: tuple[Option, ...]
    most: int
    width: float | None
    height: float | None


@dataclass(frozen=True)
class Condition:
    """That the answer to an earlier part is one of these labels, or has one of them in it."""

    part: str
    among: tuple[str, ...]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it is so, of the answers given to parts so far."""
        said = answers.get(self.part)
        return any(one in self.among for one in (said if isinstance(said, list) else [said]))


@dataclass(frozen=True)
class Several(Form):
    """One answer to each of the named parts: an object of their answers.

    A part with conditions is asked only where all of them hold, and is not in the answer otherwise; `questions` are
    what people read in place of a part's name.
    """

    parts: tuple[tuple[str, Form], ...]
    when: Mapping[str, tuple[Condition, ...]] = field(default_factory=dict)
    questions: Mapping[str, str] = field(default_factory=dict)

    def asks(self, part: str, answers: Mapping[str, object]) -> bool:
        """Whether a part is asked, given the answers to those before it."""
        return all(condition.holds(answers) for condition in self.when.get(part, ()))

    def question(self, part: str) -> str:
        """What people read above a part."""
        return self.questions.get(part, part)

    def condition(self, part: str) -> str:
        """Where a part is asked, in words; empty where it always is."""
        conditions = self.when.get(part, ())
        return " and ".join(f"{self.question(one.part)}: {' or '.join(one.among)}" for one in conditions)


@dataclass(frozen=True)
class AnyJson(Form):
    """JSON text: what is asked for a kind that does not describe its answers."""


@runtime_checkable
class HasForm(Protocol):
    """What a kind can do besides, so that front ends can ask for its answers in their own way."""

    def form(self) -> Form:
        """What an answer consists of."""


def level_of(form: Form) -> Level | None:
    """The level at which answers of this form are measured; None where they can be more or less alike in other ways."""
    if isinstance(form, Quantity):
        return "interval"
    if isinstance(form, Pick):
        return "ordinal" if form.ordered else "nominal"
    return None


def names_in(form: Form) -> list[str]:
    """The texts that an answer of this form is made of: its options, in their order; none where it is free."""
    if isinstance(form, Several):
        return list(dict.fromkeys(name for _, part in form.parts for name in names_in(part)))
    return [option.value for option in getattr(form, "options", ())]


def titles_in(form: Form) -> list[str]:
    """The names of the parts that an answer of this form has, in their order, and of what its options are below."""
    if isinstance(form, Several):
        return [*(title for title, _ in form.parts), *(title for _, part in form.parts for title in titles_in(part))]
    return [*getattr(form, "above", ())]


def form_of(kind: object) -> Form:
    """The form of a kind, or JSON text for one that has none."""
    return kind.form() if isinstance(kind, HasForm) else AnyJson()
