"""What is asked of a candidate, what comes back, and what whoever asks must be able to do."""

import json
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from gt_platform.candidates.answers import OUTPUTS

TOLD = {*OUTPUTS, "error", "confidence", "seconds", "cost"}
"""What a reply may say; where it says anything else, or none of an output, it is the output as a whole."""
ECHOED = {"item_id", "repetition", "input", "event_id", "id"}


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item to be asked, for the so-manieth time."""

    item_id: str
    input: Any
    repetition: int = 1


@dataclass(frozen=True)  # two fields that are said everywhere in this order
class Reply:
    """What came of asking an item: a record with an output, or with an error."""

    item: Item
    record: Mapping[str, Any]

    @property
    def failed(self) -> bool:
        """Whether there is no answer."""
        return bool(self.record.get("error"))


class Asker(Protocol):
    """Asks a candidate. `source` says where answers are from, and holds no secret."""

    source: str

    def __call__(self, items: Sequence[Item]) -> Generator[Reply]:
        """One reply for each item, in whatever order, as they come. Raises CandidateError where none can come."""


def items_of(frame: pl.DataFrame) -> list[Item]:
    """Items of a frame such as `lacking` makes."""
    rows = frame.select("item_id", "input", "repetition").iter_rows()
    return [Item(item_id=item, input=json.loads(text), repetition=repetition) for item, text, repetition in rows]


def as_record(value: Any) -> dict[str, Any]:
    """What a function or an address gave: an output with what else there is to say of it, or the output alone."""
    if isinstance(value, dict):
        kept = {name: one for name, one in value.items() if name not in ECHOED}
        if kept and kept.keys() <= TOLD and kept.keys() & {*OUTPUTS, "error"}:
            return kept
    return {"output": value}
