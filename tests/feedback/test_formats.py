"""docs/formats.md says what the code does, and its examples are taken in."""

import re
from pathlib import Path

import pytest

from gt_platform.records import REASONS
from gt_platform.records.compression import MAX_RATIO
from gt_platform.records.fields import FIRST_YEAR, LAST_YEAR, MAX_NAME
from gt_platform.records.lines import MAX_LINE
from gt_platform.records.schema import ANNOTATION, ANNOTATIONS, EVENT, FEEDBACK, Format, read
from gt_platform.records.strict_json import MAX_DEPTH, parse_json
from tests.feedback.conftest import Desk

DOCUMENT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```json\n(.*?)\n```$", DOCUMENT, re.DOTALL | re.MULTILINE)


def section(title: str) -> str:
    return DOCUMENT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_examples_are_taken_in(desk: Desk) -> None:
    event, feedback, annotation = EXAMPLES
    desk.put("dt=2026-01-05/a.jsonl", f"{event}\n{feedback}\n".encode())
    taken = desk.ingest()
    assert (taken.events, taken.feedback, taken.quarantined) == (1, 1, 0)
    assert read(parse_json(annotation.encode()), ANNOTATIONS, None)[0] is ANNOTATION
    assert desk.rows("SELECT rescued FROM events UNION ALL SELECT rescued FROM feedback") == [(None,), (None,)]


@pytest.mark.parametrize(
    ("title", "known", "example"),
    [("Events", EVENT, 0), ("Feedback", FEEDBACK, 1), ("Annotations", ANNOTATION, 2)],
)
def test_every_field_is_listed_with_its_meaning_and_shown(title: str, known: Format, example: int) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", section(title), re.MULTILINE)
    assert {name: ("**required**" in kind, meaning) for name, kind, meaning in rows} == {
        field.name: (field.required, field.meaning) for field in known.fields
    }
    shown = set(parse_json(EXAMPLES[example].encode()))
    assert shown == {field.name for field in known.fields} | {"type"}


def test_every_reason_is_listed() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", section("What happens to the rest"), re.MULTILINE)) == REASONS


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"years {FIRST_YEAR} to {LAST_YEAR}" in DOCUMENT
    assert f"1 to {MAX_NAME} characters" in DOCUMENT
    assert f"nested at most {MAX_DEPTH} deep" in DOCUMENT
    assert f"longer than {MAX_LINE >> 20} MiB" in REASONS["too_long"]
    assert f"more than {MAX_RATIO} times" in REASONS["expansion"]
    assert f"deeper than {MAX_DEPTH} levels" in REASONS["depth"]
