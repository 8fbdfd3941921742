"""A home whose nights went by: what reads it shares it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.support.gt import Gt, gt_in
from tests.support.once import copy_of
from tests.support.world import NAME, build_world

DAYS = 3
OWN = {"truth": "annotators", "gates": {"quarantined_share": 0.2, "score": {"metric": "accuracy", "at_least": 0.58}}}


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three days of 60 events, each labeled in its night; what annotators say is the truth, and a gate they pass."""
    return copy_of(tmp_path_factory, "cli-nights", _go_by)


def _go_by(home: Path) -> None:
    build_world(home, days=DAYS, events=60)
    declaration = home / "projects" / NAME / "project.yaml"
    declaration.write_text(yaml.safe_dump(yaml.safe_load(declaration.read_text()) | OWN, sort_keys=False))
    with pytest.MonkeyPatch.context() as patch:
        done = gt_in(home, patch)("refresh", "--from", "2026-01-05", "--to", "2026-01-07")
    assert done.exit_code == 0, done.output
    assert "3 frame days refreshed" in done.output


@pytest.fixture(scope="module")
def refreshed(nights: Path) -> Iterator[tuple[Gt, Path]]:
    """`gt` in that home; tests on it only read."""
    with pytest.MonkeyPatch.context() as patch:
        yield gt_in(nights, patch), nights
