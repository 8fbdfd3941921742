"""`gt ui` killed whole, at each state of a run, goes on where it was. tests/bench/crash.py has the full count."""

from pathlib import Path

import pytest

from tests.bench import crash


@pytest.mark.slow
@pytest.mark.parametrize("state", crash.STATES)
def test_a_killed_ui_goes_on_to_the_same_tables(tmp_path: Path, state: str) -> None:
    undisturbed = crash.expected(tmp_path / "undisturbed", days=2, events=60)
    kill = crash.kill_at(state, tmp_path / "world", undisturbed, days=2, events=60, after=0)
    assert kill.wrong == []
