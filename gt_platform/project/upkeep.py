"""How truth is kept up: when it is too old to stand unasked, and how much of it is tried."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from gt_platform.project.declared import Declared

DAYS = re.compile(r"([1-9]\d{0,4})d")
SLICE = re.compile(r"[A-Za-z0-9_]+=.*", re.DOTALL)
EVERYTHING = "*"


class Upkeep(Declared):
    """How truth is kept up. Declared beside what is true: `truth: {is: experts, expires_after: 180d}`."""

    expires_after: dict[str, int] = Field(
        default_factory=dict,
        description="days after which truth is asked again: 180d, or by slice, {channel=web: 90d, '*': 365d}",
    )

    retest: float = Field(0.0, ge=0, le=1, description="share of settled items that are asked again, blind, to see")
    retest_after: int = Field(28, description="days after which: 28d")

    @field_validator("retest_after", mode="before")
    @classmethod
    def _in_days(cls, value: Any) -> int:
        return _days(value)

    @field_validator("expires_after", mode="before")
    @classmethod
    def _days_by_slice(cls, value: Any) -> Any:
        if value is None:
            return {}
        by_slice = value if isinstance(value, Mapping) else {EVERYTHING: value}
        for name in by_slice:
            if name != EVERYTHING and not (isinstance(name, str) and SLICE.fullmatch(name)):
                raise ValueError(f"{name!r} is no slice; write attribute=value, or '*' for everything else")
        return {name: _days(told) for name, told in by_slice.items()}


def _days(told: Any) -> int:
    if isinstance(told, int) and not isinstance(told, bool) and told > 0:
        return told
    found = DAYS.fullmatch(told) if isinstance(told, str) else None
    if not found:
        raise ValueError(f"must be days, such as 180d, not {told!r}")
    return int(found[1])
