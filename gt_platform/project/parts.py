"""The parts of a declaration about what is watched, drawn, measured and gated. Who answers is in `labeling`."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from gt_platform.embeddings import ENTRY_POINT_GROUP, embeddings
from gt_platform.project.declared import Declared
from gt_platform.project.descriptors import OF_NUMBERS, checked, name_of
from gt_platform.project.methods import AUTOMATIC, OF_CATEGORIES, OF_TEXTS, PRESETS, Method, TextMethod
from gt_platform.project.output import steps

SOURCES = ("input", "output", "confidence", "attributes")
"""The parts of an event that are watched."""
NUMERIC = ("characters", "words", "hour", "age")
"""Measures that are numbers whatever is measured."""
TEXTS = ("value", "meaning")
"""Measures that leave a text as it is."""
Measure = Literal["value", "characters", "words", "hour", "weekday", "age", "meaning"]
NAME_PATTERN = r"^[a-z][a-z0-9_]{0,47}$"


class DriftColumn(Declared):
    """A value watched for drift, taken from each event."""

    name: str = Field(pattern=NAME_PATTERN, description="the name it has in the drift table")
    of: str = Field(
        description="where in the event: input, confidence, attributes.channel, input.messages[0].content, "
        'attributes."llm.model" …; output is the answer as `output:` says to read it, output.label what came',
    )
    measure: Measure = Field(
        "value",
        description="the value itself; the length of its text in characters or words; or, of a time, its hour or "
        "weekday as it is written, or its age in hours when the event occurred; meaning: what its words say, or a "
        "vector that the event carries",
    )
    embedding: str | None = Field(
        None, description="of measure meaning, the registered function that makes vectors of texts, in place of words"
    )
    method: Literal[Method, TextMethod] | None = Field(
        None, description="the method of Evidently its statistic is computed by, in place of the distance used here"
    )

    descriptor: str | dict[str, tuple[str, ...]] | None = Field(
        None,
        description="in place of a measure, what a descriptor of Evidently's says of its text: sentiment, "
        "word_count …, or {regexp: PATTERN}",
    )

    @field_validator("descriptor", mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        return None if value is None else checked(value)

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        if self.descriptor is not None and (self.measure != "value" or self.of == "confidence"):
            raise ValueError("a descriptor says something of a text; it goes with no measure, and not with confidence")
        if self.of_meaning and (self.descriptor is not None or self.of == "confidence" or self.measure not in TEXTS):
            raise ValueError(f"{self.method or 'meaning'} is told of free text, and goes with no other measure")
        if self.of_meaning and (self.method not in {None, *OF_TEXTS} or (self.method and self.embedding)):
            raise ValueError(f"meaning is told by a classifier; of methods {' and '.join(sorted(OF_TEXTS))} are one")
        if self.embedding is not None and not self.of_meaning:
            raise ValueError("an embedding is for measure: meaning")
        if self.embedding is not None and self.embedding not in embeddings():
            known = ", ".join(sorted(embeddings())) or "none"
            raise ValueError(f"embedding {self.embedding!r} is not registered ({ENTRY_POINT_GROUP}); there is {known}")
        described = self.descriptor is not None and name_of(self.descriptor) in OF_NUMBERS
        if self.method in OF_CATEGORIES and (described or self.measure in NUMERIC or self.of == "confidence"):
            raise ValueError(f"method {self.method} compares categories, and these are numbers; ks or psi would do")
        return self

    @field_validator("of")
    @classmethod
    def _can_be_followed(cls, value: str) -> str:
        found = steps(value)
        if not found or found[0] not in SOURCES:
            raise ValueError(f"{value!r} must begin with one of {', '.join(SOURCES)}")
        if found[0] == "confidence" and len(found) > 1:
            raise ValueError("confidence is a number and has nothing in it")
        return value

    @property
    def of_meaning(self) -> bool:
        """Whether a classifier tells what its texts say."""
        return self.measure == "meaning" or self.method in OF_TEXTS

    @property
    def source(self) -> str:
        """The part of the event that it is taken from."""
        return str(steps(self.of)[0])

    @property
    def within(self) -> tuple[str | int, ...]:
        """The keys and places that lead to it there."""
        return steps(self.of)[1:]


class Reference(Declared):
    """The days drift is measured against: fixed ones, or those just before each frame."""

    first: date | None = Field(None, description="first day of a fixed reference")
    last: date | None = Field(None, description="last day of it, included")
    rolling: int | None = Field(None, ge=2, le=366, description="in place of both: this many days before each frame")
    like: Literal["none", "weekday", "hour"] = Field(
        "none",
        description="weekday: a frame is compared with days of its own weekday, where there are any; hour: with rows "
        "of the reference drawn so that they have the frame's mix of hours (UTC)",
    )

    @model_validator(mode="after")
    def _fixed_or_rolling(self) -> Self:
        if (self.first is None) != (self.last is None) or (self.first is None) == (self.rolling is None):
            raise ValueError("give both first and last, or rolling: a number of days before each frame")
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"last ({self.last}) is before first ({self.first})")
        return self

    def of(self, day: date) -> tuple[date, date]:
        """The first and the last day that this one is compared with."""
        if self.first is not None and self.last is not None:
            return self.first, self.last
        return day - timedelta(days=self.rolling or 0), day - timedelta(days=1)

    def has(self, day: date) -> bool:
        """Whether this day is itself part of a fixed reference."""
        return self.first is not None and self.last is not None and self.first <= day <= self.last


class Drift(Declared):
    """How drift is looked for."""

    reference: Reference
    columns: tuple[DriftColumn, ...] = Field(min_length=1, description="the values watched")
    alpha: float = Field(0.01, gt=0, lt=0.5, description="false discovery rate over a frame's columns")
    minimum: int = Field(50, ge=2, description="rows below which a frame is insufficient evidence")
    permutations: int = Field(999, ge=99, le=99_999, description="permutations behind each p-value")
    preset: Literal["data_drift"] | None = Field(
        None, description="data_drift: columns that name no method are compared by the one that Evidently would choose"
    )

    @field_validator("preset", mode="before")
    @classmethod
    def _of_drift(cls, value: Any) -> Any:
        if value in PRESETS:
            raise ValueError(f"{value} is no drift: {PRESETS[value]}")
        return value

    @property
    def methods(self) -> dict[str, str]:
        """The method of Evidently's of every column that has one."""
        otherwise = AUTOMATIC if self.preset else None
        watched = (column for column in self.columns if not column.of_meaning)
        return {column.name: method for column in watched if (method := column.method or otherwise)}

    @property
    def meanings(self) -> dict[str, DriftColumn]:
        """The columns of which the meaning is watched."""
        return {column.name: column for column in self.columns if column.of_meaning}


class ScoreGate(Declared):
    """A bound the production score must keep, of all traffic or of a slice; judged on the interval, not the point."""

    metric: str
    slice: str | None = Field(
        None, pattern=r"^[A-Za-z0-9_]+=", description="attribute=value of a benchmark slice; otherwise all traffic"
    )
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("give exactly one of at_least and at_most")
        return self

    @property
    def of(self) -> str:
        """The slice as scores name it; '*' for all traffic."""
        return self.slice or "*"

    def surely(self, low: float, high: float) -> bool | None:
        """Whether a score with these bounds keeps it; None where they lie on either side."""
        if self.at_least is not None:
            return True if low >= self.at_least else False if high < self.at_least else None
        most = self.at_most or 0.0
        return True if high <= most else False if low > most else None


class AgreementGate(Declared):
    """What agreement between annotators must not fall below, by one coefficient; judged on its interval."""

    pairs: float | None = Field(None, ge=0, le=1, description="share of agreeing pairs of answers, as a bare number is")
    fleiss_kappa: float | None = Field(None, ge=-1, le=1)
    krippendorff_alpha: float | None = Field(None, ge=-1, le=1)
    gwet_ac1: float | None = Field(None, ge=-1, le=1)
    gwet_ac2: float | None = Field(None, ge=-1, le=1)
    cohen_kappa: float | None = Field(None, ge=-1, le=1, description="of two annotators")
    weighted_kappa: float | None = Field(None, ge=-1, le=1, description="of two annotators, weights quadratic")
    icc: float | None = Field(None, ge=-1, le=1, description="ICC(2,1), of numbers")

    @model_validator(mode="after")
    def _one_coefficient(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            raise ValueError(f"name exactly one of {', '.join(type(self).model_fields)}")
        return self

    @property
    def coefficient(self) -> str:
        """The one that is named."""
        return next(iter(self.model_dump(exclude_none=True)))

    @property
    def at_least(self) -> float:
        """Its bound."""
        return float(getattr(self, self.coefficient))


class Gates(Declared):
    """Quality gates; each shows as an asset check."""

    quarantined_share: float = Field(0.05, ge=0, le=1, description="highest share of a day's lines in quarantine")
    invalid_outputs: float = Field(
        0.05, ge=0, le=1, description="highest share of a model's outputs that are no valid answers"
    )
    agreement: AgreementGate | None = Field(
        None, description="lowest share of agreeing pairs of answers, or of a coefficient: {fleiss_kappa: 0.7}"
    )
    score: tuple[ScoreGate, ...] = Field(
        (), description="what production scores must keep: one, or a list of {metric, slice, at_least}"
    )

    @field_validator("score", mode="before")
    @classmethod
    def _one_of_them(cls, value: Any) -> Any:
        return () if value is None else (value,) if isinstance(value, Mapping | ScoreGate) else value

    @property
    def overall(self) -> ScoreGate | None:
        """The first that all traffic must keep."""
        return next((gate for gate in self.score if gate.slice is None), None)

    def binding(self, metric: str, slice_: str) -> ScoreGate | None:
        """What a score of a metric on a slice is held against: the slice's own, else that of all traffic."""
        of = {gate.of: gate for gate in reversed(self.score) if gate.metric == metric}
        return of.get(slice_, of.get("*"))

    @field_validator("agreement", mode="before")
    @classmethod
    def _of_pairs(cls, value: Any) -> Any:
        return value if value is None or isinstance(value, Mapping | AgreementGate) else {"pairs": value}


class Benchmark(Declared):
    """What is measured, and for which parts of the traffic."""

    metrics: tuple[str, ...] = Field(min_length=1)
    slices: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")], ...] = Field(
        (), description="attributes of events by whose values scores are sliced"
    )
    users: str | None = Field(
        None,
        pattern=r"^(user_id|session_id|attributes\.[A-Za-z0-9_]+)$",
        description="what says whose an event is, where scores are to hold for users like these, not for this traffic",
    )
