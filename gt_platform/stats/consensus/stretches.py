"""Spans of text from votes on the characters behind them, by annotators of unequal care.

Two annotators hardly ever agree where a span begins and ends, least of all a long one, and one who marks little is
outvoted by those who see more. So each stretch between any two bounds that somebody gave is voted on. What spans are
like as wholes, and how they overlap, belongs in `boxes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.multilabel import settle_labels

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]
Span = tuple[int, int, int]
"""Start, end and the code of a label."""

SURE = 0.8
"""Probability that a stretch is part, or no part, of a span, from which it is in no doubt."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class Text:
    """What R annotators marked in one text, whose stretches lie between S + 1 `bounds`.

    `given` (R, S, L): whether each annotator has each stretch in a span of each label; `whole` (R, S - 1, L): whether
    it and the next are in one span.
    """

    bounds: Codes
    given: Flags
    whole: Flags


def text(answers: Sequence[Sequence[Span]], labels: int) -> Text:
    """The stretches of one text and who marked them, from the spans of R annotators."""
    bounds = sorted({at for spans in answers for start, end, _ in spans for at in (start, end)})
    place = {at: code for code, at in enumerate(bounds)}
    stretches = max(len(bounds) - 1, 0)
    given = np.zeros((len(answers), stretches, labels), dtype=np.bool_)
    whole = np.zeros((len(answers), max(stretches - 1, 0), labels), dtype=np.bool_)
    for annotator, spans in enumerate(answers):
        for start, end, label in spans:
            given[annotator, place[start] : place[end], label] = True
            whole[annotator, place[start] : place[end] - 1, label] = True
    return Text(np.array(bounds, dtype=np.int64), given, whole)


def likely(texts: Sequence[Text], annotators: Sequence[Codes]) -> tuple[list[Floats], Floats]:
    """How likely each stretch of each text is part of a span of each label, (S, L) a text; how telling annotators are.

    The latter, (R,), is sensitivity and specificity together, less 1: nothing for those who mark at random.

    `annotators` are the codes (R,) of each text's. It is Dawid and Skene's model of each label, with one sensitivity
    and one specificity an annotator (`settle_labels`); a stretch of n characters counts for log(1 + n) of them, since
    those of one go together.
    """
    stretches = [one.given.shape[1] for one in texts]
    if not sum(stretches):
        return [np.zeros(one.given.shape[1:]) for one in texts], np.ones(1 + max(map(np.max, annotators), default=0))
    item = np.repeat(np.arange(sum(stretches)), np.repeat([len(one.given) for one in texts], stretches))
    given = np.concatenate([one.given.transpose(1, 0, 2).reshape(-1, one.given.shape[2]) for one in texts])
    who = np.concatenate([np.tile(codes, count) for codes, count in zip(annotators, stretches, strict=True)])
    weight = np.log1p(np.concatenate([np.diff(one.bounds) for one in texts]))
    found = settle_labels(item, who, given, weight=weight)
    telling = np.maximum(found.sensitivity + found.specificity - 1, 0)
    return np.split(found.probability, np.cumsum(stretches)[:-1]), telling


def runs(one: Text, likelihood: Floats, least: float) -> list[Span]:
    """The spans that stretches likelier than `least` make, one for each run of a label, in order.

    A run is parted where most of those who marked both sides of a bound marked them as two spans.
    """
    both = one.given[:, :-1] & one.given[:, 1:]
    joined = (both & one.whole).sum(axis=0) * 2 >= both.sum(axis=0)
    found: list[Span] = []
    for label in range(likelihood.shape[1]):
        last = -1
        for at in np.flatnonzero(likelihood[:, label] > least + ROUNDING).tolist():
            start, end = int(one.bounds[at]), int(one.bounds[at + 1])
            if last == at - 1 and at and joined[at - 1, label]:
                start = found.pop()[0]
            found.append((start, end, label))
            last = at
    return sorted(found)
