"""What a project declares of how events are chosen."""

from typing import Self

from pydantic import Field, model_validator

from gt_platform.project.declared import Declared
from gt_platform.project.design import LEAST_ITEMS, Design


class Flagged(Declared):
    """How what people thumbed down, rated low or corrected is looked at: as strata of its own."""

    most: int | None = Field(
        None,
        ge=0,
        description="flagged events that are all drawn, and of more at least so many; a quarter of the budget if it is "
        "not said; 0: like any other event. Of those flagged after the frame was drawn, so many more",
    )
    later: int = Field(
        5, ge=1, description="events of a frame flagged after it was drawn from which on all of them are"
    )
    per_user: int = Field(3, ge=1, description="events of a frame flagged by the same end user that count as flagged")


class ActiveLearning(Declared):
    """What is asked to train on: of a frame's other events those a model is least sure of, unlike each other."""

    budget: int = Field(ge=1, description="items of a frame that are asked to train on, beside its sample")


class Sampling(Declared):
    """How many events of a frame are worth an expert's time, and how they are chosen."""

    budget: int = Field(ge=1, description="events drawn per frame")
    floor: float = Field(
        0.5, ge=0, le=1, description="share of the budget spread evenly over the frame; the rest follows uncertainty"
    )
    minimum_per_stratum: int = Field(2, ge=1, description="events drawn from every stratum that has them")
    flagged: Flagged = Field(default_factory=Flagged, description="how what people flagged is looked at")

    share: float | None = Field(
        None, gt=0, le=1, description="share of a frame's events that is drawn, of up to the budget; at least 10"
    )
    design: Design | None = Field(None, description="what the draw is composed of: who may be drawn, and quotas")
    active_learning: ActiveLearning | None = Field(
        None, description="items asked to train on, apart from the sample: no score of production rests on them"
    )

    @model_validator(mode="after")
    def _within_the_budget(self) -> Self:
        if self.flagged.most is not None and self.flagged.most > self.budget:
            raise ValueError(f"flagged.most is {self.flagged.most}, of a budget of {self.budget}: give at most that")
        return self

    @model_validator(mode="after")
    def _enough_for_the_design(self) -> Self:
        if self.design is not None:
            self.design.check(self.budget, self.minimum_per_stratum)
        return self

    def most_of(self, events: int) -> int:
        """How many of so many events are drawn at most."""
        return self.budget if self.share is None else min(self.budget, max(round(self.share * events), LEAST_ITEMS))

    def most_flagged(self, budget: int) -> int:
        """Flagged events that are all drawn, of so many events in all."""
        return budget // 4 if self.flagged.most is None else min(self.flagged.most, budget)
