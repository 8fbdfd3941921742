"""Tiny source distributions in the real one's layout."""

import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

from gt_platform.demo.dataset import ARCHIVE, DOMAINS, INNER

Rows = list[tuple[str, str, str]]
"""Id, text and ratings cell of each text."""


def write_archive(folder: Path, rows: dict[str, Rows], *, files: dict[str, bytes] | None = None) -> Path:
    """An archive with these texts by domain; `files` replace whole files of it, by their stem and ending."""
    members: dict[str, bytes] = {}
    for domain, stem in DOMAINS.items():
        here = rows.get(domain, [])
        members[f"{stem}_GroundTruth.txt"] = _file("\t".join((key, "0.5", text)) for key, text, _ in here)
        members[f"{stem}_anonDataRatings.txt"] = _file(
            "\t".join((key, "0.5", "1.0", ratings)) for key, _, ratings in reversed(here)
        )
    inner = _tar({f"hutto_ICWSM_2014/{name}": content for name, content in (members | (files or {})).items()})
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ARCHIVE
    path.write_bytes(_tar({INNER: inner, "vaderSentiment-3.3.2/setup.py": b"raise SystemExit"}))
    return path


def _file(lines: Iterable[str]) -> bytes:
    return "\r\n".join(lines).encode("utf-8-sig")


def _tar(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    return buffer.getvalue()
