"""Scores as a Markdown table."""

from gt_platform.benchmark import score_table

ROW = {
    "metric": "accuracy", "label": "*", "period": "2026-01-05", "slice": "channel=a|b", "model": "*",
    "estimate": 0.81234, "low": 0.7, "high": 0.9, "n": 40, "population": 1400, "verdict": "insufficient_evidence",
}  # fmt: skip


def test_a_row_is_a_line() -> None:
    lines = score_table([ROW, ROW | {"estimate": None, "low": None, "high": None, "n": 0}]).splitlines()
    assert len(lines) == 4
    assert lines[0].count("|") == lines[1].count("|")
    assert lines[2].startswith("| accuracy | * | 2026-01-05 | channel=a\\|b | * | 0.812 | 0.700 to 0.900 | 40 |")
    assert lines[2].endswith("| 1,400 | insufficient evidence |")
    assert "| – | – | 0 |" in lines[3]
