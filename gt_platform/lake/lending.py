"""Frames as tables of a query, for as long as it runs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import polars as pl

LARGE = 1 << 20
"""Bytes from which a frame is taken back. Until a transaction ends, DuckDB holds on to all that was ever registered in
it: by the time a file of 600 MB was written, all of it was in memory."""
Frames = Mapping[str, pl.DataFrame]


@contextmanager
def lent(cursor: duckdb.DuckDBPyConnection, frames: Frames) -> Iterator[None]:
    """Let statements read the frames by their names."""
    large = {name: _Lent(frame) for name, frame in frames.items() if frame.estimated_size() > LARGE}
    for name, frame in frames.items():
        cursor.register(name, large.get(name, frame))
    try:
        yield
    finally:
        for name in frames:
            cursor.unregister(name)
        for one in large.values():
            one.take_back()


class _Lent:
    """Rows behind the interface by which DuckDB reads any frame, so that it need not be given the frame."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())  # Arrow cannot filter the newer strings

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._rows.__arrow_c_stream__(requested_schema)

    def take_back(self) -> None:
        """Let go of the rows."""
        del self._rows
