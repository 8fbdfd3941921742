"""What scores are read from: the lake's tables, or the same where many systems ask the same of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import polars as pl

Parameters = Sequence[Any] | Mapping[str, Any]


class Reads(Protocol):
    """What answers queries, as `lake.Store` does."""

    def read(self, sql: str, parameters: Parameters = ()) -> pl.DataFrame:
        """Run a query with `?` or `$name` parameters."""


class Once:
    """Asks the lake each query once, and has it answer for one moment: for as long as one stage computes."""

    def __init__(self, store: Reads) -> None:
        self._store = store
        self._answers: dict[str, pl.DataFrame] = {}

    def read(self, sql: str, parameters: Parameters = ()) -> pl.DataFrame:
        """What the lake answered, or answers now."""
        key = repr((sql, parameters))
        if key not in self._answers:
            self._answers[key] = self._store.read(sql, parameters)
        return self._answers[key]
