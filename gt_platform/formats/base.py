"""What a format must be able to do, and where formats are looked up.

A format is a function. One is registered under the entry point group `gt_platform.formats`, so that anyone can add one
by installing a package; those that come with the platform are always there.
"""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from gt_platform.formats import bundle, example, plain
from gt_platform.formats.record import Given

ENTRY_POINT_GROUP = "gt_platform.formats"
Format = Callable[[Mapping[str, Any]], Given | None]
"""What a record says; None where it is none of this format. Raises `records.Rejected` where it is, and is wrong."""
OWN: dict[str, Format] = {"bundle": bundle.read, "example": example.read, "plain": plain.read}
"""From the surest to tell to the one that takes what is left."""


def formats() -> dict[str, Format]:
    """Every format by name, in the order they are tried: those that were registered come first."""
    others = {point.name: point.load() for point in sorted(entry_points(group=ENTRY_POINT_GROUP))}
    return others | {name: own for name, own in OWN.items() if name not in others}


def given(record: Mapping[str, Any], known: Mapping[str, Format]) -> Given:
    """What a record says, by the first of the formats that it is of. Raises Rejected."""
    return next(found for read in known.values() if (found := read(record)) is not None)
