"""Small sheets of answers and labels, and `gt` in the folder that has them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app

Run = Callable[..., Result]
ROWS = "".join(f"t{task},{who},{'yes' if task % 3 else 'no'}\n" for task in range(8) for who in "abc")
GOOD = f"task,worker,label\n{ROWS}"
LABELS = "task,label\n" + "".join(f"t{task},{'yes' if task % 3 else 'no'}\n" for task in range(8))


def gt_among_sheets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`gt` in a folder with good.csv, three answers to each of eight tasks (few, so that intervals take no time), and
    labels.csv, what is true of them.
    """
    monkeypatch.chdir(folder)
    (folder / "good.csv").write_text(GOOD)
    (folder / "labels.csv").write_text(LABELS)
    return lambda *words: CliRunner(env={"COLUMNS": "200"}).invoke(app, [str(word) for word in words])


def said(result: Result) -> str:
    """What a command said, on one line."""
    assert "Traceback" not in result.output
    return " ".join(result.output.split())
