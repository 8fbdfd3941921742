"""A file of truth from elsewhere, read where it can harm nobody: rows of `imports` with their items, and what cannot be
taken, a reason each.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform.answers import HasVariants, InvalidAnswerError
from gt_platform.canonical import canonical, digest, in_order
from gt_platform.formats import Format, Given, formats, given
from gt_platform.lake.tables import IMPORTS
from gt_platform.project import Project
from gt_platform.records import Rejected, item_id, parse_json
from gt_platform.records.fields import label
from gt_platform.truth.by_hand import TruthError, allowed_answer
from gt_platform.truth.lines import KEPT, UNTAKEN, Lines, Untaken, lines_of

ITEM = re.compile(r"[0-9a-f]{64}")
GIVEN = ("record_id", "annotator", "confidence", "seconds")
TYPES = IMPORTS.frame([]).schema
BY_WHOM = ("imported_by", "imported_at")
READ: dict[str, pl.DataType] = {"input": pl.String(), **{name: of for name, of in TYPES.items() if name not in BY_WHOM}}


@dataclass(frozen=True, kw_only=True)
class Records:
    """Rows of `imports`, each with its item's `input`, and the `rejected` lines with their reasons."""

    rows: pl.DataFrame
    rejected: pl.DataFrame
    source: str


def records_in(path: Path, project: Project, *, source: str, layout: str | None = None) -> Records:
    """Read a file by the formats there are, or by one of them. Raises TruthError where no file can be read so."""
    try:
        source = str(label("source", source)[0])
    except Rejected as wrong:
        raise TruthError(f"--source: {wrong.detail}") from None
    known = _formats(layout)
    with lines_of(path) as lines:
        rows, rejected = _taken(lines, project, source, known)
        rejected += lines.rejected
    return _undivided(pl.DataFrame(rows, schema=READ, orient="row"), rejected, source)


def _formats(layout: str | None) -> Mapping[str, Format]:
    known = formats()
    if layout is None:
        return known
    if layout not in known:
        raise TruthError(f"there is no format {layout!r}; there are {', '.join(known)}")
    return {layout: known[layout]}


def _taken(
    lines: Lines, project: Project, source: str, known: Mapping[str, Format]
) -> tuple[list[tuple[Any, ...]], list[Untaken]]:
    rows: list[tuple[Any, ...]] = []
    rejected: list[Untaken] = []
    for line, text in lines.texts():
        try:
            row = _row(project, source, given(parse_json(text.encode()), known))
        except Rejected as wrong:
            rejected.append((line, wrong.reason, wrong.detail, text[:KEPT]))
        else:
            row |= {"source": source, "file_sha256": lines.sha256, "line": line}
            rows.append(tuple(row[name] for name in READ))
    return rows, rejected


def _row(project: Project, source: str, said: Given) -> dict[str, Any]:
    content = content_of(project, said)
    item = item_of(content, said)
    try:
        answer = allowed_answer(project, _with_variants(project, said))
    except InvalidAnswerError as error:
        raise Rejected("answer", str(error)) from None
    told = {name: getattr(said, name) for name in GIVEN}
    told["record_id"] = said.record_id or said.item_id
    told |= {"answer": answer, "variants": canonical(list(said.variants)) if said.variants else None}
    told["metadata"] = canonical(dict(said.metadata)) if said.metadata else None
    identity = canonical([source, item, told, said.at])
    named = {"import_id": digest(identity, 32), "item_id": item, "input": in_order(content)}
    return named | told | {"annotated_at": said.at}


def item_of(content: Any, said: Given) -> str:
    """Its item's id. Raises Rejected for another id, where the record has one."""
    item = item_id(content)
    if said.item_id and ITEM.fullmatch(said.item_id) and said.item_id != item:
        detail = "item_id is not the digest of its input: the item is another project's, or its input was changed"
        raise Rejected("item", detail)
    return item


def _with_variants(project: Project, said: Given) -> Any:
    kind = project.answer_kind
    return kind.with_variants(said.answer, said.variants) if isinstance(kind, HasVariants) else said.answer


def content_of(project: Project, said: Given) -> Any:
    """What people are shown of a record, which its item's id is the digest of. Raises Rejected."""
    if not project.judges_outputs:
        return said.input
    if said.whole:
        if not isinstance(said.input, dict) or said.input.keys() != {"input", "output"}:
            raise Rejected("item", f"{project.name} judges outputs, and this item is an input alone")
        return said.input
    if said.output is None:
        raise Rejected("schema", f"output is missing: {project.name} judges outputs, so an item is input and output")
    return {"input": said.input, "output": said.output}


def _undivided(rows: pl.DataFrame, rejected: list[Untaken], source: str) -> Records:
    """Without the items that the file gives several answers: whoever wrote it has to say which."""
    several = rows.group_by("item_id").agg(pl.col("line").sort(), pl.col("answer").n_unique().alias("answers"))
    lines = dict(several.filter(pl.col("answers") > 1).select("item_id", "line").iter_rows())
    for item, line, text in rows.filter(pl.col("item_id").is_in(list(lines))).select("item_id", "line", "input").rows():
        others = ", ".join(str(other) for other in lines[item][:5])
        rejected.append((line, "twice", f"the item is given with different answers, on lines {others}", text[:KEPT]))
    return Records(
        rows=rows.filter(~pl.col("item_id").is_in(list(lines))).unique("import_id", keep="first", maintain_order=True),
        rejected=pl.DataFrame(rejected, schema=UNTAKEN, orient="row").sort("line", "reason"),
        source=source,
    )
