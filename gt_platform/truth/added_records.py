"""A file of items without truth, read as rows of `items`; what cannot be taken has a reason each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform.canonical import canonical, in_order
from gt_platform.formats import Given
from gt_platform.formats.plain import ANSWERS, INPUTS
from gt_platform.formats.record import a_name, an_object
from gt_platform.project import Project
from gt_platform.records import Rejected, parse_json
from gt_platform.records.fields import label
from gt_platform.truth.by_hand import TruthError
from gt_platform.truth.import_records import Records, content_of, item_of
from gt_platform.truth.lines import KEPT, UNTAKEN, Untaken, lines_of

OF_TRUTH = frozenset({*ANSWERS, "expected_output", "annotation", "annotator", "confidence", "seconds", "annotated_at"})
"""Fields that say what somebody takes for the answer: `gt truth import` takes these."""
READ = {"item_id": pl.String, "input": pl.String, "attributes": pl.String, "answered": pl.Boolean, "line": pl.Int64}


def items_in(path: Path, project: Project, *, source: str) -> Records:
    """Read a file: rows have `item_id`, `input`, `attributes`, `line`, and whether an answer was `answered` beside it.

    Raises TruthError where no file can be read so.
    """
    try:
        source = str(label("source", source)[0])
    except Rejected as wrong:
        raise TruthError(f"--source: {wrong.detail}") from None
    rows: list[Mapping[str, Any]] = []
    with lines_of(path) as lines:
        rejected: list[Untaken] = lines.rejected
        for line, text in lines.texts():
            try:
                rows.append(_row(project, parse_json(text.encode())) | {"line": line})
            except Rejected as wrong:
                rejected.append((line, wrong.reason, wrong.detail, text[:KEPT]))
    return Records(
        rows=pl.DataFrame(rows, schema=READ),
        rejected=pl.DataFrame(rejected, schema=UNTAKEN, orient="row").sort("line", "reason"),
        source=source,
    )


def _row(project: Project, record: Mapping[str, Any]) -> dict[str, Any]:
    """The first of INPUTS that a record has is the item, an `output` beside it is what is judged; what else it has is
    known of the item. Raises Rejected.
    """
    asked = next((name for name in INPUTS if record.get(name) not in (None, "")), None)
    if asked is None:
        allowed = ", ".join(INPUTS)
        raise Rejected("schema", f"input is missing: none of {allowed} is there; it has {', '.join(record)}")
    judged = {"output"} if project.judges_outputs else frozenset[str]()
    named = a_name("item_id", record.get("item_id"))
    said = Given(input=record[asked], answer=None, output=record.get("output") if judged else None, item_id=named)
    content = content_of(project, said)
    used = {asked, "item_id", "metadata"} | OF_TRUTH
    known = {name: value for name, value in record.items() if name not in used and value is not None}
    known |= an_object("metadata", record.get("metadata"))
    return {
        "item_id": item_of(content, said),
        "input": in_order(content),
        "attributes": canonical(known) if known else None,
        "answered": any(record.get(name) is not None for name in OF_TRUTH - judged),
    }
