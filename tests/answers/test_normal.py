"""What does not count as a difference between texts, and what is content whatever the rules."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.normal import ARTICLES, Rule, normaliser, seen, tokens, trimmed
from gt_platform.answers.text import Text

ALL: tuple[Rule, ...] = ("unicode", "case", "punctuation", "articles", "whitespace")
APART = [
    ("en", "3.14", "314"),
    ("de", "3,14", "314"),
    ("de", "3.14", "314"),
    ("en", "-5", "5"),
    ("en", "-$5", "$5"),
    ("en", ".5", "5"),
    ("en", "\u22125", "5"),
    ("en", "5-10", "510"),
    ("en", "10:30", "1030"),
    ("en", "1/2", "12"),
    ("en", "1½", "11/2"),
    ("en", "10²", "102"),
    ("en", "10⁻³", "103"),
    ("en", "the", "a"),
    ("en", "A", "the"),
    ("en", "vitamin A", "vitamin"),
    ("en", "A+", "A"),
    ("en", "A-", "A+"),
    ("en", "C++", "C"),
    ("en", "C#", "C"),
    ("en", "!", "?"),
    ("de", "a Haus", "Haus"),
    ("ja", "the cat", "cat"),
    ("fr", "le", "la"),
]
ALIKE = [
    ("en", "the cat", "A  cat."),
    ("en-GB", "the cat", "cat"),
    ("en", "“It’s”", '"it\'s"'),
    ("en", "1,000", "1000"),
    ("en", "1,234,567.8", "1234567.8"),
    ("de", "1.000 Euro", "1000 euro"),
    ("en", "−5", "-5"),
    ("en", "–5", "-5"),
    ("en", "１２３", "123"),
    ("en", "ｃａｔ！", "cat"),
    ("zh", "东京，上海。", "东京上海"),
    ("ja", "「東京」", "東京"),
    ("ja", "ﾄｳｷｮｳ", "トウキョウ"),
    ("en", "e-mail", "email"),
    ("en", "U.S.", "us"),
    ("en", "zero\u200bwidth\ufeff", "zerowidth"),
    ("en", "soft\u00adhyphen", "softhyphen"),
    ("en", "a\u00a0b", "a b"),
    ("de", "das Haus", "ein Haus"),
    ("fr", "l’homme", "homme"),
    ("fr", "L'homme", "un homme"),
    ("pt_BR", "o gato", "gato"),
]


@pytest.mark.parametrize(("language", "one", "other"), APART)
def test_content_is_kept(language: str, one: str, other: str) -> None:
    normal = normaliser(ALL, language)
    assert normal(one) != normal(other)
    kind = Text(normalise=ALL, language=language)
    assert not kind.agrees(one, other)


@pytest.mark.parametrize(("language", "one", "other"), ALIKE)
def test_spelling_is_no_difference(language: str, one: str, other: str) -> None:
    normal = normaliser(ALL, language)
    assert normal(one) == normal(other)


def test_without_a_rule_for_it_punctuation_stays() -> None:
    assert normaliser(("unicode", "case", "whitespace"), "en")("The  Cat, 1,000!") == "the cat, 1,000!"
    assert normaliser((), "en")(" As it is. ") == " As it is. "


ODD = st.text(st.sampled_from("aA the.,-+#'’“1２½²5東ー。ハ한가ก\u0301\u0345\u200b\u00ad ßİ\n"), max_size=12)
RULES = st.permutations(ALL).map(tuple)


@given(ODD | st.text(max_size=12), RULES, st.sampled_from([*ARTICLES, "ja", "zh", "th"]))
def test_twice_is_as_good_as_once_and_nothing_is_lost(text: str, rules: tuple[Rule, ...], language: str) -> None:
    normal = normaliser(rules, language)
    assert normal(normal(text)) == normal(text)
    assert bool(normal(text)) == seen(text)
    assert trimmed(trimmed(text)) == trimmed(text)


@given(ODD, ODD)
def test_equality_is_mutual(one: str, other: str) -> None:
    kind = Text(normalise=ALL, no_answer=True, synonyms={"the": ["aa", "1"]})
    assert kind.agrees(one, other) == kind.agrees(other, one)
    assert kind.agrees(one, one)
    (_, forth), (_, back) = kind.measure(one, other), kind.measure(other, one)
    assert forth == back


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the red car", ["the", "red", "car"]),
        ("東京都", ["東", "京", "都"]),
        ("GPT模型4o", ["GPT", "模", "型", "4o"]),
        ("서울은", ["서", "울", "은"]),
        ("กำ", ["ก", "ำ"]),
        ("น้ำ", ["น้", "ำ"]),
        ("カ\u3099", ["カ\u3099"]),
        ("e\u0301te", ["e\u0301te"]),
        ("  ", []),
    ],
)
def test_tokens_are_words_or_characters(text: str, found: list[str]) -> None:
    assert tokens(text) == found


def test_token_f1_of_cjk_is_by_characters() -> None:
    f1 = Text().measure("東京", "東京都")[1]
    assert f1.metric == "token_f1"
    assert f1.numerator == pytest.approx(2 * 2 / 5)


@pytest.mark.parametrize("nothing", ["", " \n", "\u200b", "\ufeff", "\u2800", "\u3164", []])
def test_no_answer_is_an_answer_only_where_that_is_declared(nothing: Any) -> None:
    with pytest.raises(InvalidAnswerError):
        Text().validate(nothing)
    kind = Text(no_answer=True)
    assert kind.validate(nothing) == ""
    assert [one.numerator for one in kind.measure("", "")] == [1.0, 1.0]
    assert [one.numerator for one in kind.measure("x", "")] == [0.0, 0.0]
    assert [one.numerator for one in kind.measure("", "x")] == [0.0, 0.0]
    assert [one.numerator for one in kind.measure({"answer": ""}, "")] == [0.0, 0.0]


def test_synonyms_are_words_and_never_parts_of_them() -> None:
    kind = Text(synonyms={"car": ["automobile", "motor car"], "車": ["自動車"]})
    assert kind.agrees("a red car", "A red Automobile")
    assert kind.agrees("automobile", "motor car")
    assert kind.agrees("赤い車", "赤い自動車")
    assert not kind.agrees("cartoon", "automobiletoon")
    assert kind.agreement(["car", "automobile"]) == 1.0


def test_more_detail_is_right_where_that_is_declared() -> None:
    kind = Text(more_detail=True)
    for output in ("Paris", "Paris, France", "It is Paris."):
        assert kind.agrees("Paris", output)
        assert Text().agrees("Paris", output) == (output == "Paris")
    assert not kind.agrees("Paris", "Parisian")
    assert not kind.agrees("Paris, France", "Paris")
    assert not kind.agrees("5", "-5")
    assert not Text(more_detail=True, no_answer=True).agrees("", "Paris")


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"synonyms": {"car": []}}, "'car' needs a list"),
        ({"synonyms": {"car": [" "]}}, "none of them empty"),
        ({"synonyms": {"car": ["auto"], "engine": ["Auto"]}}, "'Auto' stands for 'car' and for 'engine'"),
        ({"language": "German"}, "language"),
    ],
)
def test_what_cannot_be_meant_is_refused(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Text.model_validate(declared)
