"""A month and what its release is called: `2026.11`, and of the last month of a quarter `2026.Q4` besides."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import total_ordering

from gt_platform.errors import GroundTruthError

WRITTEN = re.compile(r"(\d{4})[-.](0[1-9]|1[0-2])")


class ReviewError(GroundTruthError):
    """A month that cannot be reviewed; the message says why, and what to do."""


@total_ordering
@dataclass(frozen=True)
class Month:
    """A calendar month. Frames are UTC days, so it begins and ends in UTC."""

    year: int
    number: int

    @classmethod
    def named(cls, text: str) -> "Month":
        """The month of `2026-11` or `2026.11`. Raises ReviewError."""
        found = WRITTEN.fullmatch(text)
        if not found:
            raise ReviewError(f"{text!r} is not a month; write it as 2026-11")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)

    @classmethod
    def before(cls, day: date) -> "Month":
        """The month that ended last before a day."""
        return cls.of(day.replace(day=1) - timedelta(days=1))

    def __lt__(self, other: "Month") -> bool:
        return (self.year, self.number) < (other.year, other.number)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def tag(self) -> str:
        """What its release is called: calendar versioning, with two digits so that names sort as months do."""
        return f"{self.year}.{self.number:02}"

    @property
    def quarter(self) -> str | None:
        """What a major release is called; none but in the last month of a quarter."""
        return None if self.number % 3 else f"{self.year}.Q{self.number // 3}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def after(self) -> date:
        """The day after its last."""
        return date(self.year + self.number // 12, self.number % 12 + 1, 1)

    @property
    def span(self) -> dict[str, datetime]:
        """Its first moment and the first one after it, for a query."""
        return {"since": datetime.combine(self.first, time(), UTC), "before": datetime.combine(self.after, time(), UTC)}
