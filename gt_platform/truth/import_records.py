"""A file of truth from elsewhere, read where it can harm nobody: rows of `imports` with their items, and what cannot be
taken, a reason each.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform.answers import HasVariants, InvalidAnswerError
from gt_platform.canonical import canonical, digest, in_order
from gt_platform.formats import Format, Given, formats, given
from gt_platform.lake.tables import IMPORTS
from gt_platform.project import Project
from gt_platform.records import Parsed, Parser, Rejected, item_id, parse_json, spool
from gt_platform.records.fields import label
from gt_platform.scratch import scratch
from gt_platform.truth.by_hand import TruthError, allowed_answer

ITEM = re.compile(r"[0-9a-f]{64}")
KEPT = 1_000
"""Characters of a record that go into the sheet of what was not taken."""
GIVEN = ("record_id", "annotator", "confidence", "seconds")
UNTAKEN = {"line": pl.Int64, "reason": pl.String, "detail": pl.String, "raw": pl.String}
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
    if not path.is_file():
        raise TruthError(f"{path}: there is no such file")
    known = _formats(layout)
    with Parser() as parser, scratch("truth") as folder:
        with path.open("rb") as stream:
            copy = spool(stream, folder / "file")
        parsed = parser.parse(copy.path, path.name, folder / "parts", "truth")
        rows, rejected = _taken(parsed, project, source, copy.sha256, known)
        rejected += [(line, reason, detail, _text(raw)) for line, reason, detail, raw in _quarantined(parsed)]
    return _undivided(pl.DataFrame(rows, schema=READ, orient="row"), rejected, source)


def _formats(layout: str | None) -> Mapping[str, Format]:
    known = formats()
    if layout is None:
        return known
    if layout not in known:
        raise TruthError(f"there is no format {layout!r}; there are {', '.join(known)}")
    return {layout: known[layout]}


def _taken(
    parsed: Parsed, project: Project, source: str, sha256: str, known: Mapping[str, Format]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    rejected: list[tuple[Any, ...]] = []
    for line, text in _lines(parsed):
        try:
            row = _row(project, source, given(parse_json(text.encode()), known))
        except Rejected as wrong:
            rejected.append((line, wrong.reason, wrong.detail, text[:KEPT]))
        else:
            row |= {"source": source, "file_sha256": sha256, "line": line}
            rows.append(tuple(row[name] for name in READ))
    return rows, rejected


def _lines(parsed: Parsed) -> Iterator[tuple[int, str]]:
    for part in parsed.parts("truth"):
        yield from pl.read_parquet(part, columns=["line", "record"]).iter_rows()


def _quarantined(parsed: Parsed) -> Iterator[tuple[Any, ...]]:
    for part in parsed.parts("quarantine"):
        yield from pl.read_parquet(part, columns=["line", "reason", "detail", "raw"]).iter_rows()


def _row(project: Project, source: str, said: Given) -> dict[str, Any]:
    content = _content(project, said)
    item = item_id(content)
    if said.item_id and ITEM.fullmatch(said.item_id) and said.item_id != item:
        detail = "item_id is not the digest of its input: the item is another project's, or its input was changed"
        raise Rejected("item", detail)
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


def _with_variants(project: Project, said: Given) -> Any:
    kind = project.answer_kind
    return kind.with_variants(said.answer, said.variants) if isinstance(kind, HasVariants) else said.answer


def _content(project: Project, said: Given) -> Any:
    if not project.judges_outputs:
        return said.input
    if said.whole:
        if not isinstance(said.input, dict) or said.input.keys() != {"input", "output"}:
            raise Rejected("item", f"{project.name} judges outputs, and this item is an input alone")
        return said.input
    if said.output is None:
        raise Rejected("schema", f"output is missing: {project.name} judges outputs, so an item is input and output")
    return {"input": said.input, "output": said.output}


def _undivided(rows: pl.DataFrame, rejected: list[tuple[Any, ...]], source: str) -> Records:
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


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw[:KEPT].decode("utf-8", "replace")
