"""Guidelines as rules with ids, and how annotators read them. Reading them from files is in `declaration`."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Annotated, Any

from pydantic import AfterValidator, Field, field_validator, model_validator

from gt_platform.answers import AnswerKind, form_of
from gt_platform.answers.form import MarkImage, MarkText, Quantity, names_in, titles_in
from gt_platform.markdown import escaped
from gt_platform.project.declared import Declared, Mistake, MistakesError
from gt_platform.project.parts import NAME_PATTERN

RULES, LABELS = "## Rules", "Labels"
"""What stands above the rules in what annotators read, and before the labels that one is about."""


def _on_one_line(text: str) -> str:
    if not (said := " ".join(text.split())):
        raise ValueError("must not be empty")
    return said


Words = Annotated[str, AfterValidator(_on_one_line)]
"""Text of people on one line, which no page takes for markup."""


CaseId = Annotated[str, Field(pattern=r"^[0-9a-f]{6,64}$")]
"""A case of the lake's view `hard_cases`, or how it begins."""


class Precision(Declared):
    """How exact an answer must be: of places by their overlap, of numbers by their distance."""

    iou: float | None = Field(None, gt=0, le=1, description="of spans and boxes, intersection over union at the least")
    tolerance: float | None = Field(None, gt=0, description="of a number, how far off it may be, in its unit")

    @model_validator(mode="after")
    def _one_of_them(self) -> "Precision":
        if (self.iou is None) == (self.tolerance is None):
            raise ValueError("give one of iou and tolerance")
        return self

    def said(self) -> str:
        """In words."""
        if self.iou is not None:
            return f"it overlaps what is meant by {self.iou:g} at the least (intersection over union)"
        return f"at most {self.tolerance:g} away"


class Touches(Declared):
    """Whom a changed rule touches: items in the slice with one of the labels, or both of a pair, among their answers.

    `similar` and `query` narrow that to items like the rule's examples and to items that a query finds. What is left
    out narrows nothing.
    """

    labels: tuple[str, ...] = Field((), description="labels that were given or are true")
    pairs: tuple[tuple[str, str], ...] = Field((), description="labels that are at odds: [[negative, neutral]]")
    slice: dict[str, str] = Field(default_factory=dict, description="attributes and their values: {channel: app}")
    similar: float | None = Field(
        None, gt=0, le=1, description="items as similar as that to an example of the rule, by the words of their texts"
    )
    query: str | None = Field(
        None, min_length=1, description="items that a SELECT of item_id finds, of tables as `gt sql` reads them"
    )

    def these(self, labels: Set[str], attributes: Mapping[str, Any]) -> bool:
        """Whether an item is among them, by the labels of its answers and its attributes."""
        named = not (self.labels or self.pairs) or bool(labels & set(self.labels))
        at_odds = any(labels >= set(pair) for pair in self.pairs)
        return (named or at_odds) and all(str(attributes.get(name)) == value for name, value in self.slice.items())


class Rule(Declared):
    """One rule of how to answer."""

    id: str = Field(pattern=NAME_PATTERN, description="what people call it by; it stays when the words change")
    labels: tuple[str, ...] = Field((), description="the labels or criteria it is about; left out, any answer")
    definition: Words = Field(description="what it says")
    good: tuple[Words, ...] = Field((), description="examples that it holds for")
    bad: tuple[Words, ...] = Field((), description="examples that look like it and are not")
    hard: tuple[Words, ...] = Field((), description="hard cases, and how they are settled")
    resolves: tuple[CaseId, ...] = Field(
        (), description="cases that it settles, as `gt agenda` names them; no part of what annotators read"
    )
    touches: Touches | None = Field(
        None,
        description="whom it touches when it changes, for relabel: touched; left out, its labels; no part of the text",
    )
    precision: Precision | None = Field(None, description="how exact an answer must be: {iou: 0.8}, {tolerance: 0.5}")

    @model_validator(mode="after")
    def _similar_to_something(self) -> "Rule":
        if self.touches and self.touches.similar is not None and not self.examples:
            raise ValueError("touches.similar is to the rule's examples: give some as good, bad or hard")
        return self

    @property
    def examples(self) -> tuple[str, ...]:
        """What items can be similar to."""
        return (*self.good, *self.bad, *self.hard)

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What it says below its definition, each line with what it is."""
        return (
            *(("Good example", said) for said in self.good),
            *(("Bad example", said) for said in self.bad),
            *(("Hard case", said) for said in self.hard),
            *([("Precision", self.precision.said())] if self.precision else []),
        )


class Guidelines(Declared):
    """What `guidelines.yaml` says."""

    changelog: dict[str, Words] = Field(
        default_factory=dict, description="what changed, by version as people call it, the newest first"
    )
    rules: tuple[Rule, ...] = Field(min_length=1, description="in the order in which they are read")

    @field_validator("changelog", mode="before")
    @classmethod
    def _versions_are_names(cls, value: Any) -> Any:
        """YAML reads 2 and 2026-01-31 as no texts."""
        return {str(name): said for name, said in value.items()} if isinstance(value, Mapping) else value

    @field_validator("rules")
    @classmethod
    def _each_id_once(cls, value: tuple[Rule, ...]) -> tuple[Rule, ...]:
        ids = [rule.id for rule in value]
        if doubled := [at for at, name in enumerate(ids) if name in ids[:at]]:
            said = "is the id of rule {} already; every rule has its own"
            raise MistakesError([Mistake(path=(at, "id"), said=said.format(ids.index(ids[at]) + 1)) for at in doubled])
        return value


def with_rules(text: str, rules: Sequence[Rule]) -> str:
    """Guidelines as annotators read them: a text in Markdown, and below it the rules to the letter."""
    written = "\n\n".join((RULES, *map(_written, rules)))
    return f"{text.rstrip()}\n\n{written}\n" if text.strip() else f"{written}\n"


def misfits(rules: Sequence[Rule], kind: AnswerKind) -> Iterator[Mistake]:
    """What of the rules does not go with answers of a kind."""
    form = form_of(kind)
    known = [*names_in(form), *titles_in(form)]
    for at, rule in enumerate(rules):
        for path, label in _labels_of(rule):
            if label not in known:
                said = f"one of {', '.join(known)}" if known else "declared: such answers have no labels; leave it out"
                yield Mistake(path=("rules", at, *path), said=f"{label!r} is not {said}")
        precision = rule.precision
        if precision and precision.iou is not None and not isinstance(form, MarkText | MarkImage):
            yield Mistake(path=("rules", at, "precision", "iou"), said="is for spans and boxes")
        if precision and precision.tolerance is not None and not isinstance(form, Quantity):
            yield Mistake(path=("rules", at, "precision", "tolerance"), said="is for numbers")


def _labels_of(rule: Rule) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every label a rule names, and where."""
    yield from ((("labels", place), label) for place, label in enumerate(rule.labels))
    if rule.touches:
        yield from ((("touches", "labels", place), label) for place, label in enumerate(rule.touches.labels))
        for place, pair in enumerate(rule.touches.pairs):
            yield from ((("touches", "pairs", place, at), label) for at, label in enumerate(pair))


def _written(rule: Rule) -> str:
    about = [(LABELS, ", ".join(rule.labels))] if rule.labels else []
    lines = (*about, ("Definition", rule.definition), *rule.lines)
    return "\n".join((f"### {escaped(rule.id)}\n", *(f"- {name}: {escaped(said)}" for name, said in lines)))
