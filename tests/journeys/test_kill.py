"""A refresh killed at random moments ends where an undisturbed one does. tests/bench/kill.py has the full count."""

from pathlib import Path

import pytest

from tests.bench import kill
from tests.support import said


@pytest.mark.slow
def test_killed_nights_go_on_to_the_same_tables_with_late_flags_outcomes_and_proposals(tmp_path: Path) -> None:
    outcome = kill.disturb(tmp_path, kill.heard(2), days=2, events=60, kills=3, seed=7, build=said.build_world)
    assert outcome.differences == []
    assert outcome.kills == 3


@pytest.mark.slow
def test_truth_managed_by_hand_is_killed_and_goes_on_to_the_same_tables(tmp_path: Path) -> None:
    outcome = kill.disturb(tmp_path, kill.managed(1), days=1, events=60, kills=3, seed=11)
    assert outcome.differences == []
    assert outcome.kills == 3
