from datetime import date
from pathlib import Path

from gt_platform.declaration import load_project
from gt_platform.demo.page import GATE
from gt_platform.demo.ratings import EXPERTS, answer
from gt_platform.demo.traffic import DATES, SHIFT_DAY
from gt_platform.demo.world import REPLAY

PROJECT = load_project(Path(__file__).parents[2] / "projects" / "sentiment")


def test_the_demo_and_its_project_agree() -> None:
    assert [PROJECT.answer_kind.validate(answer(sign)) for sign in (-1, 0, 1)] == list(PROJECT.answer["labels"])
    assert PROJECT.start == DATES[0]
    assert PROJECT.labeling.overlap <= EXPERTS
    assert PROJECT.labeling.options == {"answers": REPLAY}
    assert PROJECT.gates.overall is not None
    assert PROJECT.gates.overall.at_least == GATE
    assert PROJECT.benchmark.slices == ("channel",)


def test_the_reference_lies_before_the_shift() -> None:
    first, last = PROJECT.drift.reference.of(DATES[-1])
    assert DATES[0] == first == date(2026, 1, 5)
    assert last < DATES[SHIFT_DAY - 1]


def test_the_guidelines_speak_of_every_label() -> None:
    assert all(f"**{label}**" in PROJECT.guidelines for label in PROJECT.answer["labels"])
