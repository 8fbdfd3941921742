"""`gt ui` killed whole, while a run works, goes on where it was. tests/bench/crash.py kills in every state."""

from pathlib import Path

import pytest

from tests.bench import crash


@pytest.mark.slow
def test_a_killed_ui_goes_on_to_the_same_tables(tmp_path: Path) -> None:
    undisturbed = crash.expected(tmp_path / "undisturbed", days=2, events=60)
    kill = crash.kill_at("STARTED", tmp_path / "world", undisturbed, days=2, events=60, after=0)
    assert kill.wrong == []
