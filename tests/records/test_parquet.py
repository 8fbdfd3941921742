"""Parquet from strangers: rows as from lines, and files that are broken in every layer."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from gt_platform.records.compression import RATIO_FROM, RECORD_COST
from tests.records.conftest import Read
from tests.records.samples import DATA, event, feedback, lines

BAD_DATA = DATA / "parquet-testing-bad_data" / "bad_data"
WHEN = datetime(2026, 1, 5, 8, tzinfo=UTC)


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, **options)
    return bytes(sink.getvalue())


def events(count: int, **columns: Any) -> dict[str, Any]:
    return {
        "id": [f"e-{n}" for n in range(count)],
        "occurred_at": pa.array([WHEN] * count, pa.timestamp("us", "UTC")),
        "model": ["m-1"] * count,
        "input": [f"text {n}" for n in range(count)],
        "output": ["positive"] * count,
        "confidence": [0.9] * count,
    } | columns


def test_a_row_is_the_same_record_as_a_line(read: Read) -> None:
    from_rows = read(parquet(events(2)), "a.parquet").accepted
    from_lines = read(lines(event(0), event(1))).accepted
    places = ("line", "byte_offset", "raw_bytes", "raw", "replays")
    assert [{k: v for k, v in row.items() if k not in places} for row in from_rows] == [
        {k: v for k, v in row.items() if k not in places} for row in from_lines
    ]
    assert [row["line"] for row in from_rows] == [1, 2]


def test_events_and_feedback_in_one_file(read: Read) -> None:
    given = [event(1), feedback(2, value="up")]
    columns = {name: [row.get(name) for row in given] for name in {**given[0], **given[1]}}
    found = read(parquet(columns), "a.parquet")
    assert found.quarantine == []
    assert found.rows["feedback"][0]["value"] == '"up"'
    assert found.rows["event"][0]["event_id"] == "e-1"


def test_types_become_the_json_that_says_the_same(read: Read) -> None:
    row = {
        "whole": pa.array([Decimal("12345678901234567890")], pa.decimal128(38, 0)),
        "tenths": pa.array([Decimal("0.5")], pa.decimal128(5, 2)),
        "day": pa.array([date(2026, 1, 5)]),
        "list": pa.array([[1, None]]),
        "nested": pa.array([{"a": 1, "b": None, "c": [{"d": "é"}]}]),
        "map": pa.array([[("k", 1.5)]], pa.map_(pa.string(), pa.float64())),
    }
    names = list(row)
    struct = pa.StructArray.from_arrays([pa.array(row[name]) for name in names], names)
    (found,) = read(parquet(events(1, attributes=struct, id=[7])), "a.parquet").accepted
    assert json.loads(found["attributes"]) == {
        "whole": 12345678901234567890,
        "tenths": 0.5,
        "day": "2026-01-05",
        "list": [1, None],
        "nested": {"a": 1, "c": [{"d": "é"}]},
        "map": {"k": 1.5},
    }
    assert found["event_id"] == "7"


def test_declared_json_and_attributes_given_as_text_are_parsed(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "written by duckdb.parquet"
    duckdb.execute(
        "COPY (SELECT 'e' AS id, TIMESTAMPTZ '2026-01-05 08:00:00Z' AS occurred_at, 'm' AS model, "
        """'[1, 2]'::JSON AS input, '[1]' AS output, '{"a": 1}' AS attributes) TO '"""
        + str(file)
        + "' (FORMAT parquet)"
    )
    (found,) = read(file.read_bytes(), "a.parquet").accepted
    assert (found["input"], found["output"], found["attributes"]) == ("[1,2]", '"[1]"', '{"a":1}')


@pytest.mark.parametrize(
    ("column", "values", "reason", "detail"),
    [
        ("confidence", pa.array([float("nan")]), "number", "confidence is nan; leave it empty instead"),
        ("occurred_at", pa.array([datetime(2026, 1, 5)]), "time", "occurred_at is '2026-01-05T00:00:00'; allowed is"),  # noqa: DTZ001
        ("occurred_at", pa.array([2**62], pa.timestamp("us", "UTC")), "time", "occurred_at is '4611686018427 seconds"),
        ("input", pa.array([b"\xff"], pa.binary()), "schema", "input is of type bytes, which JSON does not have"),
        ("input", pa.array([Decimal("0.12345678901234567")]), "number", "input is 0.12345678901234567, which a double"),
        ("attributes", pa.array(["{"]), "json", "attributes is no JSON text: Expecting property name"),
        ("attributes", pa.array([[("k", 1), ("k", 2)]], pa.map_(pa.string(), pa.int64())), "duplicate_key",
         "attributes gives the same key twice"),
        ("model", pa.array([None], pa.string()), "schema", "model is missing"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named(read: Read, column: str, values: Any, reason: str, detail: str) -> None:
    found = read(parquet(events(1) | {column: values}), "a.parquet")
    assert found.reasons == [reason]
    assert found.quarantine[0]["detail"].startswith(detail)


def test_a_text_that_is_not_utf8_spoils_its_row_only(read: Read) -> None:
    texts = pa.array([b"fine", b"\xff\xfe"], pa.binary()).view(pa.string())
    found = read(parquet(events(2, input=texts)), "a.parquet")
    assert [row["line"] for row in found.accepted] == [1]
    assert found.reasons == ["encoding"]


def test_nanoseconds_are_not_lost(read: Read) -> None:
    when = pa.array([WHEN.timestamp() * 1e9], pa.int64()).cast(pa.timestamp("ns", "UTC"))
    (row,) = read(
        parquet(events(1, occurred_at=pa.compute.add(when, pa.scalar(7, pa.duration("ns"))))), "a.parquet"
    ).accepted
    assert row["occurred_at"] == WHEN
    assert row["rescued"] == '{"occurred_at":"2026-01-05T08:00:00.000000007Z"}'


def test_a_corrupt_page_leaves_the_other_row_groups(read: Read) -> None:
    content = bytearray(
        parquet(events(300), row_group_size=100, write_page_checksum=True, compression="none", use_dictionary=False)
    )
    at = content.index(b"text 150")
    content[at] ^= 1
    found = read(bytes(content), "a.parquet")
    assert [row["line"] for row in found.accepted] == [*range(1, 101), *range(201, 301)]
    (broken,) = found.quarantine
    assert (broken["reason"], broken["line"]) == ("corrupt", 101)
    assert broken["detail"].startswith("0 of 100 rows of row group 1: ")
    assert "CRC" in broken["detail"]


def test_brotli_is_refused_from_the_footer(read: Read) -> None:
    found = read(parquet(events(3), compression="brotli"), "a.parquet")
    assert found.reasons == ["file"]
    assert found.quarantine[0]["detail"].startswith("compressed with BROTLI")


def test_deep_nesting_is_refused_before_a_row_is_read(read: Read) -> None:
    lists: Any = 1
    structs: Any = 1
    for _ in range(70):
        lists, structs = [lists], {"a": structs}
    for nested in (lists, structs):
        found = read(parquet(events(1, attributes=pa.array([nested]))), "a.parquet")
        assert found.reasons == ["depth"]


def test_columns_of_the_same_name_are_refused(read: Read) -> None:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["id", "id"]), sink)
    assert read(bytes(sink.getvalue()), "a.parquet").reasons == ["duplicate_key"]


def test_no_rows_is_empty(read: Read) -> None:
    assert read(parquet(events(0)), "a.parquet").reasons == ["empty"]


@pytest.mark.slow
def test_rows_that_cost_nothing_to_write_stop_at_the_ratio(read: Read) -> None:
    content = parquet({"id": pa.nulls(3_000_000, pa.int8())})
    found = read(content, "a.parquet")
    assert len(content) < 10_000
    assert found.lines < RATIO_FROM // RECORD_COST + 2
    assert found.reasons[-1] == "expansion"


def test_a_huge_footer_and_a_cut_file_are_refused(read: Read) -> None:
    whole = parquet(events(10))
    for content in (whole[:-100], whole[:-8] + b"\xff\xff\xff\x7fPAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"PAR1"):
        found = read(content, "a.parquet")
        assert found.reasons == ["file"]
        assert found.quarantine[0]["detail"].startswith("not a Parquet file that can be read")


@pytest.mark.skipif(not BAD_DATA.exists(), reason="the corpus is not here")
def test_the_corpus_of_broken_files_ends_in_quarantine(read: Read) -> None:
    ended = {file.name: read(file.read_bytes(), file.name) for file in sorted(BAD_DATA.glob("*.parquet"))}
    assert {name: (found.lines, sorted(set(found.reasons))) for name, found in ended.items()} == {
        "ARROW-GH-41317.parquet": (3, ["corrupt", "schema"]),
        "ARROW-GH-41321.parquet": (2, ["corrupt"]),
        "ARROW-GH-43605.parquet": (21186, ["schema"]),
        "ARROW-GH-45185.parquet": (1, ["corrupt"]),
        "ARROW-GH-47662.parquet": (1, ["corrupt"]),
        "ARROW-RS-GH-6229-DICTHEADER.parquet": (1, ["corrupt"]),
        "ARROW-RS-GH-6229-LEVELS.parquet": (1, ["corrupt"]),
        "PARQUET-1481.parquet": (1, ["file"]),
    }
    assert all(found.accepted == [] for found in ended.values())
