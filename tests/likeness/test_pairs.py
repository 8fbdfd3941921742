"""Finding near items without comparing each with each: exactly what comparing each with each finds."""

import random
from itertools import combinations

import numpy as np
import pytest

from gt_platform.likeness import Text, near, text_in
from gt_platform.likeness.groups import linked, members
from gt_platform.likeness.pairs import COMMON, candidates
from gt_platform.likeness.sketch import Sketch

VOCABULARY = [f"{letter * length}{number}" for number in range(12) for length, letter in enumerate("abcdefgh", 1)]


def texts(seed: int, count: int = 60) -> list[Text]:
    """Texts of 4 to 40 words, and copies of them with words changed until they are near no more."""
    drawn = random.Random(seed)
    found = []
    for _ in range(count):
        said = drawn.choices(VOCABULARY, k=drawn.randrange(4, 40))
        found.append(" ".join(said))
        for _ in range(3):
            at = drawn.randrange(len(said))
            said[at : at + 1] = drawn.choice(([], [drawn.choice(VOCABULARY)], [said[at], drawn.choice(VOCABULARY)]))
            said = said or ["end"]
            found.append(" ".join(said))
    return [text_in(text) for text in found]


def near_pairs(known: list[Text], fresh: np.ndarray, /) -> set[tuple[int, int]]:
    found = candidates([Sketch.of(text) for text in known], fresh)
    assert found is not None
    return {(one, other) for one, other in found.tolist() if near(known[one], known[other]) is not None}


@pytest.mark.parametrize("seed", range(3))
def test_every_near_pair_is_found(seed: int) -> None:
    known = texts(seed)
    every = {
        (one, other)
        for (one, mine), (other, theirs) in combinations(enumerate(known), 2)
        if mine.same != theirs.same and near(mine, theirs) is not None
    }
    same = {(one, other) for one, other in combinations(range(len(known)), 2) if known[one].same == known[other].same}
    assert len(every) > 100
    assert near_pairs(known, np.ones(len(known), dtype=bool)) - same == every
    fresh = np.arange(len(known)) % 7 == 0
    assert near_pairs(known, fresh) - same == {pair for pair in every if fresh[list(pair)].any()}


def test_what_a_template_made_is_near_where_it_has_more_in_common() -> None:
    names = [f"first{at} last{at}" for at in range(400)]
    said = [f"Where is my parcel that was sent to {name} since last week" for name in [*names, names[7]]]
    sketches = [Sketch.of(text_in(text)) for text in said]
    assert candidates(sketches, np.arange(401) == 400) is not None
    few = candidates(sketches[:COMMON], np.ones(COMMON, dtype=bool))
    assert few is not None
    assert len(few) == COMMON * (COMMON - 1) // 2
    assert candidates(sketches[: COMMON + 1], np.arange(COMMON + 1) == COMMON) is None  # what was near is no more
    every = candidates(sketches, np.ones(401, dtype=bool))
    assert every is not None
    assert every.tolist() == [[7, 400]]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("yes", "no", None),
        ("not good at all", "very good at all", None),
        ("the new screen is really great", "the new screen was really great", 1 - 1 / 6),
        ("the screen of the new phone is great", "the screen of the phone is new great", None),
        ("what is the sum of 17 and 4 please", "what is the sum of 18 and 4 please", None),
        ("what is the sum of 17 and 4 please", "what is a sum of 18 and 4 please", None),
    ],
)
def test_how_like_short_texts_are(one: str, other: str, alike: float | None) -> None:
    assert near(text_in(one), text_in(other)) == (None if alike is None else pytest.approx(alike))


def test_each_text_of_an_item_counts() -> None:
    context = " ".join(VOCABULARY[:60])
    one, other = ({"context": context, "question": text} for text in ("who was first to go", "what did it cost them"))
    assert near(text_in(one), text_in(other)) is None
    assert near(text_in(one), text_in(one | {"context": f"{context} more"})) == pytest.approx(1 - 1 / 66)


def test_groups_do_not_depend_on_the_order_of_pairs() -> None:
    pairs = [("d", "c"), ("b", "a"), ("c", "b"), ("x", "y"), ("z", "z")]
    found = linked(pairs)
    assert found == linked(reversed(pairs)) == {"a": "a", "b": "a", "c": "a", "d": "a", "x": "x", "y": "x", "z": "z"}
    assert members(found) == {"a": ["a", "b", "c", "d"], "x": ["x", "y"]}
