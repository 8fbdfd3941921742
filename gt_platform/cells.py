"""People's content as cells of a spreadsheet."""

import json
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How what a spreadsheet would run begins."""


def cell(content: Any) -> str:
    """Text for a cell; an apostrophe keeps one that looks like a formula from being run."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text
