"""Scores as people read them in Dagster's metadata. Nothing is computed here."""

from collections.abc import Iterable, Mapping
from typing import Any


def score_table(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows of `scores` as a Markdown table, in their order; a score without enough evidence shows a dash."""
    head = ["| metric | label | period | slice | model | score | 95 % interval | labels | events | verdict |"]
    head.append("|" + " --- |" * 10)
    return "\n".join(head + [_line(row) for row in rows])


def _line(row: Mapping[str, Any]) -> str:
    known = row["estimate"] is not None
    cells = [
        *(row[name] for name in ("metric", "label", "period", "slice", "model")),
        f"{row['estimate']:.3f}" if known else "–",
        f"{row['low']:.3f} to {row['high']:.3f}" if known else "–",
        f"{row['n']:,}",
        f"{row['population']:,}",
        row["verdict"].replace("_", " "),
    ]
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
