"""docs/recipes.md: what is Python there runs, on a file of a home whose nights went by."""

import re
from pathlib import Path
from typing import Any

import pytest

from gt_platform.lake.plain import take
from gt_platform.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
PYTHON = re.compile(r"^```python\n(.*?)```", re.MULTILINE | re.DOTALL)


def test_what_is_done_in_python_is_the_score(nights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take(Settings(home=nights), tmp_path / "gt.duckdb")
    monkeypatch.chdir(tmp_path)
    (of_a_file,) = PYTHON.findall(PAGE)
    found: dict[str, Any] = {}
    exec(of_a_file, found)  # noqa: S102 - the page
    assert found["accuracy"].round(3).to_dict() == {"mail": 0.836, "phone": 0.771, "web": 0.788}
    assert found["truth"].height == 67
