"""Any bytes at all: every line is accounted for, and the good ones among them land."""

import gzip
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gt_platform.records import REASONS
from tests.records.conftest import Read
from tests.records.samples import event, lines

COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "jsonl": bytes,
    "jsonl.gz": gzip.compress,
    "jsonl.zst": zstandard.compress,
}
LINE = (
    st.binary(max_size=100) | st.text(max_size=50).map(str.encode) | st.sampled_from([b"{}", b"[", b'{"id":1}', b"\r"])
)
SHARED = [HealthCheck.function_scoped_fixture]  # the folder is emptied for each example


@settings(max_examples=30, deadline=None, suppress_health_check=SHARED)
@given(st.lists(LINE.map(lambda raw: raw.replace(b"\n", b"")), max_size=30), st.sampled_from(sorted(COMPRESSORS)))
@pytest.mark.slow
def test_good_lines_land_among_any_garbage(read: Read, garbage: list[bytes], ending: str) -> None:
    planted = [line for n, raw in enumerate(garbage) for line in (event(n), raw)]
    found = read(COMPRESSORS[ending](lines(*planted)), f"a.{ending}")
    assert [row["event_id"] for row in found.accepted] == [f"e-{n}" for n in range(len(garbage))]
    if garbage:
        kept = {row["line"]: row["raw"] for row in found.quarantine}
        assert kept == {2 * n + 2: raw for n, raw in enumerate(garbage) if raw.strip(b" \t\r")}


@settings(max_examples=30, deadline=None, suppress_health_check=SHARED)
@given(
    st.binary(max_size=300), st.sampled_from(["", "PAR1", "gzip", "zstd"]), st.sampled_from([*COMPRESSORS, "parquet"])
)
@pytest.mark.slow
def test_any_bytes_end_in_quarantine_with_a_known_reason(read: Read, content: bytes, start: str, ending: str) -> None:
    starts = {"": b"", "PAR1": b"PAR1", "gzip": gzip.compress(content), "zstd": zstandard.compress(content)}
    found = read(starts[start] + content, f"a.{ending}")
    assert found.accepted == []
    assert found.lines >= 1
    assert set(found.reasons) <= set(REASONS) - {"parser_died"}
    assert all(row["detail"].isprintable() for row in found.quarantine)


@settings(max_examples=30, deadline=None, suppress_health_check=SHARED)
@given(data=st.data())
@pytest.mark.slow
def test_one_flipped_byte_loses_nothing_silently(read: Read, data: st.DataObject, sound: dict[str, bytes]) -> None:
    ending = data.draw(st.sampled_from(sorted(sound)))
    content = bytearray(sound[ending])
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    found = read(bytes(content), f"a.{ending}")
    names = {row["event_id"] for row in found.accepted}
    assert found.quarantine or len(found.accepted) == 20
    if ending.endswith((".gz", ".zst")):  # a checksum covers everything
        assert names <= {f"e-{n}" for n in range(20)}


@pytest.fixture(scope="module")
def sound() -> dict[str, bytes]:
    body = lines(*(event(n) for n in range(20)))
    checked = zstandard.ZstdCompressor(write_checksum=True)
    return {"jsonl": body, "jsonl.gz": gzip.compress(body), "jsonl.zst": checked.compress(body)}
