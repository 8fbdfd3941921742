"""Cells: items whose consensus is about as often wrong, by how annotators voted and what the model put out beside it.

An item keeps the cell it was first given. How many of each cell are drawn belongs in `draw`.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from gt_platform.answers import AnswerKind, agreeing, form_of
from gt_platform.answers.form import Pick
from gt_platform.stats.label_error.cells import LEAST_UNITS, PATTERNS, patterns

UNDECIDED = PATTERNS[0]


def pattern_of(votes: str, *, decided: bool) -> str:
    """How the votes (JSON, how many gave each answer) fell: one of PATTERNS."""
    counts = list(json.loads(votes).values())
    share = max(counts, default=0) / max(sum(counts), 1)
    return PATTERNS[int(patterns(np.array([share]), np.array([decided]))[0])]


def cell_of(kind: AnswerKind, pattern: str, output: str | None, consensus: str | None) -> str:
    """A cell's name: the pattern, whether the output is what annotators say, and for single labels which they are.

    `output` (JSON) is None where it is no valid answer.
    """
    if consensus is None:
        return pattern
    agrees = output is not None and agreeing(kind, consensus, output)
    coarse = f"{pattern}, {'agrees' if agrees else 'differs'}"
    if not isinstance(form_of(kind), Pick):
        return coarse
    return f"{coarse}: model {'no valid answer' if output is None else _shown(output)}, annotators {_shown(consensus)}"


def judgement_cell(kind: AnswerKind, pattern: str, consensus: str | None) -> str:
    """The name of the cell of a judgement: the output is what is judged, so only annotators tell items apart."""
    if consensus is None or not isinstance(form_of(kind), Pick):
        return pattern
    return f"{pattern}: annotators {_shown(consensus)}"


def joined(cells: Sequence[str]) -> list[str]:
    """The same cells, those of fewer than LEAST_UNITS items joined by pattern and agreement alone."""
    counts = Counter(cells)
    return [cell if counts[cell] >= LEAST_UNITS else cell.partition(":")[0] for cell in cells]


def _shown(answer: str) -> str:
    told: Any = json.loads(answer)
    return told if isinstance(told, str) else answer
