"""How truth is declared to be split: what models may be trained on, and what they are only ever measured by."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from gt_platform.project.parts import NAME_PATTERN

TRAINED_ON = frozenset({"train", "training", "validation", "valid", "dev", "development"})
"""Splits by these names are there to train with; whatever has another name is held out."""
REST = "rest"
Splits = dict[str, int | Literal["rest"]]


def held_out(split: str) -> bool:
    """Whether a split is kept from training."""
    return split not in TRAINED_ON


def checked(splits: Any) -> Any:
    """A declaration of splits as it is, if each has a name and a size. Raises ValueError."""
    if not isinstance(splits, Mapping):
        raise ValueError("name each split with how many items it takes: {evaluation: 300, test: 1000, train: rest}")
    for name, size in splits.items():
        if name == "active_learning":
            raise ValueError("active_learning is what sampling.active_learning chooses; give the split another name")
        if not re.fullmatch(NAME_PATTERN, str(name)):
            raise ValueError(f"{name!r} is no name: small letters, digits and _, beginning with a letter")
        if size != REST and (isinstance(size, bool) or not isinstance(size, int) or size < 1):
            raise ValueError(f"{name} is {size!r}; a split takes a number of items, or the rest")
    resting = [str(name) for name, size in splits.items() if size == REST]
    if len(resting) > 1:
        raise ValueError(f"{' and '.join(resting)} both take the rest; one can")
    if splits and not any(held_out(str(name)) for name in splits):
        raise ValueError(f"nothing is held out: {', '.join(map(str, splits))} are trained on; name one test, too")
    return splits
