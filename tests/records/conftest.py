"""A reading process shared by the tests of this folder, and a way to put bytes through it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gt_platform.records import Parsed, Parser

Read = Callable[..., "Outcome"]


class Outcome:
    """What a file became."""

    def __init__(self, parsed: Parsed) -> None:
        self.lines = parsed.lines
        self.rows = {
            kind: parsed.frame(kind).to_dicts()
            for kind in ("event", "feedback", "annotation", "quarantine")
            if kind == "quarantine" or (kind == "annotation") == (parsed.purpose == "annotations")
        }

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        """The quarantined records."""
        return self.rows["quarantine"]

    @property
    def reasons(self) -> list[str]:
        """Their reasons, in the order of the file."""
        return [row["reason"] for row in self.quarantine]

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """Records of every kind that were taken in, in the order of the file."""
        rows = [row for kind, found in self.rows.items() if kind != "quarantine" for row in found]
        return sorted(rows, key=lambda row: row["line"])


@pytest.fixture(scope="session")
def parser() -> Iterator[Parser]:
    """One process for all."""
    with Parser() as shared:
        yield shared


@pytest.fixture
def read(parser: Parser, tmp_path: Path) -> Read:
    """Reads bytes as a file of a name, and checks that no line was lost."""

    def read_bytes(content: bytes, name: str = "a.jsonl", purpose: Any = "inbox") -> Outcome:
        source = tmp_path / "source"
        source.write_bytes(content)
        found = Outcome(parser.parse(source, name, tmp_path / "parts", purpose))
        assert found.lines == len(found.accepted) + len(found.quarantine)
        return found

    return read_bytes
