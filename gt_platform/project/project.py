"""A project as a user declares it, validated and versioned."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator

from gt_platform.answers import AnswerKind, Judging, judging, kinds
from gt_platform.canonical import as_json, digest
from gt_platform.metrics import Corpus, Measuring
from gt_platform.project.candidates import Candidates
from gt_platform.project.card import Card
from gt_platform.project.consistency import alike, inconsistencies
from gt_platform.project.declared import Declared, Mistake, MistakesError
from gt_platform.project.duplicates import Duplicates
from gt_platform.project.guidelines import Rule
from gt_platform.project.labeling import Labeling
from gt_platform.project.outcomes import NoOutcome
from gt_platform.project.output import Output
from gt_platform.project.outputs import Judged, Outputs
from gt_platform.project.parts import NAME_PATTERN, Benchmark, Drift, Gates
from gt_platform.project.sampling import Sampling
from gt_platform.project.show import Part, Show, shown
from gt_platform.project.splits import Splits, checked
from gt_platform.project.upkeep import Upkeep
from gt_platform.project.words import mistakes

Truth = Literal["experts", "annotators", "distribution"]
Ask = Literal["about the input", "about the output"]
UNCOUNTABLE = (
    "of answers of the kind {} no share and no mean can be told, so they cannot be {!r}: judge with choice, ordinal, "
    "rubric or another kind, or ask about the input"
)
NAMES_OF_THE_LAKE = {"main", "information_schema", "pg_catalog"}


class Project(Declared):
    """One question asked about one kind of production output."""

    name: str = Field(pattern=NAME_PATTERN, description="also the Dagster group and the lake schema")
    question: str = Field(min_length=1, description="what the expert is asked")
    ask: Ask = Field(
        "about the input",
        description="what an answer is about: the input, to which an output is right or wrong; or the output itself, "
        "which is then shown with its input and judged",
    )
    owners: tuple[str, ...] = Field((), description="e-mail addresses or team:name, shown in Dagster")
    inbox: str = Field(
        min_length=1,
        description="folder or s3:// prefix with the files of events and feedback; {day} stands for the day",
    )
    start: date = Field(description="the first frame day")
    timezone: str = Field("UTC", description="an IANA time zone; nightly runs start in it")
    nightly: str = Field("02:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="when the nightly refresh starts")
    answer: dict[str, Any] = Field(description="kind, and what that kind needs")
    output: Output | None = Field(
        None, description="where in an output the answer lies, and how it is read; left out, the output is the answer"
    )
    show: tuple[Show, ...] = Field((), description="what people see of an item, in order; left out, all of it")
    truth: Truth = Field(
        "experts",
        description="what is true: what experts would say, what annotators agree on, or the distribution of answers; "
        "or {is: …} with how it is kept up",
    )
    upkeep: Upkeep = Field(Upkeep(), description="how truth is kept up, where `truth` does not say")
    outcomes: dict[str, Any] = Field(
        default_factory=dict,
        description="what an outcome that comes as feedback means, as an answer: {chargeback: fraud, paid: good}; "
        "such is the truth of its event's item, and one that is not named here says nothing (yet)",
    )
    no_outcome: NoOutcome | None = Field(
        None,
        description="what it means that none of these came in time: {after: 90d, means: good}; left out, nothing",
    )
    splits: Annotated[Splits, BeforeValidator(checked)] = Field(
        default_factory=dict,
        description="how many items each split of the truth takes, one of them the rest: {evaluation: 300, test: 1000, "
        "train: rest}; all but train and validation are held out, and what is frozen stays for ever",
    )
    duplicates: Duplicates = Duplicates()
    drift: Drift
    sampling: Sampling
    labeling: Labeling
    gates: Gates = Gates()
    benchmark: Benchmark
    candidates: Candidates = Candidates()
    card: Card = Card()
    guidelines: str = Field("", exclude=True, repr=False)
    rules: tuple[Rule, ...] = Field((), exclude=True, repr=False)
    changelog: dict[str, str] = Field(default_factory=dict, exclude=True, repr=False)
    kind: Any = Field(None, exclude=True, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _truth_with_its_upkeep(cls, declared: Any) -> Any:
        told = declared.get("truth") if isinstance(declared, Mapping) else None
        if not isinstance(told, Mapping):
            return declared
        if "upkeep" in declared:
            raise MistakesError([Mistake(path=("upkeep",), said="belongs under truth:, which has keys already")])
        try:
            upkeep = Upkeep.model_validate({name: value for name, value in told.items() if name != "is"})
        except ValidationError as error:
            found = [replace(one, path=("truth", *one.path)) for one in mistakes(error, Upkeep)]
            raise MistakesError(found) from None
        return {**declared, "truth": told.get("is", "experts"), "upkeep": upkeep}

    @field_validator("name")
    @classmethod
    def _not_reserved(cls, value: str) -> str:
        if value in NAMES_OF_THE_LAKE:
            raise ValueError(f"{value!r} is reserved by the lake; choose another name")
        return value

    @field_validator("answer")
    @classmethod
    def _known_kind(cls, value: dict[str, Any]) -> dict[str, Any]:
        answer_kind_of(value)
        if confusing := list(alike(value)):  # an older schema in the lake may have them, and stays readable
            raise MistakesError(confusing)
        return value

    @field_validator("inbox")
    @classmethod
    def _one_day_placeholder(cls, value: str) -> str:
        if value.count("{day}") > 1 or value.replace("{day}", "").count("{"):
            raise ValueError("the only placeholder is {day}, at most once")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("not an IANA time zone; for example UTC, Europe/Paris, America/New_York")
        return value

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        kind = answer_kind_of(self.answer)
        judges = judging(kind) if self.judges_outputs else kind
        if judges is None:
            raise MistakesError([Mistake(path=("ask",), said=UNCOUNTABLE.format(self.answer["kind"], self.ask))])
        object.__setattr__(self, "kind", judges)
        if found := inconsistencies(self):
            raise MistakesError(found)
        return self

    @model_validator(mode="after")
    def _night_buys_truth(self) -> Self:
        if self.labeling.cost.night is not None and self.truth != "experts":
            raise ValueError(f"labeling.cost.night: with truth: {self.truth} no expert check narrows the score")
        return self

    @property
    def answer_kind(self) -> AnswerKind:
        """The answer kind with this project's schema; where it judges outputs, its metrics are of the judgement."""
        kind: AnswerKind = self.kind
        return kind

    @cached_property
    def outputs(self) -> Outputs:
        """What reads a model's outputs as answers."""
        return Judged(self.answer_kind) if self.judges_outputs else Outputs(self.answer_kind, self.output)

    @cached_property
    def meant(self) -> dict[str, str]:
        """What each declared outcome means: the answer as its kind writes it, in canonical text."""
        return {value: as_json(self.answer_kind.validate(answer)) for value, answer in self.outcomes.items()}

    @cached_property
    def absence(self) -> dict[str, Any]:
        """`after` how many days no outcome means what (`absent`, as `meant` has it); None both where it is nothing."""
        if self.no_outcome is None:
            return {"after": None, "absent": None}
        absent = as_json(self.answer_kind.validate(self.no_outcome.means))
        return {"after": self.no_outcome.after, "absent": absent}

    @property
    def judges_outputs(self) -> bool:
        """Whether an item is an input with its output, and answers are judgements of it."""
        return self.ask == "about the output"

    def shown(self, content: Any) -> tuple[Part, ...]:
        """What people see of an item: of its input or, where outputs are judged, of an object of input and output."""
        return shown(self.show, content, judged=self.judges_outputs)

    @property
    def sided(self) -> bool:
        """Whether two answers are shown side by side, as A and B."""
        return any(one.side for one in self.show)

    @property
    def headline(self) -> str:
        """The metric that is looked at first: the score gate's, else the first of the benchmark."""
        return self.gates.score[0].metric if self.gates.score else self.benchmark.metrics[0]

    @cached_property
    def measuring(self) -> Measuring:
        """What an output adds to the metrics that are declared, and to all that its answer kind has."""
        gated = (gate.metric for gate in self.gates.score)
        named = dict.fromkeys((*self.benchmark.metrics, *gated, *self.candidates.margins))
        return Measuring(kind=self.answer_kind, names=tuple(named))

    @property
    def steering(self) -> str:
        """The metric that labels are bought for: the headline, or the kind's first where that cannot be told from an
        output and a truth alone: statistics of the corpus, and what is made of confidence.
        """
        found = self.measuring.registered.get(self.headline)
        apart = found is not None and (isinstance(found, Corpus) or bool(found.needs))
        return next(iter(self.answer_kind.metrics())) if apart else self.headline

    @property
    def zone(self) -> ZoneInfo:
        """The project's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def guideline_version(self) -> str:
        """Digest of the guidelines as annotators read them."""
        return guideline_version_of(self.guidelines)

    @property
    def schema_version(self) -> str:
        """Digest of the question, of what it asks about, and of the answer schema with what order of it matters."""
        kind = self.kind.kind if isinstance(self.kind, Judging) else self.kind
        ordered = list(map(list, kind.ordered())) if hasattr(kind, "ordered") else None
        about = {"ask": self.ask} if self.judges_outputs else {}
        asked = {"question": self.question, "answer": self.answer}
        return _digest(asked | about | ({"order": ordered} if ordered else {}))


def guideline_version_of(guidelines: str) -> str:
    """The version that guidelines of this text are."""
    return _digest(guidelines)


def answer_kind_of(declared: dict[str, Any]) -> AnswerKind:
    """The answer kind of an `answer:` part. Raises MistakesError, a ValueError."""
    known = kinds()
    name = declared.get("kind")
    if not isinstance(name, str) or name not in known:
        raise MistakesError([Mistake(path=("kind",), said=f"is {name!r}; known kinds: {', '.join(sorted(known))}")])
    schema = {key: value for key, value in declared.items() if key != "kind"}
    try:
        kind = known[name].model_validate(schema)
    except ValidationError as error:
        raise MistakesError(mistakes(error, known[name])) from None
    if not isinstance(kind, AnswerKind):
        raise TypeError(f"the registered answer kind {name!r} lacks a method of AnswerKind")
    return kind


def _digest(content: Any) -> str:
    return digest(as_json(content), 16)
