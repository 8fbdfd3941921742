"""Frames are tables of a statement, and nothing of a large one is left after it, in a transaction too."""

import weakref
from datetime import UTC, date, datetime

import duckdb
import polars as pl
import pytest

from gt_platform.lake import lending
from gt_platform.lake.lending import LARGE, lent

ROWS = 30_000


@pytest.fixture
def frame() -> pl.DataFrame:
    """Every type that a table has, with nulls, above the size from which frames are taken back."""
    texts = [None if row % 7 == 0 else f"{row} é {'x' * 20}" for row in range(ROWS)]
    return pl.DataFrame(
        {"row": range(ROWS), "text": texts, "raw": [b"\xff%d" % row for row in range(ROWS)]}
    ).with_columns(
        half=pl.col("row") / 2,
        day=pl.lit(date(2026, 1, 5)),
        moment=pl.lit(datetime(2026, 1, 5, tzinfo=UTC)),
        texts=pl.concat_list("text", "text"),
        even=pl.col("row") % 2 == 0,
    )


@pytest.mark.parametrize("rows", [3, ROWS])
def test_a_frame_is_what_it_was(frame: pl.DataFrame, rows: int) -> None:
    given = frame.head(rows)
    assert (given.estimated_size() > LARGE) == (rows == ROWS)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    with lent(connection, {"offered": given}):
        found = connection.execute("SELECT * FROM offered ORDER BY row").pl()
        text = "2 é " + "x" * 20
        filtered = "SELECT row FROM offered WHERE text = ? AND raw = ? AND even AND day = ? AND half > 0.5"
        assert connection.execute(filtered, [text, b"\xff2", date(2026, 1, 5)]).fetchall() == [(2,)]
        assert connection.execute("SELECT count(*) FROM offered a JOIN offered b USING (text)").fetchall() == [
            (given["text"].drop_nulls().len(),)
        ]
    assert found.equals(given.cast({"moment": found.schema["moment"]}))
    with pytest.raises(duckdb.CatalogException):
        connection.execute("FROM offered")


def test_nothing_of_a_large_frame_is_left_within_a_transaction(
    frame: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[weakref.ref[object]] = []

    class Watched(lending._Lent):
        def __init__(self, frame: pl.DataFrame) -> None:
            super().__init__(frame)
            held.append(weakref.ref(self._rows))

    monkeypatch.setattr(lending, "_Lent", Watched)
    connection = duckdb.connect()
    connection.execute("BEGIN")
    for _ in range(3):
        with lent(connection, {"offered": frame}):
            assert connection.execute("SELECT count(DISTINCT text) FROM offered").fetchone() is not None
    assert [one() for one in held] == [None, None, None]
