"""Whole files of lines: what a name promises, compression, and every way a file can be cut or inflated."""

import gzip
import zlib

import pytest
import zstandard

from gt_platform.records.compression import MAX_RATIO
from gt_platform.records.lines import KEPT, MAX_LINE
from tests.records.conftest import Read
from tests.records.samples import event, feedback, lines

BODY = lines(*(event(n) for n in range(1000)))
SKIPPABLE = b"\x50\x2a\x4d\x18\x02\0\0\0xx"  # a zstd frame of somebody's own data


@pytest.mark.parametrize("name", ["a.jsonl", "day/a.ndjson", "A.JSON"])
def test_lines_are_read(read: Read, name: str) -> None:
    found = read(lines(event(1), feedback(1)), name)
    assert [(row["line"], row["byte_offset"], row["raw_bytes"]) for row in found.accepted] == [
        (1, 0, 128),
        (2, 129, 137),
    ]
    assert len(found.rows["event"]) == len(found.rows["feedback"]) == 1


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xef\xbb\xbf" + BODY, "bom.jsonl"),
        (BODY.replace(b"\n", b"\r\n"), "crlf.jsonl"),
        (BODY.replace(b"\n", b"\n \t\r\n\n"), "blank.jsonl"),
        (BODY[:-1], "no newline.jsonl"),
        (gzip.compress(BODY, mtime=0), "a.jsonl.gz"),
        (gzip.compress(BODY[:5000], mtime=0) + b"\0\0" + gzip.compress(BODY[5000:], mtime=0), "members.jsonl.gz"),
        (zstandard.compress(BODY), "a.jsonl.zst"),
        (zstandard.compress(BODY[:5000]) + SKIPPABLE + zstandard.compress(BODY[5000:]), "a.json.zstd"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_sound_way_of_writing_it_gives_the_same_records(read: Read, content: bytes, name: str) -> None:
    found = read(content, name)
    assert [row["event_id"] for row in found.accepted] == [f"e-{n}" for n in range(1000)]
    assert found.quarantine == []


@pytest.mark.parametrize(
    ("content", "name", "reason", "detail"),
    [
        (b"", "a.jsonl", "empty", "the file has no bytes"),
        (b"", "a.parquet", "empty", "the file has no bytes"),
        (b" \n\r\n\t\n ", "a.jsonl", "empty", "the file holds no record"),
        (b"\xef\xbb\xbf", "a.jsonl", "empty", "the file holds no record"),
        (gzip.compress(b"", mtime=0), "a.jsonl.gz", "empty", "the file holds no record"),
        (BODY, "a.jsonl.gz", "file", "the name ends in .jsonl.gz, so it should be gzip, but it looks like text"),
        (gzip.compress(BODY, mtime=0), "a.jsonl", "file",
         "the name ends in .jsonl, so it should be text, but it looks like gzip"),
        (gzip.compress(BODY, mtime=0), "a.jsonl.zst", "file",
         "the name ends in .jsonl.zst, so it should be zstd, but it looks like gzip"),
        (BODY, "a.parquet", "file", "the name ends in .parquet, so it should be Parquet, but it looks like text"),
        (b"PAR1" + BODY, "a.jsonl", "file", "the name ends in .jsonl, so it should be text, but it looks like Parquet"),
        ("{}".encode("utf-16"), "a.jsonl", "file",
         "the name ends in .jsonl, so it should be text, but it looks like UTF-16 text"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_it_says_is_one_record(
    read: Read, content: bytes, name: str, reason: str, detail: str
) -> None:
    found = read(content, name)
    assert found.accepted == []
    assert [(row["reason"], row["detail"], row["line"]) for row in found.quarantine] == [(reason, detail, 0)]


@pytest.mark.parametrize("name", ["README.md", "a.csv", "a", "jsonl", "a.jsonl.bz2"])
def test_an_unknown_ending_is_refused(read: Read, name: str) -> None:
    found = read(BODY, name)
    assert found.reasons == ["file"]
    assert found.quarantine[0]["detail"].startswith("the name does not end in one of .jsonl, .jsonl.gz")


def test_truncated_gzip_gives_the_lines_before_the_cut(read: Read) -> None:
    whole = gzip.compress(BODY)
    cut = whole[: len(whole) // 2]
    readable = zlib.decompressobj(31).decompress(cut)
    found = read(cut, "a.jsonl.gz")
    complete = readable.count(b"\n")
    assert 100 < complete < 1000
    assert [row["event_id"] for row in found.accepted] == [f"e-{n}" for n in range(complete)]
    (rest,) = found.quarantine
    assert (rest["reason"], rest["line"]) == ("truncated", complete + 1)
    assert rest["raw"] == readable[readable.rindex(b"\n") + 1 :]
    assert rest["byte_offset"] == readable.rindex(b"\n") + 1


def test_truncated_zstd_gives_the_lines_before_the_cut(read: Read) -> None:
    body = lines(*(event(n) for n in range(3000)))  # more than one block of 128 KiB
    found = read(zstandard.compress(body)[:-2000], "a.jsonl.zst")
    assert found.reasons == ["truncated"]
    assert 0 < len(found.accepted) < 3000


def test_a_wrong_checksum_takes_in_nothing_it_covers(read: Read) -> None:
    sound, broken = gzip.compress(BODY[:50_000]), bytearray(gzip.compress(BODY[50_000:]))
    broken[-5] ^= 1
    complete = BODY[:50_000].count(b"\n")
    found = read(sound + bytes(broken), "a.jsonl.gz")
    assert [row["event_id"] for row in found.accepted] == [f"e-{n}" for n in range(complete)]
    assert found.reasons == ["corrupt"]
    assert "after 50000 decompressed bytes" in found.quarantine[0]["detail"]
    assert read(bytes(broken), "a.jsonl.gz").accepted == []


def test_garbage_after_gzip_is_one_record(read: Read) -> None:
    found = read(gzip.compress(BODY) + b"garbage", "a.jsonl.gz")
    assert len(found.accepted) == 1000
    assert found.reasons == ["corrupt"]


@pytest.mark.slow
@pytest.mark.parametrize("codec", ["gz", "zst"])
def test_a_bomb_stops_at_its_ratio_after_the_good_rows(read: Read, codec: str) -> None:
    content = BODY + b"\0" * (300 << 20) + b"\n" + BODY
    bomb = gzip.compress(content) if codec == "gz" else zstandard.compress(content)
    assert len(content) / len(bomb) > MAX_RATIO
    found = read(bomb, f"a.jsonl.{codec}")
    assert len(found.accepted) == 1000
    (rest,) = found.quarantine
    assert (rest["reason"], rest["line"], rest["byte_offset"]) == ("expansion", 1001, len(BODY))
    assert rest["raw"] == b"\0" * KEPT


@pytest.mark.slow
def test_a_line_of_256_megabytes_leaves_its_neighbours_alone(read: Read) -> None:
    length = 256 << 20
    found = read(lines(event(1), b'"' + b"a" * (length - 2) + b'"', event(2)))
    assert [row["event_id"] for row in found.accepted] == ["e-1", "e-2"]
    (long,) = found.quarantine
    assert (long["reason"], long["line"], long["byte_offset"], long["raw_bytes"]) == ("too_long", 2, 129, length)
    assert long["raw"] == b'"' + b"a" * (KEPT - 1)
    assert long["detail"] == f"the line has {length} bytes; at most {MAX_LINE} are allowed"


def test_a_line_just_within_the_limit_is_taken_in(read: Read) -> None:
    text = "x" * (MAX_LINE - len(lines(event(1, input=""))) + 1)
    (row,) = read(lines(event(1, input=text))).accepted
    assert row["raw_bytes"] == MAX_LINE
    assert row["input"] == f'"{text}"'


def test_bad_lines_between_good_ones(read: Read) -> None:
    bad = [b"[" * 100_000, b'{"a": 1, "a": 2}', b"\xff\xfe", b'{"input": NaN}', b"\0", b'{"\\ud800": 1}', b"5"]
    mixed = [line for n, one in enumerate(bad) for line in (event(n), one)]
    found = read(lines(*mixed))
    assert [row["line"] for row in found.accepted] == [1, 3, 5, 7, 9, 11, 13]
    assert found.reasons == ["depth", "duplicate_key", "encoding", "json", "json", "encoding", "schema"]
    assert [row["raw"] for row in found.quarantine] == bad


def test_a_rounded_number_keeps_its_line(read: Read) -> None:
    line = lines(event(1, confidence=...))[:-2] + b',"confidence":0.1234567890123456789}\r\n'
    (row,) = read(line).accepted
    assert row["confidence"] == 0.12345678901234568
    assert b'"$raw":' in row["rescued"].encode()
    assert "0.1234567890123456789" in row["rescued"]


@pytest.mark.slow
def test_more_records_than_a_chunk_holds_come_in_order(read: Read) -> None:
    body = lines(*(event(n) if n % 3 else b"{" for n in range(60_000)))
    found = read(body)
    assert [row["line"] for row in found.accepted] == [n + 1 for n in range(60_000) if n % 3]
    assert [row["line"] for row in found.quarantine] == [n + 1 for n in range(0, 60_000, 3)]
