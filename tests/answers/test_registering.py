"""A kind of one's own: installed beside the platform, used like the built-in ones, nothing else changed."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.answers import kinds
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from gt_platform.testing import AnswerKindContract
from gt_platform.truth.settle import settle
from tests.support.contracts import broken_promises
from tests.support.sentiment import declare

MODULE = '''
from pydantic import BaseModel
from gt_platform.answers import InvalidAnswerError, Measure
from gt_platform.answers.voting import agreeing_pairs, each, majority
from collections import Counter


class Grade(BaseModel):
    """A school grade."""

    best: str = "A"

    def validate(self, answer):
        if answer not in list("ABCDEF"):
            raise InvalidAnswerError(f"{answer!r} is not a grade from A to F")
        return answer

    def settle(self, answers, known=None):
        return each(answers, majority)

    def agreement(self, answers):
        return agreeing_pairs(list(Counter(answers).values()))

    def agrees(self, answer, output):
        return answer == output

    def measure(self, output, truth):
        return [Measure("same_grade", "*", float(output == truth), 1.0)]

    def metrics(self):
        return {"same_grade": (0.0, 1.0)}
'''


@pytest.fixture
def _grade_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    site = tmp_path / "site"
    (site / "grades-1.dist-info").mkdir(parents=True)
    (site / "grades.py").write_text(MODULE)
    (site / "grades-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: grades\nVersion: 1\n")
    (site / "grades-1.dist-info" / "entry_points.txt").write_text("[gt_platform.answer_kinds]\ngrade = grades:Grade\n")
    monkeypatch.syspath_prepend(str(site))
    yield
    sys.modules.pop("grades", None)


@pytest.mark.usefixtures("_grade_installed")
def test_a_registered_kind_is_declared_and_settled_like_any_other(tmp_path: Path) -> None:
    assert "grade" in kinds()
    project = declare(tmp_path, answer={"kind": "grade"}, benchmark={"metrics": ["same_grade"]})
    assert project.answer_kind.validate("B") == "B"
    with Lake.open(Settings(home=tmp_path)) as lake:
        assert settle(lake.store("sentiment"), project).decisions == 0

    class Held(AnswerKindContract):
        kind = project.answer_kind
        answers = ("A", "B", "F")
        invalid = ("a", "G", 1)

    assert broken_promises(Held, tmp_path) == set()


def test_without_it_the_kind_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="known kinds: boxes, choice, choices"):
        declare(tmp_path, answer={"kind": "grade"})
