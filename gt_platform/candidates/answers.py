"""What a record says that a candidate answered, and to what. Whether the item is known belongs in `intake`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from gt_platform.canonical import canonical, digest
from gt_platform.formats.plain import INPUTS
from gt_platform.formats.record import a_duration, a_name, a_share, an_amount
from gt_platform.project import Project
from gt_platform.project.outputs import Outputs
from gt_platform.records import Rejected, item_id, shown
from gt_platform.records.fields import prose

OUTPUTS = ("output", "answer", "prediction")
ITEM = re.compile(r"[0-9a-f]{64}")
KEPT = 1_000
"""Characters of a record that go into the sheet of what was not taken."""
LONGEST_ERROR = 500
"""Characters of an error that are kept: what comes after is a traceback."""
MOST = 10_000
"""Repetitions of one item: a larger number is something else in the wrong column."""
UNTAKEN: dict[str, pl.DataType] = {"line": pl.Int64(), "reason": pl.String(), "detail": pl.String(), "raw": pl.String()}
SAID: dict[str, pl.DataType] = {
    "repetition": pl.Int32(), "output": pl.String(), "error": pl.String(), "confidence": pl.Float64(),
    "seconds": pl.Float64(), "cost": pl.Float64(),
}  # fmt: skip
ROWS: dict[str, pl.DataType] = {"line": pl.Int64(), "raw": pl.String(), "content_digest": pl.String(), **SAID}
NAMED: dict[str, pl.DataType] = {"line": pl.Int64(), "rank": pl.Int64(), "how": pl.String(), "id": pl.String()}


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Answers by line, the ids that each line has `named` its item by, the surest first, and `rejected` lines."""

    rows: pl.DataFrame
    named: pl.DataFrame
    rejected: pl.DataFrame


def answers(
    project: Project,
    records: Iterable[tuple[int, str, Mapping[str, Any]]],
    *,
    repetition: int = 1,
    rejected: Iterable[tuple[Any, ...]] = (),
) -> Answers:
    """What records say, each given with its line and its text; `repetition` is of those that name none."""
    rows: list[tuple[Any, ...]] = []
    named: list[tuple[Any, ...]] = []
    refused = list(rejected)
    for line, text, record in records:
        try:
            said, names = _said(project.outputs, record, repetition), list(_names(record))
        except Rejected as wrong:
            refused.append((line, wrong.reason, wrong.detail, text[:KEPT]))
        else:
            content = canonical([said["output"], said["error"], said["confidence"]])
            rows.append((line, text[:KEPT], digest(content), *(said[name] for name in SAID)))
            named.extend((line, rank, how, one) for rank, (how, one) in enumerate(names))
    return Answers(rows=_frame(rows, ROWS), named=_frame(named, NAMED), rejected=_frame(refused, UNTAKEN))


def _frame(rows: list[tuple[Any, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _said(outputs: Outputs, record: Mapping[str, Any], repetition: int) -> dict[str, Any]:
    name = next((one for one in OUTPUTS if one in record), None)
    error = _error(record.get("error"))
    if error is None and name is None:
        raise Rejected(
            "schema", f"output is missing: none of {', '.join(OUTPUTS)} is there, and no error; it has "
            f"{', '.join(map(str, record)) or 'nothing'}",
        )  # fmt: skip
    if error is not None and name is not None and record[name] not in (None, ""):
        raise Rejected("schema", f"it has both {name} and an error, {shown(error)}; an answer has none")
    return {
        "repetition": _a_repetition(record.get("repetition"), repetition),
        "output": None if error is not None or name is None else as_kept(outputs, record[name]),
        "error": error,
        "confidence": a_share("confidence", record.get("confidence")),
        "seconds": a_duration("seconds", record.get("seconds")),
        "cost": an_amount("cost", record.get("cost")),
    }


def as_kept(outputs: Outputs, value: Any) -> str:
    """An output as the lake keeps it: as it came, but for a text that stands for an answer which is no text."""
    if not isinstance(value, str) or outputs.read(value).reason is None or outputs.found(value).reason is None:
        return canonical(value)
    read = outputs.written(value)
    return canonical(value if read.reason else read.answer)


def _error(value: Any) -> str | None:
    if value is None or value in ("", False):
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return str(prose("error", text)[0])[:LONGEST_ERROR]


def _a_repetition(value: Any, default: int) -> int:
    if value is None:
        return default
    text = str(value)
    if isinstance(value, bool) or not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise Rejected("schema", f"repetition is {shown(value)}; allowed is 1, 2, 3, …")
    return int(text)


def _names(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Kinds of ids and ids, the surest first. Raises Rejected where there is none, and where two contradict."""
    item = a_name("item_id", record.get("item_id"))
    event = a_name("event_id", record.get("event_id"))
    either = a_name("id", record.get("id"))
    asked = next((name for name in INPUTS if record.get(name) not in (None, "")), None)
    inputs = [] if asked is None else list(_items(record[asked]))
    if item is not None and inputs and ITEM.fullmatch(item) and item not in inputs:
        raise Rejected("item", f"item_id is not the digest of its {asked}: the item is another one, or was changed")
    found = [("item", item), ("event", event), *(("item", one) for one in inputs), ("item", either), ("event", either)]
    if not any(one for _, one in found):
        raise Rejected("schema", f"none of item_id, event_id, id, {', '.join(INPUTS)} is there, so that it has no item")
    yield from ((how, one) for how, one in found if one is not None)


def _items(value: Any) -> Iterator[str]:
    """The items that an input may be: of a text also what it is as JSON, as a sheet writes objects."""
    yield item_id(value)
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "[", '"'):
        try:
            yield item_id(json.loads(value))
        except (ValueError, RecursionError):
            return
