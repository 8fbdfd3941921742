"""What it means that nothing came of an event."""

from typing import Any

from pydantic import Field, field_validator

from gt_platform.project.declared import Declared
from gt_platform.project.upkeep import days_of


class NoOutcome(Declared):
    """The truth of what no outcome came of in time: where a chargeback takes 90 days at most, what has none is good."""

    after: int = Field(description="days after the frame of an item's first event: 90d")
    means: Any = Field(description="the answer that is true then, until an outcome comes all the same")

    @field_validator("after", mode="before")
    @classmethod
    def _in_days(cls, value: Any) -> int:
        return days_of(value)
