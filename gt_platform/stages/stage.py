"""What a stage is: one value that assets, checks, jobs and the picture of the graph are made from.

What a stage computes belongs in its package; how a scheduler runs it, and how its tables look, in `assets/`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from gt_platform.checks import Days, Finding
from gt_platform.lake import Store
from gt_platform.lake.tables import Table
from gt_platform.platform import Platform
from gt_platform.project import Project

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Run = Callable[[Platform, Project, date], "DataclassInstance"]
"""Fills the tables for a frame day (a stage that is not per day is told today's, and need not care); returns facts."""
Interval = tuple[Any, ...]
"""A name, an estimate, and the bounds of its interval; None where there is no evidence."""

AS_DEFINED = "The lake's table has the columns, types and NOT NULLs it is defined with."


@dataclass(frozen=True)
class Fills:
    """A table a stage fills, and the query for what is shown of it after a run: of day `?` in a stage per day."""

    table: Table
    shows: str


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a table under a name. `warns` only: a `fail` is worth a look, and no fault of the platform."""

    name: str
    table: Table
    asks: str
    blocks: bool = False
    warns: bool = False


@dataclass(frozen=True, kw_only=True)
class Check(Question):
    """A question with what answers it for the days of a run."""

    evaluate: Callable[[Store, Project, Days], Finding]


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Estimates side by side with their `bounds`; `none` says why there are none. Of a `table` that is not the first
    its stage fills, it says so.
    """

    name: str
    of: str
    none: str
    rows: Callable[[Store, Project], Sequence[Interval]]
    bounds: str = "95 % intervals"
    table: Table | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A step of the night: reads the tables it comes `after`, and fills its own in one transaction.

    `scanned` are those of its tables whose keys are scanned after every run, because everything else is made from
    them; the write API keeps the keys of all, and `gt verify` scans them all. Only a stage that runs `while_open` does
    anything for a day that is not over: the others see a frame once, when it is whole. What a stage per day does
    `afterwards` is of all days together, and done once after those of a run. Of a stage that is `awaited` Dagster says
    when a night has not filled it in time, so that one sees which project is late.
    """

    name: str
    does: str
    fills: tuple[Fills, ...]
    after: tuple[Table, ...]
    run: Run
    afterwards: Callable[[Platform, Project], object] | None = None
    per_day: bool = False
    while_open: bool = False
    awaited: bool = False
    checks: tuple[Check, ...] = ()
    scanned: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[Table, ...]:
        """What it fills, the one its facts are shown with first."""
        return tuple(fills.table for fills in self.fills)

    @property
    def structural(self) -> tuple[Question, ...]:
        """What is asked of every table, and blocks; `checks.structure` answers it for all of them at once."""
        schema = (Question(name="schema", table=table, asks=AS_DEFINED, blocks=True) for table in self.tables)
        keys = (Question(name="keys", table=table, asks=_once(table), blocks=True) for table in self.scanned)
        return (*schema, *keys)


def _once(table: Table) -> str:
    return f"No ({', '.join(table.key)}) stands twice, found by scanning."
