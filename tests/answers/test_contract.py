"""Every kind keeps the contract of `gt_platform.testing`, and a kind that is broken in any way does not."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from gt_platform.answers import Answer, AnswerKind, Answers, Measure, Settlement, kinds
from gt_platform.answers.boxes import Boxes
from gt_platform.answers.choice import Choice
from gt_platform.answers.choices import Choices
from gt_platform.answers.compound import Compound
from gt_platform.answers.number import Number
from gt_platform.answers.text import Text
from gt_platform.answers.tree import Tree
from gt_platform.testing import AnswerKindContract
from tests.answers.forms import FORM, KINDS, LABELS, TREE
from tests.support.contracts import broken_promises

FIRST, SECOND, GLAD = LABELS


class TestChoice(AnswerKindContract):
    kind = KINDS["choice"]
    answers = tuple(LABELS)
    invalid = ("neg ", "NEG", None, [FIRST], 1)


class TestChoices(AnswerKindContract):
    kind = KINDS["choices"]
    answers = ([FIRST], [GLAD, FIRST], [SECOND], [SECOND, GLAD])
    invalid = ([], list(LABELS), [FIRST, "pos"], "neg", [3])


class TestNumber(AnswerKindContract):
    kind = KINDS["number"]
    answers = (-1.5, 0, 2.55, 10)
    invalid = (-1.51, 10.01, "3", True, math.nan, None)


class TestNumberWithin(AnswerKindContract):
    kind = Number(minimum=0, maximum=10, unit="stars", tolerance=1)
    answers = (0, 3, 4.5, 9)
    invalid = (11, [3])


class TestOrdinal(AnswerKindContract):
    kind = KINDS["ordinal"]
    answers = ("1", "2", "3")
    invalid = ("4", 1, None, ["1"])


class TestPreference(AnswerKindContract):
    kind = KINDS["preference"]
    answers = ("first", "second", "tie")
    invalid = ("third", None, ["first"], 1)


class TestRanking(AnswerKindContract):
    kind = KINDS["ranking"]
    answers = ([FIRST, SECOND, GLAD], [GLAD, SECOND, FIRST], [GLAD, FIRST, SECOND])
    invalid = ([FIRST, SECOND], [FIRST, SECOND, SECOND], "neg", None, [[FIRST]])


class TestRubric(AnswerKindContract):
    kind = KINDS["rubric"]
    answers = tuple({"clear": step, "<polite> 🙂": label} for step, label in zip("123", LABELS, strict=True))
    invalid = ({"clear": "1"}, {"clear": "1", "<polite> 🙂": "1"}, "1", [])


class TestForm(AnswerKindContract):
    kind: ClassVar[AnswerKind] = KINDS["form"]
    answers = (
        {"topic": FIRST, "tone": "1"},
        {"topic": SECOND, "tone": "2", "amount": 3},
        {"topic": GLAD, "tone": "3", "amount": 10, "words": "a dog"},
        {"topic": FIRST, "tone": "3"},
    )
    invalid: ClassVar[Sequence[Answer]] = (
        {"topic": FIRST},
        {"topic": FIRST, "tone": "1", "amount": 3},
        {"topic": GLAD, "tone": "1", "amount": 3, "words": "a dog"},
        {"topic": SECOND, "tone": "2", "amount": 11},
        {"topic": FIRST, "tone": "1", "": 3},
        "1",
    )


class TestFormWithContradictions(TestForm):
    kind = Compound.model_validate(
        {
            **FORM.model_dump(exclude_unset=True),
            "never": [{"topic": FIRST, "tone": ["2"]}, {"topic": GLAD, "tone": "1"}],
        }
    )
    invalid = ({"topic": FIRST, "tone": "2"}, {"topic": GLAD, "tone": "1", "amount": 3})


class TestSpans(AnswerKindContract):
    kind = KINDS["spans"]
    answers = (
        [],
        [{"start": 0, "end": 4, "label": FIRST}],
        [{"start": 1, "end": 5, "label": FIRST}],
        [{"start": 0, "end": 4, "label": SECOND}, {"start": 0, "end": 9, "label": FIRST}],
        [{"start": 9, "end": 12, "label": GLAD}, {"start": 2, "end": 3, "label": SECOND}],
    )
    invalid = ("neg", [{"start": 3, "end": 3, "label": FIRST}], [{"start": 0, "end": 1}], [{"start": 0, "end": 1}] * 4)


class TestBoxes(AnswerKindContract):
    kind = KINDS["boxes"]
    answers = (
        [],
        [{"x": 0, "y": 0.5, "width": 100, "height": 50, "label": GLAD}],
        [{"x": 3, "y": 0.25, "width": 90, "height": 52, "label": GLAD}],
        [{"x": 3, "y": 1, "width": 95, "height": 51, "label": FIRST}],
        [
            {"x": 300, "y": 200, "width": 10.25, "height": 50, "label": SECOND},
            {"x": 0, "y": 0, "width": 40, "height": 40, "label": FIRST},
        ],
    )
    invalid = ([{"x": 1, "y": 1, "width": 640, "height": 1, "label": FIRST}], [{"x": 1}], "x", None)


class TestBoxesInPixels(AnswerKindContract):
    kind = Boxes(labels=LABELS)
    answers = TestBoxes.answers
    invalid = ([{"x": -1, "y": 1, "width": 640, "height": 1, "label": FIRST}], {})


class TestTree(AnswerKindContract):
    kind = KINDS["tree"]
    answers = (f"mood/{FIRST}", f"mood/{GLAD}", "<thing>/🙂/c", "<thing>/none")
    invalid = ("mood", "<thing>/🙂", "mood/", f"mood/{FIRST} ", "none", None, ["mood", FIRST], 1)


class TestTreeWithInnerAnswers(AnswerKindContract):
    kind = Tree(labels=TREE, inner=True, separator="|")
    answers = ("mood", f"mood|{FIRST}", f"mood|{GLAD}", "<thing>|🙂", "<thing>|🙂|c")
    invalid = ("mood/neg", "", "|mood", None)


class TestText(AnswerKindContract):
    kind = KINDS["text"]
    answers = ("The cat", "a dog", "nothing\nat all", "Z̷a̷l̷g̷o̷ 🧑‍🔬")
    invalid = ("x" * 51, "", " ", "\u200b", "\ufeff\n", [], ["ok", " "], None, 3)


class TestMedoid(TestText):
    kind = Text(longest=50, consensus="medoid", similar=0.7)


class TestTextThatMayBeNone(AnswerKindContract):
    kind = Text(longest=50, no_answer=True, synonyms={"cat": ["kitty", "house cat"]}, language="de")
    answers = ("The cat", "", "\u200b \n", [], "a dog", "kitty")
    invalid = ("x" * 51, None, 3, ["", None])


class TestRoverThatMayBeNone(AnswerKindContract):
    kind = Text(longest=50, consensus="rover", similar=0.7, no_answer=True)
    answers = ("the cat sat", "", "a dog")
    invalid = TestTextThatMayBeNone.invalid


class TestRover(AnswerKindContract):
    kind = Text(longest=50, consensus="rover", similar=0.7)
    invalid = TestText.invalid
    answers = (
        "the cat sat",
        "the cats sat down",
        "a cat sat on the mat",
        "the mat",
        "a dog",
        "dog a",
        "nothing at all",
    )


def test_no_kind_is_left_out() -> None:
    held: set[type[Any]] = {type(one.kind) for one in AnswerKindContract.__subclasses__() if one.__module__ == __name__}
    assert held == {kind for kind in kinds().values() if kind.__module__.startswith("gt_platform.")}


class TakesTheFirst(Choice):
    """The order decides."""

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        found = super().settle(answers, known)
        first = dict(reversed(list(zip(answers.items, answers.answers, strict=True))))
        return {item: replace(one, answer=first[item], leading=first[item], reason=None) for item, one in found.items()}


class TrustsAName(Choice):
    """Who comes first in the alphabet decides."""

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        found, chief = super().settle(answers, known), min(answers.annotators, default="")
        said = zip(answers.items, answers.annotators, answers.answers, strict=True)
        told = {item: answer for item, annotator, answer in said if annotator == chief}
        return {item: replace(one, answer=told[item], leading=told[item], reason=None) for item, one in found.items()}


class ForgetsAnItem(Choice):
    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        return {item: one for item, one in super().settle(answers, known).items() if item != "item 7"}


class SettlesOnNothing(Choice):
    """Without a reason."""

    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        return {item: replace(one, answer=None, reason=None) for item, one in super().settle(answers, known).items()}


class LosesVotes(Choice):
    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        return {item: replace(one, votes={}) for item, one in super().settle(answers, known).items()}


class NeverReady(Choice):
    def settle(self, answers: Answers, known: Mapping[str, Answer] | None = None) -> dict[str, Settlement]:
        if not answers.items:
            raise ValueError("no answers")
        return super().settle(answers, known)


class RaisesAnything(Choice):
    def validate(self, answer: Answer) -> str:  # type: ignore[override]
        return list(self.labels)[list(self.labels).index(answer)]


class TakesAnything(Choice):
    def validate(self, answer: Answer) -> str:  # type: ignore[override]
        return str(answer)


class NeverTheSame(Choice):
    def validate(self, answer: Answer) -> str:  # type: ignore[override]
        return super().validate(answer.strip("'") if isinstance(answer, str) else answer) + "'"


class AgreesInHundreds(Choice):
    def agreement(self, answers: Sequence[Answer]) -> float | None:
        share = super().agreement(answers)
        return None if share is None else 100 * share


class AgreesWithEverything(Choice):
    def agrees(self, answer: Answer, output: Answer) -> bool:  # noqa: ARG002
        return True


class HasAnotherMetric(Choice):
    def metrics(self) -> dict[str, tuple[float, float]]:
        return {**super().metrics(), "brilliance": (0.0, 1.0)}


class GoesBeyondItsBounds(Choice):
    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        return [replace(share, numerator=2 * share.numerator) for share in super().measure(output, truth)]


class LetsNonsensePass(Choice):
    def measure(self, output: Answer, truth: Answer) -> list[Measure]:
        weight = float(output in self.labels) if isinstance(output, str) else 0.0
        return [replace(share, denominator=weight) for share in super().measure(output, truth)]


class ChangesWhatItIsGiven(Choices):
    def validate(self, answer: Answer) -> list[str]:  # type: ignore[override]
        found = super().validate(answer)
        answer.reverse()
        return found


BROKEN = {
    TakesTheFirst: "neither_order_nor_names_matter",
    TrustsAName: "neither_order_nor_names_matter",
    ForgetsAnItem: "every_item_is_settled_or_says_why_not",
    SettlesOnNothing: "every_item_is_settled_or_says_why_not",
    LosesVotes: "every_item_is_settled_or_says_why_not",
    NeverReady: "nothing_settles_into_nothing",
    RaisesAnything: "whatever_comes_is_valid_or_refused",
    TakesAnything: "what_is_invalid_is_refused_in_words",
    NeverTheSame: "a_valid_answer_has_one_canonical_form_and_it_is_json",
    AgreesInHundreds: "agreement_is_a_share",
    AgreesWithEverything: "an_output_is_right_or_wrong_whatever_it_is",
    HasAnotherMetric: "metrics_have_bounds_and_are_all_measured",
    GoesBeyondItsBounds: "metrics_have_bounds_and_are_all_measured",
    LetsNonsensePass: "an_output_that_is_no_answer_still_counts",
}


@pytest.mark.parametrize(("broken", "promise"), BROKEN.items())
def test_a_broken_kind_breaks_the_contract(broken: type[Choice], promise: str, tmp_path: Path) -> None:
    class Held(TestChoice):
        kind = broken(labels=LABELS)

    assert broken_promises(Held, tmp_path, f"test_{promise}") != set()


def test_so_does_one_that_changes_what_it_is_given(tmp_path: Path) -> None:
    class Held(TestChoices):
        kind = ChangesWhatItIsGiven(labels=LABELS, minimum=1, maximum=2)

    assert broken_promises(Held, tmp_path, "test_nothing_handed_to_it_is_changed") != set()


def test_an_honest_one_does_not(tmp_path: Path) -> None:
    assert broken_promises(TestChoice, tmp_path) == set()
