"""How labeling is declared: who answers, how often, what it costs, and how honeypots and experts check answers."""

import json
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from gt_platform.project.declared import Declared
from gt_platform.project.design import LEAST_ITEMS


class Honeypots(Declared):
    """Items of known truth mixed into people's work, to see how well they do while they do it."""

    share: float = Field(0.1, ge=0, le=0.5, description="share of an annotator's work")
    newcomer: int = Field(5, ge=0, le=50, description="how many a newcomer is given among the first of it")
    pool: int = Field(50, ge=1, description="how many are in use at once")
    exposures: int = Field(30, ge=1, description="people who may see one before it is retired")
    days: int = Field(90, ge=1, description="days after which one is retired")
    at_least: float = Field(0.5, ge=0, le=1, description="share a batch must get right to be accepted")
    attempts: int = Field(2, ge=1, le=5, description="times a batch may be handed in")


class Annotators(Declared):
    """When an annotator is watched, and when paused: judged on the bounds of an interval, from `minimum` answers on."""

    pause: float = Field(0.5, ge=0, le=1, description="paused when surely below this share of right answers")
    watch: float = Field(0.7, ge=0, le=1, description="watched when surely below this")
    minimum: int = Field(10, ge=1, description="answers needed to judge")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.pause > self.watch:
            raise ValueError(f"pause ({self.pause}) is above watch ({self.watch})")
        return self


class ExpertCheck(Declared):
    """Items that an expert answers without seeing what annotators said, drawn with known probability."""

    budget: int = Field(ge=1, description="items a night, on average")
    floor: int = Field(2, ge=1, description="least items of each cell: of each way annotators voted, by model output")


class Cost(Declared):
    """What an answer costs, in any unit: the ratio is what labels are planned by.

    `rates` are by what an item takes of its annotator (`skill:tax`, `language:de`); the dearest one counts. Once
    what is paid and asked comes to `month`, a calendar month's in UTC, or to `total`, nothing more is asked.

    With `night` each night splits it between new items, further answers and expert checks, where the score gains most;
    `sampling.budget` is then the most events a frame has drawn, `expert_check.budget` the least items it has checked.
    """

    annotator: float = Field(1.0, gt=0, description="one annotator's answer")
    expert: float = Field(8.0, gt=0, description="one expert's answer")
    rates: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default_factory=dict, description="an annotator's answer to an item that takes this ability, such as skill:tax"
    )
    month: float | None = Field(None, gt=0, description="what all answers may cost in a calendar month (UTC)")
    total: float | None = Field(None, gt=0, description="what all answers may cost for good")
    night: float | None = Field(None, gt=0, description="what all answers to a night's frame may cost together")

    @property
    def limited(self) -> bool:
        """Whether asking ends at a budget."""
        return self.month is not None or self.total is not None

    def of(self, requires: str | None) -> float:
        """What an annotator's answer costs to an item that takes these abilities (JSON): the dearest one's rate."""
        return max(
            (self.rates[one] for one in json.loads(requires or "[]") if one in self.rates), default=self.annotator
        )

    @field_validator("rates")
    @classmethod
    def _of_abilities(cls, rates: dict[str, float]) -> dict[str, float]:
        for name in rates:
            if not name.startswith(("skill:", "language:")):
                raise ValueError(f"{name!r} is no ability; rates are by skill:NAME or language:NAME")
        return rates


class Labeling(Declared):
    """Who answers, how often each item is asked, and how answers are checked."""

    backend: str = Field(description="workbench, label_studio, files, replay, or one you registered")
    overlap: int = Field(3, ge=1, le=50, description="answers per item, to begin with")
    maximum: int | None = Field(None, ge=1, le=50, description="answers per item at most; more than overlap")
    confidence: float | None = Field(
        None, gt=0.5, lt=1, description="one more answer is asked while the leading one is less probable than this"
    )
    batch: int = Field(10, ge=1, le=100, description="items an annotator is given, and hands in, at once")
    lease_minutes: int = Field(60, ge=1, description="minutes without a sign of life until items go to somebody else")
    honeypots: Honeypots | None = None
    annotators: Annotators | None = None
    expert_check: ExpertCheck | None = None
    cost: Cost = Cost()
    language: str | None = Field(
        None, pattern=r"^attributes\.[A-Za-z0-9_]+$", description="where an event says which language it takes"
    )
    skill: str | None = Field(
        None, pattern=r"^attributes\.[A-Za-z0-9_]+$", description="where an event says which skill it takes"
    )
    suggestions: bool = Field(False, description="whether annotators are shown the model's answer")
    relabel: Literal["contested", "touched", "all", "none"] = Field(
        "contested", description="which truth is asked again when the guidelines change"
    )
    recheck: int = Field(
        0, ge=0, description="with relabel: touched, items that no changed rule touches, asked again to see whether so"
    )
    options: dict[str, Any] = Field(default_factory=dict, description="what the backend needs")

    @model_validator(mode="before")
    @classmethod
    def _no_spot_check(cls, declared: Any) -> Any:
        if isinstance(declared, dict) and "spot_check" in declared:
            raise ValueError(
                "spot_check is now expert_check, drawn where it narrows the score and answered blind: in its place "
                "write expert_check: {budget: 4, floor: 2}, that is items a night, and the least of each cell"
            )
        return declared

    @model_validator(mode="after")
    def _recheck_is_of_untouched(self) -> Self:
        if self.recheck and self.relabel != "touched":
            raise ValueError(f"recheck ({self.recheck}) is of items that no rule touches: add relabel: touched")
        return self

    @model_validator(mode="after")
    def _night_can_be_split(self) -> Self:
        if self.cost.night is None:
            return self
        if self.expert_check is None:
            raise ValueError("cost.night is split between items and expert checks: declare expert_check as well")
        checks = self.expert_check.budget * self.cost.expert
        least = LEAST_ITEMS * self.overlap * self.cost.annotator + checks
        if self.cost.night < least:
            raise ValueError(
                f"cost.night ({self.cost.night:g}) must be at least {least:g}: {LEAST_ITEMS} items of {self.overlap} "
                f"answers each, and {self.expert_check.budget} expert checks"
            )
        return self

    @model_validator(mode="after")
    def _adaptive_or_not(self) -> Self:
        if (self.maximum is None) != (self.confidence is None):
            raise ValueError("give both of maximum and confidence, or neither: more answers, and until when")
        if self.maximum is not None and self.maximum <= self.overlap:
            raise ValueError(f"maximum ({self.maximum}) must be above overlap ({self.overlap})")
        return self
