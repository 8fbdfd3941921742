"""Questions with their answers, a row each: JSONL, CSV or Parquet, by the names that people give such columns."""

from collections.abc import Mapping
from typing import Any

from gt_platform.formats.record import Given, a_duration, a_name, a_share, a_time, an_object
from gt_platform.records.reasons import Rejected

INPUTS = ("input", "question", "prompt", "text")
ANSWERS = ("answer", "truth", "label", "expected", "output")
KNOWN = {"id", "item_id", "annotator", "confidence", "seconds", "annotated_at", "metadata"}


def read(record: Mapping[str, Any]) -> Given | None:
    """The first of INPUTS and the first of ANSWERS that a record has; what else it has is metadata.

    An `output` beside an answer is what is judged. Raises Rejected.
    """
    asked, said = _first(record, INPUTS), _first(record, ANSWERS)
    if asked is None or said is None:
        lacking = "input" if asked is None else "answer"
        allowed = ", ".join(INPUTS if asked is None else ANSWERS)
        raise Rejected("schema", f"{lacking} is missing: none of {allowed} is there; it has {', '.join(record)}")
    judged = said != "output" and record.get("output") is not None
    used = {asked, said, *KNOWN, *(("output",) if judged else ())}
    others = {name: value for name, value in record.items() if name not in used and value is not None}
    return Given(
        input=record[asked],
        output=record["output"] if judged else None,
        answer=record[said],
        item_id=a_name("item_id", record.get("item_id")),
        record_id=a_name("id", record.get("id")),
        metadata=others | an_object("metadata", record.get("metadata")),
        annotator=a_name("annotator", record.get("annotator")),
        confidence=a_share("confidence", record.get("confidence")),
        seconds=a_duration("seconds", record.get("seconds")),
        at=a_time("annotated_at", record.get("annotated_at")),
    )


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if record.get(name) not in (None, "")), None)
