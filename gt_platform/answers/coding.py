"""Answers as the methods of stats take them: items and raters as codes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gt_platform.answers.base import Answer, Answers

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Coded:
    """n answers by item, then rater; `item` and `rater` (n,) are places in `items` and `raters`, which are sorted."""

    items: tuple[str, ...]
    raters: tuple[str, ...]
    item: Codes
    rater: Codes
    answers: tuple[Answer, ...]

    def rows(self) -> dict[str, slice]:
        """Where each item's answers are."""
        bounds = np.searchsorted(self.item, np.arange(len(self.items) + 1)).tolist()
        return {name: slice(*bounds[at : at + 2]) for at, name in enumerate(self.items)}

    def names(self, rows: slice) -> list[str]:
        """Who gave these answers."""
        return [self.raters[at] for at in self.rater[rows]]


def coded(answers: Answers) -> Coded:
    """Code the names; the order the answers came in is lost."""
    items, raters = sorted(set(answers.items)), sorted(set(answers.raters))
    item_code, rater_code = ({name: at for at, name in enumerate(names)} for names in (items, raters))
    item = np.array([item_code[name] for name in answers.items], dtype=np.int64)
    rater = np.array([rater_code[name] for name in answers.raters], dtype=np.int64)
    order = np.lexsort((rater, item))
    given = tuple(answers.answers[at] for at in order)
    return Coded(tuple(items), tuple(raters), item[order], rater[order], given)
