"""What scores are read from: the lake's tables, or the same where many systems ask the same of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import polars as pl

from gt_platform.lake import Store
from gt_platform.lake.tables import GROUND_TRUTH

Parameters = Sequence[Any] | Mapping[str, Any]


class Reads(Protocol):
    """What answers queries, as `lake.Store` does."""

    def read(self, sql: str, parameters: Parameters = ()) -> pl.DataFrame:
        """Run a query with `?` or `$name` parameters."""


class Relabeled:
    """The lake with other rows in the place of `ground_truth`, such as an earlier release's."""

    def __init__(self, store: Store, truth: pl.DataFrame) -> None:
        self._store = store
        self._frames = {GROUND_TRUTH.name: pl.concat([GROUND_TRUTH.frame([]), truth], how="diagonal")}

    def read(self, sql: str, parameters: Parameters = ()) -> pl.DataFrame:
        """What the lake answers now; views have the truth of now."""
        return self._store.read(sql, parameters, frames=self._frames if GROUND_TRUTH.name in sql else None)


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
