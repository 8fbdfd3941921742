"""A benchmark's items in somebody's texts."""

import random

import pytest

from gt_platform.held_out.search import Benchmark, Match
from gt_platform.likeness import text_in

RAIN = "It rained all week in the valley, and the river rose over its banks."
ITEMS = {
    "rain": RAIN,
    "thanks": "Thank you!",
    "mood": "so tired today :(",
    "asked": {"question": "Who wrote the opera about the flying ship?", "context": f"Notes. {RAIN} Nobody came."},
    "marks": "?!",
}
BENCHMARK = Benchmark({name: text_in(value) for name, value in ITEMS.items()})


def found(**fields: str) -> dict[str, tuple[str, float]]:
    return {one.item_id: (one.kind, one.similarity) for one in BENCHMARK.search(1, fields.items())}


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (RAIN, ("exact", 1.0)),
        (f"An essay. {RAIN} More of it.", ("exact", 1.0)),
        (f"An essay. {RAIN.upper().replace(',', ' -')} More.", ("normalised", 1.0)),
        (RAIN.replace("valley", "city"), ("near", 1 - 1 / 14)),
        (
            f"Then: {RAIN.replace('week', 'day').replace('banks', 'shores').replace('rose', 'came')}",
            ("near", 11 / 14),
        ),
        (RAIN.replace("all week", "all the long week"), ("near", 1 - 1 / 28)),
    ],
)
def test_an_item_is_found_however_it_was_changed(text: str, how: tuple[str, float]) -> None:
    kind, similarity = found(text=text)["rain"]
    assert kind == how[0]
    assert similarity == pytest.approx(how[1], abs=1e-4)


def test_a_text_of_the_same_words_in_other_sentences_is_none() -> None:
    assert found(text="The river in the valley rose all week, and it rained over its banks") == {}


def test_short_items_are_all_of_a_field_and_never_a_label() -> None:
    assert found(text="thank you") == {"thanks": ("normalised", 1.0)}
    assert found(text="Thank you! That was quick.") == {}
    assert found(label="Thank you!") == {}
    assert found(text="so tired today :)") == {}
    assert found(a="so tired today :(", b="?!") == {"mood": ("exact", 1.0), "marks": ("exact", 1.0)}


def test_an_item_of_several_texts_is_found_where_most_of_its_words_are() -> None:
    asked = ITEMS["asked"]
    assert isinstance(asked, dict)
    assert found(prompt=f"{asked['context']} {asked['question']}")["asked"] == ("exact", 1.0)
    assert "asked" not in found(prompt=asked["question"])


def test_each_item_of_a_long_text_is_found_once_a_line() -> None:
    drawn = random.Random(3)
    vocabulary = [f"word{number}" for number in range(3_000)]
    items = {f"{at:03}": " ".join(drawn.choices(vocabulary, k=12)) for at in range(200)}
    book = " ".join(f"{' '.join(drawn.choices(vocabulary, k=50))} {text}" for text in [*items.values()] * 2)
    matches = list(Benchmark({name: text_in(text) for name, text in items.items()}).search(7, [("", book)]))
    assert matches == [Match(7, name, 1.0, "exact") for name in items]


def test_what_is_short_and_made_of_common_words_needs_all_of_them() -> None:
    drawn = random.Random(5)
    common, rare = [f"c{at}" for at in range(6)], [f"rare{at}" for at in range(4_000)]
    items = {f"{at}": f"{drawn.choice(common)} {drawn.choice(common)} {rare[at]} {rare[-at - 1]} {rare[at + 1000]}"
             for at in range(500)}  # fmt: skip
    items["common"] = "c1 c2 c3 c4 c5"
    benchmark = Benchmark({name: text_in(text) for name, text in items.items()})
    assert [one.item_id for one in benchmark.search(1, [("", "c1 c2 c3 c4 c6")])] == []
    changed = items["7"].split()[1:]
    assert [one.item_id for one in benchmark.search(1, [("", f"other {' '.join(changed)}")])] == ["7"]
