"""The page of how far each two annotators agree: codes, intervals, and nothing of too few."""

from pathlib import Path

import pytest

from gt_platform.platform import Platform
from gt_platform.settings import Settings
from tests.support.accounts import add, store
from tests.support.front import Front, project
from tests.truth.answered import answer

AT = "/p/sentiment/agreement"


def test_every_pair_has_its_coefficient_or_is_said_to_lack_evidence(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    platform, declared = Platform(Settings(home=tmp_path)), project(tmp_path)
    tables = platform.store(declared)
    with store("sqlite", tmp_path, request) as database:
        add(database, "rita", "reviewer", password=None)
        front = Front(database, {"sentiment": declared}, platform=platform)
        rita = front.entered("rita")
        assert "no two annotators answered the same item yet" in rita.get(AT).text
        for at in range(12):
            answer(tables, declared, f"item {at}", [("positive", "negative")[at % 2]] * 2 + ["neutral"] * (at < 2))
        page = rita.get(AT).text
        alone = rita.get(f"{AT}?annotator=a3").text
    platform.close()
    assert "<b>1.00</b>" in page
    assert page.count("insufficient evidence: 2 units that both rated, 10 are needed") == 2
    assert "3 pairs" in page
    assert "almost perfect" in page or "substantial to almost perfect" in page
    assert "2 pairs with" in alone
    assert "<b>1.00</b>" not in alone
