"""Declarations of drift that are wrong: every one is a sentence with its file and line."""

from pathlib import Path

import pytest

from tests.test_declaration import GOOD, write
from tests.test_wrong_declarations import says_so

COLUMNS = "    - {name: output, of: output}\n"
TEXT = "    - {name: text, of: input, descriptor: %s}\n"
PRESET = f"  preset: %s\n  columns:\n{COLUMNS}"

WRONG = [
    ("last: 2026-01-06", "last: 2026-01-04", 9, "drift.reference: last (2026-01-04) is before first (2026-01-05)"),
    ("first: 2026-01-05", "first: 2025-12-31", 9, "2025-12-31 is before the project starts, on 2026-01-05"),
    (COLUMNS, COLUMNS * 2, 12, "drift.columns.1.name: 'output' is the name of another column, too"),
    ("of: output", "of: outputs", 11, "drift.columns.0.of: 'outputs' must begin with one of input, output"),
    ("of: output", "of: output, measure: hour", 11, "measure: an answer has no hour; name where in the output a time"),
    ("of: output", "of: confidence, measure: words", 11, "measure: confidence is a number and has no words"),
    (f"  columns:\n{COLUMNS}", "  columns: []\n", 10, "drift.columns: has 0, and needs at least 1"),
    ("  columns:", "  alpha: 0.7\n  columns:", 10, "drift.alpha: must be below 0.5, and is 0.7"),
    ("  columns:", "  alpha: .nan\n  columns:", 10, "drift.alpha: must be a finite number"),
    (COLUMNS, "    - {name: output, of: output, method: kss}\n", 11, "method: must be 'TVD', 'anderson', 'chisquare'"),
    (
        COLUMNS,
        "    - {name: sure, of: confidence, method: chisquare}\n",
        11,
        "method chisquare compares categories, and these are numbers; ks or psi would do",
    ),
    (
        COLUMNS,
        "    - {name: text, of: input, measure: words, method: perc_text_content_drift}\n",
        11,
        "perc_text_content_drift is told of free text, and goes with no other measure",
    ),
    (
        COLUMNS,
        "    - {name: text, of: input, descriptor: sentimant}\n",
        11,
        "'sentimant' is none; there are begins_with, contains",
    ),
    (
        COLUMNS,
        "    - {name: text, of: input, descriptor: semantic_similarity}\n",
        11,
        "semantic_similarity needs a model that Evidently downloads",
    ),
    (COLUMNS, TEXT % "toxicity", 11, "toxicity needs a model"),
    (
        COLUMNS,
        "    - {name: text, of: input, descriptor: regexp}\n",
        11,
        "regexp needs what to look for: {regexp: TEXT}",
    ),
    (
        COLUMNS,
        "    - {name: text, of: input, descriptor: {regexp: '['}}\n",
        11,
        "regexp '[' cannot be read: unterminated",
    ),
    (COLUMNS, TEXT % "{regexp: [a, b]}", 11, "regexp looks for one text, not 2"),
    (
        COLUMNS,
        "    - {name: text, of: input, descriptor: {contains: 5}}\n",
        11,
        "contains looks for a list of texts, not 5",
    ),
    (
        COLUMNS,
        "    - {name: text, of: input, descriptor: word_count, measure: words}\n",
        11,
        "a descriptor says something of a text; it goes with no measure",
    ),
    (
        COLUMNS,
        "    - {name: text, of: input, descriptor: word_count, method: z}\n",
        11,
        "method z compares categories, and these are numbers",
    ),
    (
        f"  columns:\n{COLUMNS}",
        f"  preset: text_evals\n  columns:\n{COLUMNS}",
        10,
        "text_evals is no drift: it describes the texts of one frame",
    ),
    (f"  columns:\n{COLUMNS}", PRESET % "regression", 10, "regression is no drift"),
    (
        f"  columns:\n{COLUMNS}",
        f"  preset: drifts\n  columns:\n{COLUMNS}",
        10,
        "preset: must be 'data_drift', not 'drifts'",
    ),
    (
        COLUMNS,
        "    - {name: text, of: input, measure: meaning, method: psi}\n",
        11,
        "meaning is told by a classifier; of methods abs_text_content_drift and perc_text_content_drift are one",
    ),
    (COLUMNS, "    - {name: text, of: input, embedding: e5}\n", 11, "an embedding is for measure: meaning"),
]


@pytest.mark.parametrize(("old", "new", "line", "says"), WRONG, ids=lambda value: str(value)[:40])
def test_one_mistake_is_one_sentence_where_it_stands(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    says_so(write(tmp_path, GOOD.replace(old, new, 1)), line, says)
