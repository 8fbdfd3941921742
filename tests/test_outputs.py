"""How outputs become answers: where the answer lies, what its text stands for, and what is no answer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gt_platform.answers import AnswerKind
from gt_platform.answers.choice import Choice
from gt_platform.answers.choices import Choices
from gt_platform.answers.number import Number
from gt_platform.answers.rubric import Rubric
from gt_platform.answers.spans import Spans
from gt_platform.answers.text import Text
from gt_platform.project import Output, Outputs, Project, mistakes
from gt_platform.project.outputs import LONGEST
from tests.sampling.rows import project

CHOICE = Choice(labels={"right": "", "Not sure": "", "no": ""})
CHOICES = Choices(labels={"sport": "", "politics": ""})
NUMBER = Number(minimum=-100, maximum=100, unit="m")
RUBRIC = Rubric.model_validate({"criteria": {"clear": {"scale": {"low": "", "high": ""}}}})
CHAT = {"choices": [{"message": {"content": "right"}}, {"message": {"content": "no"}}]}

READ: list[tuple[AnswerKind, dict[str, Any], Any, Any]] = [
    (CHOICE, {}, "right", "right"),
    (CHOICE, {"path": "label"}, {"label": "right", "why": "…"}, "right"),
    (CHOICE, {"path": "$.label"}, {"label": "right"}, "right"),
    (CHOICE, {"path": "choices[0].message.content"}, CHAT, "right"),
    (CHOICE, {"path": "choices.-1.message.content"}, CHAT, "no"),
    (CHOICE, {"path": "[-1]"}, ["no", "right"], "right"),
    (CHOICE, {"path": '"the label".0'}, {"the label": ["no"]}, "no"),
    (CHOICE, {"path": '"0"'}, {"0": "no"}, "no"),
    (CHOICE, {"path": "label"}, '{"label": "right"}', "right"),
    (CHOICE, {"path": "label"}, '```json\n{"label": "right", "why": "…"}\n```\n', "right"),
    (CHOICE, {"path": "choices[0].label"}, {"choices": ['{"label": "no"}']}, "no"),
    (CHOICE, {"trim": True}, " right\n", "right"),
    (CHOICE, {"trim": True}, "\ufeffright\u200b", "right"),
    (CHOICE, {"casefold": True}, "NOT SURE", "Not sure"),
    (CHOICE, {"casefold": True, "trim": True}, " Right\r\n", "right"),
    (CHOICE, {"map": {"1": "right", "0": "no"}}, 1, "right"),
    (CHOICE, {"map": {1: "right"}}, 1.0, "right"),
    (CHOICE, {"map": {1: "right"}}, "1", "right"),
    (CHOICE, {"map": {"true": "right"}}, True, "right"),
    (CHOICE, {"map": {None: "no"}}, None, "no"),
    (CHOICE, {"map": {"Yes": "right"}, "casefold": True}, "YES", "right"),
    (CHOICES, {"casefold": True}, ["SPORT", "Politics"], ["politics", "sport"]),
    (CHOICES, {"map": {"0": "sport"}}, [0], ["sport"]),
    (CHOICES, {"map": {"none": []}}, "none", []),
    (NUMBER, {"number": True}, "42", 42.0),
    (NUMBER, {"number": True}, " -4.5e1 ", -45.0),
    (NUMBER, {"number": True}, "\u22125", -5.0),
    (NUMBER, {}, 42, 42.0),
    (RUBRIC, {"casefold": True}, {"clear": "High"}, {"clear": "high"}),
    (Text(), {"path": "answer"}, {"answer": "Paris", "citations": [1]}, "Paris"),
    (
        Spans.model_validate({"labels": {"PER": "", "ORG": ""}}),
        {"casefold": True, "map": {"0": "ORG"}},
        [{"start": 0, "end": 2, "label": "per"}],
        [{"start": 0, "end": 2, "label": "PER"}],
    ),
]
WRONG: list[tuple[AnswerKind, dict[str, Any], Any, str, str]] = [
    (CHOICE, {}, {"label": "right"}, "not_allowed", "is not one of right, Not sure, no"),
    (CHOICE, {}, "Right", "not_allowed", "'Right' is not one of"),
    (CHOICE, {}, "right\n", "not_allowed", "is not one of"),
    (CHOICE, {}, None, "missing", "it is null"),
    (CHOICE, {"path": "label"}, "right", "missing", "there is nothing at label"),
    (CHOICE, {"path": "label"}, {"label": None}, "missing", "it is null"),
    (CHOICE, {"path": "label"}, '{"label": NaN}', "missing", "there is nothing at label"),
    (CHOICE, {"path": "label"}, '{"label": "\\ud800"}', "missing", "there is nothing at label"),
    (CHOICE, {"path": "label"}, "[" * 100_000, "missing", "there is nothing at label"),
    (NUMBER, {"path": "a"}, '{"a": 1e999}', "missing", "there is nothing at a"),
    (CHOICE, {"path": "[1]"}, ["right"], "missing", "there is nothing at [1]"),
    (CHOICE, {"path": "[0]"}, {"0": "right"}, "missing", "there is nothing"),
    (NUMBER, {}, "42", "not_allowed", "'42' is not a number in m"),
    (NUMBER, {"number": True}, "4_2", "not_a_number", "'4_2' is not a number such as 12.5"),
    (NUMBER, {"number": True}, "nan", "not_a_number", "is not a number"),
    (NUMBER, {"number": True}, "1e999", "not_a_number", "is not a number"),
    (NUMBER, {"number": True}, "42 m", "not_a_number", "is not a number"),
    (NUMBER, {"number": True}, "420", "not_allowed", "420.0 is outside"),
    (Text(), {}, {"answer": "x", "citations": []}, "not_allowed", "is not a text"),
    (Text(), {}, ["a", "b"], "not_allowed", "is not a text"),
    (Text(), {}, " ", "not_allowed", "is not a text"),
    (RUBRIC, {}, {"clear": "high", "polite": "high"}, "not_allowed", "does not have exactly clear"),
]


@pytest.mark.parametrize(("kind", "declared", "output", "answer"), READ, ids=str)
def test_an_answer_is_found_in_an_output(kind: AnswerKind, declared: dict[str, Any], output: Any, answer: Any) -> None:
    outputs = Outputs(kind, Output(**declared))
    read = outputs.read(output)
    assert (read.answer, read.reason) == (answer, None)
    assert json.loads(outputs.text(json.dumps(output))) == answer


@pytest.mark.parametrize(("kind", "declared", "output", "reason", "why"), WRONG, ids=str)
def test_what_is_no_answer_says_why(
    kind: AnswerKind, declared: dict[str, Any], output: Any, reason: str, why: str
) -> None:
    read = Outputs(kind, Output(**declared)).read(output)
    assert (read.answer, read.reason) == (None, reason)
    assert why in read.why


def test_no_more_of_an_output_is_repeated_than_is_needed() -> None:
    read = Outputs(CHOICE, None).read("secret " * 1000)
    assert read.reason == "not_allowed"
    assert len(read.why) == LONGEST


@given(
    st.sampled_from(["right", "Not sure", "no"]), st.sampled_from([str.upper, str.lower, str.title]), st.text(" \n\t")
)
def test_reading_what_was_read_changes_nothing(label: str, spelled: Any, space: str) -> None:
    outputs = Outputs(CHOICE, Output(trim=True, casefold=True))
    read = outputs.read(f"{space}{spelled(label)}{space}")
    assert read.answer == label
    assert outputs.read(read.answer).answer == label


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
EVERYTHING = Output(path="a[0]", trim=True, casefold=True, map={"b": "right", 1: "no"}, number=True)


@given(JSON, st.sampled_from([CHOICE, CHOICES, NUMBER, RUBRIC, Text()]))
def test_whatever_comes_is_an_answer_or_has_a_reason(output: Any, kind: AnswerKind) -> None:
    for outputs in (Outputs(kind, EVERYTHING), Outputs(kind, None)):
        for given_ in (output, {"a": [output]}):
            read = outputs.read(given_)
            assert (read.reason is None) == (read.answer is not None)
            assert not read.reason or read.why
            outputs.text(json.dumps(given_))


MISTAKES: list[tuple[dict[str, Any], str, str]] = [
    ({"path": "a..b"}, "output.path", "'a..b' is no path: keys with dots between"),
    ({"path": "a."}, "output.path", "is no path"),
    ({"path": ".a"}, "output.path", "is no path"),
    ({"path": "a[x]"}, "output.path", "is no path"),
    ({"path": "a b"}, "output.path", "is no path"),
    ({"path": 'a"b"'}, "output.path", "is no path"),
    ({"path": 7}, "output.path", "must be text, not 7"),
    ({"map": ["a"]}, "output.map", "must be keys with values"),
    ({"map": {"yes": "goood"}}, "output.map.yes", "no answer: 'goood' is not one of good, bad"),
    ({"map": {"yes": 7}}, "output.map.yes", "no answer: 7 is not one of"),
    ({"map": {True: "good"}}, "output.map", "has the key true; YAML reads yes, no, on and off so: put it in quotes"),
    ({"map": {1: "good", "1": "bad"}}, "output.map", "'1' is said twice"),
    ({"map": {"bad": "good"}}, "output.map.bad", "'bad' is a label already, and would never be read as 'bad'"),
    ({"map": {"Y": "good", "y": "bad"}, "casefold": True}, "output.map.y", "'y' and 'Y' are the same once read"),
    ({"number": True}, "output.number", "makes numbers of text"),
    ({"trim": "perhaps"}, "output.trim", "must be true or false"),
    ({"strip": True}, "output.strip", "unknown key; allowed here: casefold, map, number, path, trim"),
]


@pytest.mark.parametrize(("declared", "path", "said"), MISTAKES, ids=str)
def test_what_cannot_be_meant_is_said_where_it_stands(declared: dict[str, Any], path: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        project(output=declared)
    found = {".".join(map(str, one.path)): one.said for one in mistakes(caught.value, Project)}
    assert said in found[path], found


def test_scales_that_differ_in_case_only_cannot_be_read_without_case() -> None:
    rubric = {
        "kind": "rubric",
        "criteria": {"a": {"scale": {"Low": "", "High": ""}}, "b": {"scale": {"low": "", "high": ""}}},
    }
    with pytest.raises(ValueError, match="'low' and 'Low' are the same once read"):
        project(answer=rubric, benchmark={"metrics": ["accuracy"]}, output={"casefold": True})
