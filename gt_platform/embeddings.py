"""The functions that make vectors of texts, which other packages register by entry points."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any

ENTRY_POINT_GROUP = "gt_platform.embeddings"
Embedding = Callable[[list[str]], Any]
"""Of n texts the vectors, (n, k), as a sequence or an array."""


@cache
def embeddings() -> Mapping[str, Embedding]:
    """By name; none is part of the platform."""
    return {point.name: point.load() for point in entry_points(group=ENTRY_POINT_GROUP)}
