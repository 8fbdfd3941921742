"""The night as a tuple of stages, and its picture."""

from pathlib import Path

from gt_platform.stages import STAGES
from gt_platform.stages.picture import picture

DRAWN = Path(__file__).parents[1] / "docs" / "images" / "flow.svg"


def test_the_picture_shows_these_stages() -> None:
    """After a change: `python -m gt_platform.stages.picture > docs/images/flow.svg`."""
    assert DRAWN.read_text("utf-8") == picture()


def test_a_stage_more_is_a_box_more() -> None:
    assert picture(STAGES[:-1]).count("<rect") == picture().count("<rect") - 1
    assert ">candidate scores<" not in picture(STAGES[:-1])
