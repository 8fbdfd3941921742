"""Several criteria at once, each settled on its own scale."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import AnswerKind, Answers, InvalidAnswerError, ReadsText
from gt_platform.answers.ordinal import Ordinal
from gt_platform.answers.rubric import Rubric
from tests.answers.pools import check_agreement_helps, pool
from tests.answers.settling import settled

CLEAR = Ordinal(scale={"no": "", "partly": "", "yes": ""})
KIND = Ordinal(scale={"rude": "", "polite": ""})
RUBRIC = Rubric(criteria={"clear": CLEAR, "kind": KIND})
GOOD = {"clear": "yes", "kind": "polite"}


def say(rng: np.random.Generator, item: int, annotator: int) -> dict[str, str]:
    """The truth goes round the scale and alternates; the later annotators are less sure of it."""
    clear = np.clip(np.rint(item % 3 + (0.3 + 0.1 * annotator) * rng.normal()), 0, 2)
    return {"clear": CLEAR.labels[int(clear)], "kind": KIND.labels[int(rng.random() < 0.9) ^ (item % 2)]}


def test_each_criterion_is_settled_by_itself() -> None:
    said = [GOOD, {"clear": "partly", "kind": "polite"}, {"clear": "partly", "kind": "rude"}]
    found = RUBRIC.settle(Answers(("x",) * 3, ("a", "b", "c"), tuple(said)))["x"]
    assert found.answer == {"clear": "partly", "kind": "polite"}
    assert (found.method, found.agreed) == ("each criterion: median", ("b",))
    assert found.confidence == pytest.approx(2 / 3)
    assert found.votes['{"clear":"yes","kind":"polite"}'] == 1


def test_one_undecided_criterion_holds_up_the_item() -> None:
    found = settled(RUBRIC, [GOOD, {"clear": "no", "kind": "polite"}])
    assert (found.answer, found.reason) == (None, "clear: the middle lies between no and yes")


def test_annotators_are_learned_and_shares_kept() -> None:
    found = RUBRIC.settle(pool(1, 40, 4, say), {"item 0": GOOD})
    assert found["item 0"].answer == GOOD
    one = found["item 1"]
    assert one.method == "each criterion: nearest to the robust mean"
    assert one.soft is not None
    assert len(one.soft) == 5
    assert sum(share for key, share in one.soft.items() if "kind" in key) == pytest.approx(1)


def test_measures_by_hand() -> None:
    shares = RUBRIC.measure({"clear": "no", "kind": "polite"}, GOOD)
    found = {(share.metric, share.label): (share.numerator, share.denominator) for share in shares}
    assert found["accuracy", "clear"] == (0, 1)
    assert found["absolute_error", "clear"] == (2, 1)
    assert found["accuracy", "kind"] == (1, 1)
    assert found["accuracy", "*"] == (1, 2)
    assert found["absolute_error", "*"] == (2, 2)
    assert RUBRIC.metrics()["absolute_error"] == (0.0, 2.0)
    nothing = {(share.metric, share.label): share.numerator for share in RUBRIC.measure("fine", GOOD)}
    assert nothing["absolute_error", "*"] == 3


def test_agreement_is_the_mean_over_criteria() -> None:
    assert RUBRIC.agreement([GOOD, {"clear": "partly", "kind": "rude"}]) == pytest.approx((0.5 + 0) / 2)
    assert RUBRIC.agreement([GOOD]) is None
    assert RUBRIC.agrees(GOOD, dict(GOOD))


@given(
    st.lists(
        st.fixed_dictionaries({"clear": st.sampled_from(CLEAR.labels), "kind": st.sampled_from(KIND.labels)}),
        min_size=1,
        max_size=6,
    )
)
def test_more_agreement_never_lowers_confidence(said: list[dict[str, str]]) -> None:
    check_agreement_helps(RUBRIC, said)


def test_a_file_of_ratings_is_read() -> None:
    kind = Rubric.fitting(['{"clear": 3, "kind": "1"}', '{"clear": 10, "kind": "2"}'])
    assert isinstance(kind, AnswerKind)
    assert isinstance(kind, ReadsText)
    assert kind.criteria["clear"].labels == ("3", "10")
    assert kind.parse('{"kind": 1, "clear": 10}') == {"clear": "10", "kind": "1"}
    assert kind.settle(Answers((), (), ())) == {}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("yes", "exactly clear, kind"),
        ({"clear": "yes"}, "exactly"),
        ({"clear": "very", "kind": "rude"}, "clear: 'very'"),
    ],
)
def test_answers_outside_the_schema_are_refused(bad: Any, said: str) -> None:
    with pytest.raises(InvalidAnswerError, match=said):
        RUBRIC.validate(bad)


@pytest.mark.parametrize("text", ["yes", "[]", "{}", "{"])
def test_texts_that_are_no_ratings_are_refused(text: str) -> None:
    with pytest.raises(InvalidAnswerError, match="JSON object"):
        RUBRIC.parse(text)
