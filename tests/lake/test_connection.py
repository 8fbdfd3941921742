"""What an open lake's DuckDB refuses."""

from pathlib import Path

import duckdb
import pytest

from gt_platform.lake import Lake
from gt_platform.settings import Settings


def test_unsigned_extensions_are_allowed_to_nobody_else(tmp_path: Path) -> None:
    with Lake.open(Settings(home=tmp_path)) as lake:
        cursor = lake.cursor(lake.store("sentiment").project)
        assert cursor.execute("SELECT current_setting('allow_unsigned_extensions')").fetchall() == [(False,)]
        with pytest.raises(duckdb.InvalidInputException, match="allow_unsigned_extensions"):
            cursor.execute("SET allow_unsigned_extensions = true")
