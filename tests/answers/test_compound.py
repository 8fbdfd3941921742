"""Several questions about one item: what is asked, what contradicts itself, settled and scored part by part."""

from typing import Any

import pytest
from pydantic import ValidationError

from gt_platform.answers import Answers, InvalidAnswerError, Known, judging
from gt_platform.answers.apart import Apart
from gt_platform.answers.compound import Compound
from gt_platform.project import MistakesError
from gt_platform.project.project import answer_kind_of
from tests.answers.settling import given, settled

SCHEMA: dict[str, Any] = {
    "parts": {
        "wants": {"kind": "choice", "labels": {"help": "", "refund": "", "praise": ""}},
        "tone": {"kind": "ordinal", "scale": {"calm": "", "cross": "", "furious": ""}},
        "amount": {
            "kind": "number", "minimum": 0, "maximum": 500, "unit": "€", "tolerance": 1,
            "when": {"wants": "refund"},
        },
    },
    "never": [{"wants": "praise", "tone": ["cross", "furious"]}],
}  # fmt: skip
FORM = Compound.model_validate(SCHEMA)
BACK: dict[str, Any] = {"wants": "refund", "tone": "cross", "amount": 20.0}
HELP: dict[str, Any] = {"wants": "help", "tone": "cross"}
FINE: dict[str, Any] = {"wants": "praise", "tone": "calm"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"wants": "refund", "tone": "calm"}, "amount has no answer"),
        ({**HELP, "amount": 20}, "amount is asked only where wants is refund"),
        ({**BACK, "amount": 501}, "amount: 501 is outside 0.0 to 500.0 €"),
        ({**HELP, "mood": "bad"}, "'mood' is none of wants, tone, amount"),
        ({"wants": "praise", "tone": "furious"}, "declared never to be: wants is praise and tone is cross or furious"),
        ("help", "'help' is no object with an answer to each of wants, tone, amount"),
    ],
)
def test_what_is_no_answer_is_refused_by_its_part(answer: Any, says: str) -> None:
    with pytest.raises(InvalidAnswerError, match=f"^{says}$"):
        FORM.validate(answer)


def test_each_part_is_settled_among_those_who_were_asked_it() -> None:
    found = settled(FORM, [BACK, {**BACK, "tone": "calm", "amount": 21}, {**BACK, "amount": 20.5}, HELP])
    assert found.answer == {"wants": "refund", "tone": "cross", "amount": 20.5}
    assert [one.partition(":")[0] for one in found.method.split("; ") if one[:4] in {"want", "tone", "amou"}] == [
        "wants", "tone", "amount",
    ]  # fmt: skip
    assert sum(found.votes.values()) == 4


def test_an_item_waits_for_its_undecided_part_and_says_which() -> None:
    found = settled(FORM, [BACK, {**BACK, "amount": 100.0}])
    assert found.answer is None
    assert found.reason is not None
    assert found.reason.startswith("amount: ")
    assert ";" not in found.reason


def test_what_is_settled_part_by_part_may_contradict_itself_and_is_then_no_truth() -> None:
    said = [FINE, {"wants": "praise", "tone": "calm"}, {"wants": "praise", "tone": "calm"}, HELP, HELP]
    assert settled(FORM, said[:3]).answer == FINE
    torn = [FINE, FINE, {**HELP, "tone": "furious"}, {**BACK, "tone": "furious"}, {**HELP, "tone": "furious"}, FINE,
            {**BACK, "tone": "furious"}]  # fmt: skip
    found = FORM.settle(given(torn))["item"]
    assert found.answer is None
    assert found.reason is not None
    assert found.reason.endswith("; declared never to be: wants is praise and tone is cross or furious")
    assert found.leading == FINE
    assert len(found.agreed) == 3


def test_truth_that_is_known_teaches_only_the_parts_it_has() -> None:
    items = tuple(f"item {at // 3}" for at in range(60))
    given = Answers(items, tuple(f"ann {at % 3}" for at in range(60)), (BACK, BACK, HELP) * 20)
    known = Known({f"item {at}": HELP for at in range(10)}, {f"item {at}": 0.5 for at in range(10)})
    found = FORM.settle(given, known)
    assert {answer["wants"] for item in known if (answer := found[item].answer)} == {"help"}
    assert found.keys() == set(items)


def test_parts_are_right_or_wrong_one_by_one() -> None:
    def shares(output: Any, truth: Any) -> dict[tuple[str, str], tuple[float, float]]:
        return {(one.metric, one.label): (one.numerator, one.denominator) for one in FORM.measure(output, truth)}

    near = shares({**BACK, "amount": 21}, BACK)
    assert (near["accuracy", "*"], near["exact_match", "*"]) == ((3, 3), (1, 1))
    assert near["absolute_error", "amount"] == (1, 1)
    assert near["recall", "wants: refund"] == (1, 1)
    missed = shares(HELP, BACK)
    assert (missed["accuracy", "*"], missed["accuracy", "amount"], missed["accuracy", "tone"]) == (
        (1, 3),
        (0, 1),
        (1, 1),
    )
    assert missed["absolute_error", "amount"] == (500, 1)
    too_much = shares(BACK, HELP)
    assert (too_much["accuracy", "*"], too_much["exact_match", "*"]) == ((1, 3), (0, 1))
    assert ("absolute_error", "amount") not in too_much
    assert FORM.metrics()["absolute_error"] == (0.0, 500.0)


def test_agreement_and_differences_are_told_by_part() -> None:
    assert FORM.agreement([BACK, {**BACK, "amount": 300.0}, HELP]) == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert FORM.apart(BACK, {"wants": "help", "tone": "calm"}) == [
        Apart("other label", "wants: refund", "wants: help"),
        Apart("other label", "tone: cross", "tone: calm"),
        Apart("missing", "amount", None),
    ]
    assert FORM.apart(HELP, {**HELP, "wants": "refund", "amount": 3.0})[-1] == Apart("extra", None, "amount")


def test_judgements_are_those_of_the_parts_that_can_judge() -> None:
    judges = judging(FORM)
    assert judges is not None
    shares = {one.metric: (one.numerator, one.denominator) for one in judges.measure(None, HELP)}
    assert (shares["share of help in wants"], shares["share of cross in tone"]) == ((1, 1), (1, 1))
    assert shares["mean in amount"] == (0, 0)
    words = Compound.model_validate({"parts": {"why": {"kind": "text"}}})
    assert judging(words) is None


@pytest.mark.parametrize(
    ("changes", "path", "says"),
    [
        ({"parts": {}}, "parts", "at least 1"),
        ({"parts": {"Wants it": SCHEMA["parts"]["wants"]}}, "parts.Wants it", "is not lower-case letters"),
        ({"parts": {"a": {"kind": "guess"}}}, "parts.a.kind", "'guess'; known kinds: boxes, choice"),
        ({"parts": {"a": {"kind": "choice"}}}, "parts.a.labels", "required"),
        ({"parts": {"a": {"kind": "text", "labels": []}}}, "parts.a.labels", "unknown key; allowed here: normalise"),
        ({"parts": {"a": {"kind": "text", "when": {"b": "c"}}}}, "parts.a.when.b", "'b' is not an earlier part"),
        (
            {"parts": {**SCHEMA["parts"], "a": {"kind": "text", "when": {"wants": "{0}"}}}},
            "parts.a.when.wants",
            "'{0}' is not one of help, refund, praise",
        ),
        (
            {"parts": {**SCHEMA["parts"], "a": {"kind": "text", "when": {"amount": "3"}}}},
            "parts.a.when.amount",
            "amount is not chosen from labels",
        ),
        ({"never": [{"wants": "help"}]}, "never.0", "fewer than two parts"),
        ({"never": [{"wants": "help", "mood": "bad"}]}, "never.0.mood", "'mood' is not a part: wants, tone, amount"),
    ],
)
def test_a_mistake_in_a_declaration_is_told_where_it_is(changes: dict[str, Any], path: str, says: str) -> None:
    with pytest.raises(MistakesError) as caught:
        answer_kind_of({"kind": "form", **SCHEMA, **changes})
    told = {".".join(map(str, one.path)): one.said for one in caught.value.found}
    assert says in told[path], told


def test_a_kind_inside_a_form_may_be_a_form() -> None:
    inner = {"kind": "form", "parts": {"wants": SCHEMA["parts"]["wants"]}}
    both = Compound.model_validate({"parts": {"first": inner, "tone": SCHEMA["parts"]["tone"]}})
    assert both.validate({"first": {"wants": "help"}, "tone": "calm"})["first"] == {"wants": "help"}
    with pytest.raises(ValidationError):
        Compound.model_validate({"parts": {"first": {**inner, "parts": {}}}})
