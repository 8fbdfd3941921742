"""Splitting into lines: the same whatever the blocks, and never more than is allowed in memory."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gt_platform.records.lines import BOM, KEPT, MAX_LINE, Lines, Place

CONTENT = st.lists(st.sampled_from([b"\n", b"\r\n", b" ", b"\t", b"a", b"\x0c", b"{}", BOM, b"\xff"])).map(b"".join)


def expected(content: bytes) -> list[Place]:
    skipped = len(BOM) if content.startswith(BOM) else 0
    found, offset = [], skipped
    for number, raw in enumerate(content[skipped:].split(b"\n"), 1):
        found.append(Place(number, offset, len(raw), raw))
        offset += len(raw) + 1
    return [place for place in found[:-1] if place.raw and place.raw.strip(b" \t\r")] + found[-1:]


@given(CONTENT, st.lists(st.integers(0, 40)))
def test_lines_do_not_depend_on_the_blocks(content: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(content)]
    lines = Lines(content[start:end] for start, end in pairwise(edges))
    assert [*lines, lines.rest] == expected(content)


def test_of_a_line_that_is_too_long_the_start_and_the_length_are_kept() -> None:
    length = 10 * MAX_LINE + 7
    held = 0

    def blocks() -> Iterator[bytes]:
        nonlocal held
        yield b"{}\n"
        for _ in range(10):
            yield b"a" * MAX_LINE
            held = max(held, len(lines.rest.raw or b""))
        yield b"b" * 7 + b"\n[]\n"

    lines = Lines(blocks())
    assert list(lines) == [Place(1, 0, 2, b"{}"), Place(2, 3, length, b"a" * KEPT), Place(3, 3 + length + 1, 2, b"[]")]
    assert held <= MAX_LINE


def test_a_line_too_long_within_one_block_is_cut_the_same_way() -> None:
    content = b"a" * (MAX_LINE + 1) + b"\n" + b"b" * (MAX_LINE + 1) + b"\n" + b"c" * (MAX_LINE + 1)
    lines = Lines([content])
    assert [(place.raw_bytes, len(place.raw or b"")) for place in [*lines, lines.rest]] == [(MAX_LINE + 1, KEPT)] * 3
