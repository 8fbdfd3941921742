"""The platform's own releases: `ground_truth.parquet` of a bundle, and what `gt export` writes."""

import json
from collections.abc import Mapping
from typing import Any

from gt_platform.formats.record import Given, a_name, a_share, an_object
from gt_platform.records import Rejected, item_id

MARKS = {"item_id", "input", "answer", "decision_id"}


def read(record: Mapping[str, Any]) -> Given | None:
    """A row of `ground_truth`, whose JSON columns are texts in Parquet and values in JSONL. Raises Rejected."""
    if not record.keys() >= MARKS:
        return None
    texts = _are_texts(record["input"], record["item_id"])
    attributes = record.get("attributes")
    return Given(
        input=_value("input", record["input"]) if texts else record["input"],
        whole=True,
        answer=_value("answer", record["answer"]) if texts else record["answer"],
        item_id=a_name("item_id", record["item_id"]),
        record_id=a_name("decision_id", record["decision_id"]),
        metadata=an_object(
            "attributes", _value("attributes", attributes) if isinstance(attributes, str) else attributes
        ),
        confidence=a_share("confidence", record.get("confidence")),
    )


def _are_texts(content: Any, claimed: Any) -> bool:
    """Whether the columns are JSON texts: a text that is the item itself is a value, whatever it would be parsed as."""
    return isinstance(content, str) and item_id(content) != claimed


def _value(name: str, text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError) as error:
        raise Rejected("json", f"{name} is no JSON text: {error}") from None
