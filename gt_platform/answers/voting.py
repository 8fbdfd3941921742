"""Counting equal answers: what kinds whose answers are simply equal or not share."""

import json
from collections import Counter
from collections.abc import Sequence

from gt_platform.answers.base import Answer, Settlement


def majority(answers: Sequence[Answer]) -> Settlement:
    """The most frequent answer with its share; None where two or more tie for first place, or there is none."""
    votes = Counter(canonical(answer) for answer in answers)
    ordered = sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))
    counts = dict(ordered)
    if not ordered:
        return Settlement(None, None, {}, "majority")
    (first, most), *others = ordered
    share = most / len(answers)
    if others and others[0][1] == most:
        return Settlement(None, share, counts, "majority")
    return Settlement(json.loads(first), share, counts, "majority")


def agreeing_pairs(counts: Sequence[int]) -> float | None:
    """Share of the pairs of answers that are equal, from how many gave each; None below two answers."""
    total = sum(counts)
    pairs = total * (total - 1)
    return sum(count * (count - 1) for count in counts) / pairs if pairs else None


def canonical(answer: Answer) -> str:
    """JSON text that is the same for equal answers."""
    return json.dumps(answer, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
