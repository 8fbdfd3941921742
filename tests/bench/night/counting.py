"""Counting what a night asks of DuckDB, by the step of Dagster that asks."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import duckdb

from gt_platform.lake import Lake


class Statements:
    """How many statements each step sent, and the CPU seconds spent in them."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()
        self.texts: Counter[tuple[str, str]] = Counter()

    def noted(self, sql: str, run: Any) -> Any:
        """Run one statement and note it."""
        step, started = _step(), time.process_time()
        try:
            return run()
        finally:
            self.count[step] += 1
            self.seconds[step] += time.process_time() - started
            self.texts[step, " ".join(sql.split())] += 1


class _Counted:
    """A cursor that notes what it executes."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, statements: Statements) -> None:
        self._cursor = cursor
        self._statements = statements

    def execute(self, sql: str, parameters: Any = None) -> Any:
        return self._statements.noted(sql, lambda: self._cursor.execute(sql, parameters))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


@contextmanager
def counted(statements: Statements) -> Iterator[None]:
    """Have every cursor that a lake hands out counted."""
    given = Lake.cursor
    Lake.cursor = lambda lake, project: _Counted(given(lake, project), statements)  # type: ignore[method-assign,assignment,return-value]
    try:
        yield
    finally:
        Lake.cursor = given  # type: ignore[method-assign]


def _step() -> str:
    try:
        return str(dg.OpExecutionContext.get().op.name)
    except Exception:  # noqa: BLE001 - outside a step there is no context, and no promise of how that is told
        return "outside"
