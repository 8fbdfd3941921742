"""What a file really is, and how much of a compressed one can be believed.

A compressed file is read twice: first only to find how far its checksums hold and that it is no bomb, then for
its content, which therefore never has to be taken back.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import zstandard

from gt_platform.records.reasons import Rejected

Codec = Literal["none", "gzip", "zstd"]
Layout = Literal["lines", "parquet", "csv"]

# real logs reach 20:1, and 100:1 when every line repeats the last; deflate can reach 1,032:1, zstd 32,768:1
MAX_RATIO = 250
RATIO_FROM = 64 << 20  # bytes that any file may decompress to: small ones harm nobody
RECORD_COST = 64  # bytes a line or row counts beside its own: a file of a kilobyte can hold a billion empty ones
PLAIN_BLOCK = 4 << 20
COMPRESSED_BLOCK: dict[Codec, int] = {"gzip": 64 << 10, "zstd": 2 << 10}  # neither can expand to more than 66 MiB
MAX_WINDOW = 128 << 20  # what zstd needs at its highest ordinary level; a header may ask for terabytes

_CODECS: dict[str, Codec] = {"": "none", ".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
_ENDINGS: dict[str, tuple[Layout, Codec]] = {
    **{stem + end: ("lines", codec) for stem in (".jsonl", ".ndjson", ".json") for end, codec in _CODECS.items()},
    ".parquet": ("parquet", "none"),
    ".csv": ("csv", "none"),
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PAR1", "Parquet"),
    (b"PARE", "encrypted Parquet"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "a zip archive"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
)
_LOOKS_LIKE = {"parquet": "Parquet", "gzip": "gzip", "zstd": "zstd", "none": "text"}


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


@dataclass(frozen=True)
class Extent:
    """The first `size` decompressed bytes can be believed; `problem` says why no more can."""

    size: int
    problem: Rejected | None


def named_as_records(name: str) -> bool:
    """Whether a name ends as that of a file that is read does."""
    return name.lower().endswith(tuple(_ENDINGS))


def identify(name: str, head: bytes, *, csv: bool) -> tuple[Layout, Codec]:
    """Layout and codec by name and first bytes, which must agree. Raises Rejected."""
    if not head:
        raise Rejected("empty", "the file has no bytes")
    ending = max((e for e in _ENDINGS if name.lower().endswith(e)), key=len, default="")
    looks = next((what for magic, what in _MAGIC if head.startswith(magic)), "text")
    if not ending or (ending == ".csv" and not csv):
        allowed = ", ".join(e for e in _ENDINGS if csv or e != ".csv")
        raise Rejected("file", f"the name does not end in one of {allowed}; it looks like {looks}")
    layout, codec = _ENDINGS[ending]
    wanted = _LOOKS_LIKE["parquet" if layout == "parquet" else codec]
    if looks != wanted:
        raise Rejected("file", f"the name ends in {ending}, so it should be {wanted}, but it looks like {looks}")
    return layout, codec


def measure(source: Path, codec: Codec) -> Extent:
    """How much of the file can be believed."""
    compressed = source.stat().st_size
    if codec == "none":
        return Extent(compressed, None)
    most = max(RATIO_FROM, MAX_RATIO * compressed)
    sound = total = cost = 0
    try:
        for block, verified in _decompressed(source, codec):
            cost += len(block) + RECORD_COST * block.count(b"\n")
            if cost > most:
                found = f"{compressed} bytes become more than {MAX_RATIO} times as many; {total} of them were read"
                return Extent(total, Rejected("expansion", found))
            total += len(block)
            sound = total if verified else sound
    except (zlib.error, zstandard.ZstdError) as error:
        return Extent(sound, Rejected("corrupt", f"no valid {codec} after {sound} decompressed bytes ({error})"))
    except EOFError:
        return Extent(total, Rejected("truncated", f"the {codec} stream ends in its middle, after {total} bytes"))
    return Extent(total, None)


def blocks(source: Path, codec: Codec, size: int) -> Iterator[bytes]:
    """The first `size` bytes of the content."""
    if not size:
        return
    found = _plain(source) if codec == "none" else (block for block, _ in _decompressed(source, codec))
    for block in found:
        if len(block) >= size:
            yield block[:size]
            return
        size -= len(block)
        yield block


def _plain(source: Path) -> Iterator[bytes]:
    with source.open("rb") as stream:
        while block := stream.read(PLAIN_BLOCK):
            yield block


def _decompressed(source: Path, codec: Codec) -> Iterator[tuple[bytes, bool]]:
    """Blocks of content, each with whether everything up to its end has been verified.

    Raises the codec's error where it is invalid, and EOFError where it stops in the middle.
    """
    with source.open("rb") as stream:
        decoder: _Decompressor | None = None
        while data := stream.read(COMPRESSED_BLOCK[codec]):
            while data := data if decoder else data.lstrip(b"\0"):  # padding between gzip members is allowed
                decoder = decoder or _decoder(codec)
                block = decoder.decompress(data)
                data = decoder.unused_data
                verified = decoder.eof
                decoder = None if verified else decoder
                yield block, verified
        if decoder:
            raise EOFError


def _decoder(codec: Codec) -> _Decompressor:
    if codec == "gzip":
        return zlib.decompressobj(wbits=31)
    return zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).decompressobj()
