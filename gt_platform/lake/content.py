"""What a table holds as one sum, to which a commit adds: whatever the order of rows or the layout of files.

Each row is hashed by SHA-256 over the text of all its columns, and the hashes are added up as four numbers of 64 bits.
No content can be told from it. How the sums are computed is in `statements`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

LANES = 4
WIDTH = 64
"""Bits of a lane; together the 256 of a SHA-256."""


@dataclass(frozen=True)
class Content:
    """How many rows, and the sum of their hashes, modulo 2**64 in each lane. The difference of two may be negative."""

    rows: int = 0
    sums: tuple[int, ...] = (0,) * LANES

    def __add__(self, other: Self) -> "Content":
        return Content(self.rows + other.rows, _wrapped(a + b for a, b in zip(self.sums, other.sums, strict=True)))

    def __sub__(self, other: Self) -> "Content":
        return Content(self.rows - other.rows, _wrapped(a - b for a, b in zip(self.sums, other.sums, strict=True)))

    def __bool__(self) -> bool:
        return self != Content()

    @classmethod
    def of_row(cls, row: tuple[int, ...]) -> Self:
        """From a row of a query: how many rows, and the plain sum of each lane."""
        return cls(row[0], _wrapped(row[1:]))

    @classmethod
    def told(cls, said: object) -> Self:
        """What `said` gave. Raises ValueError for anything else."""
        match said:
            case [int() as rows, str() as digest] if len(digest) == LANES * WIDTH // 4:
                step = WIDTH // 4
                return cls(rows, tuple(int(digest[at : at + step], 16) for at in range(0, len(digest), step)))
        raise ValueError(f"{said!r} is no content")

    @property
    def digest(self) -> str:
        """The sum in 64 hex digits."""
        return "".join(f"{lane:016x}" for lane in self.sums)

    @property
    def said(self) -> list[int | str]:
        """It as a JSON value."""
        return [self.rows, self.digest]


def _wrapped(lanes: Iterable[int]) -> tuple[int, ...]:
    return tuple(lane % 2**WIDTH for lane in lanes)
