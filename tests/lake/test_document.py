"""docs/tables.md says what tables.py says."""

from pathlib import Path

from gt_platform.lake.document import page


def test_the_page_in_the_docs_is_the_one_made_from_the_definitions() -> None:
    written = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    assert written == page(), "run: python -m gt_platform.lake.document > docs/tables.md"
