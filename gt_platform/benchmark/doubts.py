"""What else may be true of units whose leading answer is a label, and what that would do to their shares.

How far it is believed beside experts' checks belongs in `gt_platform.stats.label_error`.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np
import polars as pl

from gt_platform.answers import AnswerKind, form_of
from gt_platform.answers.form import Pick
from gt_platform.benchmark.corpus import Lines
from gt_platform.benchmark.evidence import Codes, Evidence, Flags, Floats, shares_if
from gt_platform.stats.label_error.cells import Cells
from gt_platform.stats.label_error.doubts import Doubts, doubts, guessed
from gt_platform.stats.label_error.shares import Shares

Doubting = Callable[[Lines], Doubts]
MOST_LABELS = 12
"""Labels beyond which nothing is guessed: cells are then too small for one label's errors to be like another's."""


def doubted(
    kind: AnswerKind,
    evidence: Evidence,
    outputs: pl.Series,
    says: Sequence[str | None],
    found: tuple[Cells, Codes, Flags],
    leading: Shares,
) -> Doubting | None:
    """What is to be expected of the evidence's n units in their cells, along what is made of their columns; None of
    answers that are no few labels.

    `says` (n,) is the leading answer, if any, as JSON; `found` the cells with each unit's pattern of votes (n,) and
    whether its output agrees (n,); `leading` (n, m) are the shares if what annotators say is true.
    """
    form = form_of(kind)
    if not isinstance(form, Pick) or len(form.options) > MOST_LABELS:
        return None
    cells, pattern, agrees = found
    labels = [option.value for option in form.options]
    wrong, lead = guessed(pattern, agrees), _codes(says, labels)
    # kept only where they are asked for again and again: a matrix of all events for each label
    others = partial(_others, evidence, outputs, labels, lead)
    kept = list(others()) if evidence.statistics else None

    def along(lines: Lines) -> Doubts:
        each = ((chance, lines(other)) for chance, other in (kept or others()))
        return doubts(cells, wrong, lines(leading), each)

    return along


def _codes(says: Sequence[str | None], labels: Sequence[str]) -> Codes:
    """-1 where there is no leading answer."""
    place = {json.dumps(label): code for code, label in enumerate(labels)}
    return np.array([-1 if text is None else place.get(json.dumps(json.loads(text)), -1) for text in says])


def _others(
    evidence: Evidence, outputs: pl.Series, labels: Sequence[str], lead: Codes
) -> Iterator[tuple[Floats, Shares]]:
    """Each label, as likely as it leads elsewhere where something else leads here."""
    common = np.bincount(lead + 1, minlength=len(labels) + 1).astype(np.float64)
    common[1:] += 1
    common[0] = 0
    left = common.sum() - common[lead + 1]
    for code, label in enumerate(labels):
        chance = np.where(lead == code, 0.0, common[code + 1]) / np.maximum(left, 1e-300)
        yield chance, shares_if(evidence, outputs, label)
