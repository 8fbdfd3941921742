"""Counting what a night asks of DuckDB, by the step of Dagster that asks."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
import duckdb


class Statements:
    """How many statements each step sent, and the CPU seconds until DuckDB had answered."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.texts: Counter[tuple[str, str]] = Counter()
        self.of_text: defaultdict[tuple[str, str], float] = defaultdict(float)

    def add(self, step: str, text: str, seconds: float) -> None:
        """Count one."""
        self.count[step] += 1
        self.seconds[step] += seconds
        self.texts[step, text] += 1
        self.of_text[step, text] += seconds

    def clear(self) -> None:
        """Begin anew."""
        self.count.clear()
        self.seconds.clear()
        self.texts.clear()
        self.of_text.clear()


class _Counted:
    """A connection whose statements, and whose cursors' statements, are counted."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    def cursor(self) -> "_Counted":
        return _Counted(self._connection.cursor(), self._statements)

    def execute(self, sql: str, parameters: Any = None) -> Any:
        step, started = _step(), time.process_time()
        try:
            return self._connection.execute(sql, parameters)
        finally:
            self._statements.add(step, " ".join(sql.split()), time.process_time() - started)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


@contextmanager
def counted(statements: Statements) -> Iterator[None]:
    """Count the statements of every connection that is opened meanwhile."""
    connect: Any = duckdb.connect
    duckdb.connect = lambda *args, **more: _Counted(connect(*args, **more), statements)  # type: ignore[assignment]
    try:
        yield
    finally:
        duckdb.connect = connect


def _step() -> str:
    try:
        return dg.OpExecutionContext.get().op.name
    except Exception:  # how it is told that no step is running is nowhere promised
        return "outside of steps"
