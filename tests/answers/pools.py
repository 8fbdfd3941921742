"""Many items' answers together, and what must hold for every kind that settles them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from gt_platform.answers import AnswerKind, Answers, Settlement
from tests.answers.settling import settled

Say = Callable[[np.random.Generator, int, int], Any]


def pool(seed: int, items: int, annotators: int, say: Say) -> Answers:
    """Every annotator answers every item; `say` is given the random numbers, item and annotator."""
    rng = np.random.default_rng(seed)
    rows = [(item, annotator) for item in range(items) for annotator in range(annotators)]
    return Answers(
        tuple(f"item {item}" for item, _ in rows),
        tuple(f"annotator {annotator}" for _, annotator in rows),
        tuple(say(rng, item, annotator) for item, annotator in rows),
    )


def renamed(answers: Answers, seed: int) -> tuple[Answers, dict[str, str], dict[str, str]]:
    """The same answers in another order under other names, and the new names of items and of annotators."""
    rng = np.random.default_rng(seed)
    items, annotators = (_other_names(sorted(set(names)), rng) for names in (answers.items, answers.annotators))
    order = rng.permutation(len(answers.items))
    return (
        Answers(
            tuple(items[answers.items[at]] for at in order),
            tuple(annotators[answers.annotators[at]] for at in order),
            tuple(answers.answers[at] for at in order),
        ),
        items,
        annotators,
    )


def _other_names(names: Sequence[str], rng: np.random.Generator) -> dict[str, str]:
    return {name: f"n{place}" for name, place in zip(names, rng.permutation(len(names)), strict=True)}


def check_names_and_order(kind: AnswerKind, answers: Answers, seed: int) -> None:
    """Settling under other names and in another order says the same, about the others."""
    other, items, annotators = renamed(answers, seed)
    found, again = kind.settle(answers), kind.settle(other)
    assert again.keys() == {items[item] for item in found}
    for item, one in found.items():
        two = again[items[item]]
        assert two.answer == (pytest.approx(one.answer, rel=1e-5) if isinstance(one.answer, float) else one.answer)
        assert two.confidence == pytest.approx(one.confidence, abs=1e-4)
        assert (two.votes, two.method, two.reason) == (one.votes, one.method, one.reason)
        assert set(two.agreed) == {annotators[name] for name in one.agreed}


def check_valid(kind: AnswerKind, found: dict[str, Settlement]) -> None:
    """What is settled is allowed; what isn't says why; confidences are shares."""
    for one in found.values():
        assert one.confidence is not None
        assert 0 <= one.confidence <= 1
        assert (one.answer is None) == (one.reason is not None)
        if one.answer is not None:
            assert kind.validate(one.answer) == one.answer == one.leading


def check_agreement_helps(
    kind: AnswerKind, said: Sequence[Any], again: Callable[[Any], Any] = lambda answer: answer
) -> None:
    """One more who says what leads doesn't make it less sure."""
    before = settled(kind, said)
    if before.leading is not None:
        after = settled(kind, [*said, again(before.leading)])
        assert after.confidence is not None
        assert before.confidence is not None
        assert after.leading == before.leading
        assert after.confidence >= before.confidence - 1e-6
