"""Answers as the methods of stats take them: items and annotators as codes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.answers.base import Answer, Answers, Known

Codes = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Coded:
    """n answers by item, then annotator: `item` and `annotator` (n,) are places in the sorted `items`, `annotators`."""

    items: tuple[str, ...]
    annotators: tuple[str, ...]
    item: Codes
    annotator: Codes
    answers: tuple[Answer, ...]

    def rows(self) -> dict[str, slice]:
        """Where each item's answers are."""
        bounds = np.searchsorted(self.item, np.arange(len(self.items) + 1)).tolist()
        return {name: slice(*bounds[at : at + 2]) for at, name in enumerate(self.items)}

    def names(self, rows: slice) -> list[str]:
        """Who gave these answers."""
        return [self.annotators[at] for at in self.annotator[rows]]


def coded(answers: Answers) -> Coded:
    """Code the names; the order the answers came in is lost."""
    items, annotators = sorted(set(answers.items)), sorted(set(answers.annotators))
    item_code, annotator_code = ({name: at for at, name in enumerate(names)} for names in (items, annotators))
    item = np.array([item_code[name] for name in answers.items], dtype=np.int64)
    annotator = np.array([annotator_code[name] for name in answers.annotators], dtype=np.int64)
    order = np.lexsort((annotator, item))
    given = tuple(answers.answers[at] for at in order)
    return Coded(
        items=tuple(items), annotators=tuple(annotators), item=item[order], annotator=annotator[order], answers=given
    )


def chances(pool: Coded, known: Mapping[str, Answer]) -> NDArray[np.float64]:
    """The probability of each item, (I,), to be known, 0 if nobody drew it; all that are known are alike where no
    drawing is told of."""
    drawn = known.drawn if isinstance(known, Known) else dict.fromkeys(known, 1.0)
    return np.array([drawn.get(item, 0.0) for item in pool.items], dtype=np.float64)
