"""What an open lake's DuckDB refuses."""

from pathlib import Path

import duckdb
import pytest

from gt_platform.lake import Lake
from gt_platform.settings import Settings


def test_unsigned_extensions_are_allowed_to_nobody_else(tmp_path: Path) -> None:
    with Lake.open(Settings(home=tmp_path)) as lake:
        store = lake.store("sentiment")
        assert store.read("SELECT current_setting('allow_unsigned_extensions')").rows() == [(False,)]
        with pytest.raises(duckdb.InvalidInputException, match="allow_unsigned_extensions"):
            store.read("SET allow_unsigned_extensions = true")
