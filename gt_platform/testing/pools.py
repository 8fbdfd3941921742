"""Answers of many annotators to many items, made up from a few; and the same under other names in another order."""

import math
import random
from collections.abc import Sequence
from typing import Any

from gt_platform.answers import Answer, Answers

SEEDS = range(6)
STRANGE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    math.nan,
    math.inf,
    10**400,
    "",
    " ",
    "\0",
    "\ud800",
    "x" * 100_000,
    [],
    [None],
    [[[["deep"]]]],
    {},
    {"": None},
    [{"label": None}, 3],
    {"a": {"b": {"c": math.nan}}},
)
"""What comes as JSON and is hardly ever meant as an answer."""


def pool(answers: Sequence[Answer], seed: int, items: int = 20, annotators: int = 5) -> Answers:
    """Every annotator answers every item, seven times in ten as most do."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    cells = [(item, annotator) for item in range(items) for annotator in range(annotators)]
    usual = [draw.choice(answers) for _ in range(items)]
    return Answers(
        tuple(f"item {item}" for item, _ in cells),
        tuple(f"annotator {annotator}" for _, annotator in cells),
        tuple(usual[item] if draw.random() < 0.7 else draw.choice(answers) for item, _ in cells),
    )


def renamed(given: Answers, seed: int) -> tuple[Answers, dict[str, str], dict[str, str]]:
    """The same answers shuffled, and the new names of items and of annotators."""
    draw = random.Random(seed)  # noqa: S311
    items, annotators = (_other_names(names, draw) for names in (given.items, given.annotators))
    rows = list(zip(given.items, given.annotators, given.answers, strict=True))
    draw.shuffle(rows)
    return (
        Answers(
            tuple(items[item] for item, _, _ in rows),
            tuple(annotators[annotator] for _, annotator, _ in rows),
            tuple(answer for _, _, answer in rows),
        ),
        items,
        annotators,
    )


def same(one: Any, other: Any) -> bool:
    """Whether two answers are equal, but for the last digits of numbers, which depend on the order of sums."""
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-5)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return bool(one == other)


def _other_names(names: Sequence[str], draw: random.Random) -> dict[str, str]:
    known = sorted(set(names))
    places = draw.sample(range(len(known)), len(known))
    return {name: f"n{place}" for name, place in zip(known, places, strict=True)}
