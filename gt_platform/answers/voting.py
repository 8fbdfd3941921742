"""Counting equal answers: what kinds whose answers are simply equal or not share."""

import json
from collections import Counter
from collections.abc import Callable, Sequence

from gt_platform.answers.base import Answer, Answers, Settlement
from gt_platform.canonical import canonical

TIE = "a tie for first place"


def each(answers: Answers, settle: Callable[[Sequence[str], Sequence[Answer]], Settlement]) -> dict[str, Settlement]:
    """Settle item by item: `settle` is given an item's annotators, in order, and what each of them answered."""
    given: dict[str, list[tuple[str, Answer]]] = {}
    for item, annotator, answer in zip(answers.items, answers.annotators, answers.answers, strict=True):
        given.setdefault(item, []).append((annotator, answer))
    settled = {}
    for item in sorted(given):
        annotators, said = zip(*sorted(given[item], key=lambda pair: pair[0]), strict=True)
        settled[item] = settle(annotators, said)
    return settled


def majority(annotators: Sequence[str], answers: Sequence[Answer]) -> Settlement:
    """The most frequent answer with its share; a tie for first place abstains, the first by its text leading.

    Raises ValueError without answers.
    """
    texts = [canonical(answer) for answer in answers]
    counts = tally(texts)
    if not counts:
        raise ValueError("no answers: an item needs at least one to be settled")
    first, most = next(iter(counts.items()))
    tied = list(counts.values()).count(most) > 1
    leading = json.loads(first)
    return Settlement(
        answer=None if tied else leading,
        confidence=most / len(texts),
        votes=counts,
        method="majority",
        leading=leading,
        agreed=tuple(annotator for annotator, text in zip(annotators, texts, strict=True) if text == first),
        reason=TIE if tied else None,
    )


def tally(texts: Sequence[str]) -> dict[str, int]:
    """How often each text was given: the most frequent first, then by text."""
    return dict(sorted(Counter(texts).items(), key=lambda vote: (-vote[1], vote[0])))


def agreeing_pairs(counts: Sequence[int]) -> float | None:
    """Share of the pairs of answers that are equal, from how many gave each; None below two answers."""
    total = sum(counts)
    pairs = total * (total - 1)
    return sum(count * (count - 1) for count in counts) / pairs if pairs else None
