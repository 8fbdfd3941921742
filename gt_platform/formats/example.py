"""The record that golden sets of this field are exchanged in: input, expected output, metadata, annotation."""

from collections.abc import Mapping
from typing import Any

from gt_platform.formats.record import Given, a_duration, a_list, a_name, a_share, a_time, an_object, needed


def read(record: Mapping[str, Any]) -> Given | None:
    """`{"id", "input": {"type", "text"} or any, "expected_output": {"answer", "acceptable_variants"}, "metadata",
    "annotation": {"annotator_id", "timestamp", "confidence", "time_spent_seconds"}}`.

    An input `{"type": "text", "text": …}` is the text, which is what production says of it. Raises Rejected.
    """
    if "expected_output" not in record:
        return None
    expected = record["expected_output"]
    told = expected if isinstance(expected, dict) and "answer" in expected else {"answer": expected}
    annotation = an_object("annotation", record.get("annotation"))
    return Given(
        input=_plain(needed(record, "input")),
        output=record.get("output"),
        answer=needed(told, "answer", "expected_output."),
        item_id=a_name("item_id", record.get("item_id")),
        record_id=a_name("id", record.get("id")),
        variants=a_list("expected_output.acceptable_variants", told.get("acceptable_variants")),
        metadata=an_object("metadata", record.get("metadata")),
        annotator=a_name("annotation.annotator_id", annotation.get("annotator_id")),
        confidence=a_share("annotation.confidence", annotation.get("confidence")),
        seconds=a_duration("annotation.time_spent_seconds", annotation.get("time_spent_seconds")),
        at=a_time("annotation.timestamp", annotation.get("timestamp")),
    )


def _plain(value: Any) -> Any:
    typed = isinstance(value, dict) and value.keys() == {"type", "text"} and value["type"] == "text"
    return value["text"] if typed else value
