"""A text as words: what is nothing in it, and what is not."""

import pytest

from gt_platform.likeness import text_in, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The screen is GREAT!", " the  screen —is great"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ １２", "full width 12"),
        ("don’t", "Don't"),
        ("Straße", "STRASSE"),
        ("¿Cómo estás?", "cómo estás"),
    ],
)
def test_case_space_width_and_punctuation_are_nothing(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert text_in(one).same == text_in(other).same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("great :)", "great :("),
        ("I am 👍", "I am 👎"),
        ("2-2", "2+2"),
        ("it is 1.5", "it is 15"),
        ("-3 degrees", "3 degrees"),
        ("a > b", "a < b"),
        ("!", "?"),
        ("", "?"),
        ("naïve", "naive"),
    ],
)
def test_what_carries_a_meaning_is_a_word(one: str, other: str) -> None:
    assert text_in(one).same != text_in(other).same


def test_scripts_without_spaces_are_characters_and_numbers_are_whole() -> None:
    assert words("東京に行く ok") == [*"東京に行く", "ok"]
    assert words("on 2026-01-05 at 10:30, 3/4 of http://a.b/c") == [
        "on", "2026-01-05", "at", "10:30", "3/4", "of", "http", "a", "b", "c",
    ]  # fmt: skip
    assert words("choose:please, (see: d)") == ["choose", "please", "see", "d"]
