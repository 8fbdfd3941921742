"""Many items' answers together, and what must hold for every kind that settles them."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

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
