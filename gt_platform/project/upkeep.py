"""How truth is kept up: when it is too old to stand unasked, and how much of it is tried."""

import re
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from gt_platform.project.declared import Declared

DAYS = re.compile(r"([1-9]\d{0,4})d")
SLICE = re.compile(r"[A-Za-z0-9_]+=.*", re.DOTALL)
EVERYTHING = "*"
Category = Literal["outdated", "incorrect", "duplicate", "private"]


class Retirement(Declared):
    """What the review of a month takes out of the truth: nothing else is."""

    where: str = Field(min_length=1, description="a condition in SQL, as `gt truth retire --where` takes it")
    why: str = Field(min_length=1, description="the reason, which is kept with each item")
    category: Category = Field("outdated", description="outdated, incorrect, duplicate or private")


class Upkeep(Declared):
    """How truth is kept up. Declared beside what is true: `truth: {is: experts, expires_after: 180d}`."""

    expires_after: dict[str, int] = Field(
        default_factory=dict,
        description="days after which truth is asked again: 180d, or by slice, {channel=web: 90d, '*': 365d}",
    )

    retest: float = Field(0.0, ge=0, le=1, description="share of settled items that are asked again, blind, to see")
    retest_after: int = Field(28, description="days after which: 28d")

    cadence: Literal["monthly"] | None = Field(
        None, description="monthly: each month is reviewed when it is over, and its release tagged 2026.11"
    )
    retire: tuple[Retirement, ...] = Field((), description="what that review retires: [{where: …, why: …}]")

    review: int = Field(100, ge=0, description="flagged events of a month, at most, that are proposed to be asked")
    add: int = Field(50, ge=0, description="other events of a month, at most, proposed where truth has little")

    @model_validator(mode="after")
    def _rules_are_applied(self) -> Self:
        if self.retire and self.cadence is None:
            raise ValueError("retire is what the review of a month does; add cadence: monthly")
        return self

    @field_validator("retest_after", mode="before")
    @classmethod
    def _in_days(cls, value: Any) -> int:
        return days_of(value)

    @field_validator("expires_after", mode="before")
    @classmethod
    def _days_by_slice(cls, value: Any) -> Any:
        if value is None:
            return {}
        by_slice = value if isinstance(value, Mapping) else {EVERYTHING: value}
        for name in by_slice:
            if name != EVERYTHING and not (isinstance(name, str) and SLICE.fullmatch(name)):
                raise ValueError(f"{name!r} is no slice; write attribute=value, or '*' for everything else")
        return {name: days_of(told) for name, told in by_slice.items()}


def days_of(told: Any) -> int:
    """The days that 180d, or 180, are. Raises ValueError."""
    if isinstance(told, int) and not isinstance(told, bool) and told > 0:
        return told
    found = DAYS.fullmatch(told) if isinstance(told, str) else None
    if not found:
        raise ValueError(f"must be days, such as 180d, not {told!r}")
    return int(found[1])
