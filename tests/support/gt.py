"""`gt` as it is typed, in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app

Gt = Callable[..., Result]


def gt_in(home: Path, patch: pytest.MonkeyPatch) -> Gt:
    """The command line in a home that has its projects below it."""
    patch.setenv("GT_HOME", str(home))
    patch.setenv("GT_PROJECTS", str(home / "projects"))
    patch.setenv("COLUMNS", "160")

    def gt(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return gt
