"""What corrections and outcomes say, as the project's kind of answers reads it: views hold it against truth.

What becomes of them belongs in `proposals` and `outcomes`.
"""

from functools import cache, partial

import polars as pl

from gt_platform.answers.base import agreeing
from gt_platform.lake import Store, Writer
from gt_platform.lake.forgetting import ERASED
from gt_platform.lake.tables import MEANINGS
from gt_platform.project import Project
from gt_platform.truth.proposals import meaning

SAID = f"""
    SELECT f.feedback_id, t.answer::VARCHAR AS truth,
           CASE f.signal WHEN 'correction' THEN f.value::VARCHAR ELSE f.value ->> '$' END AS value,
           CASE f.signal WHEN 'correction' THEN e.output::VARCHAR END AS output
    FROM feedback f JOIN events e ON e.event_id = f.event_id LEFT JOIN ground_truth t ON t.item_id = e.item_id
    WHERE f.signal IN ('correction', 'outcome') AND (f.value ->> '$') IS DISTINCT FROM '{ERASED}'
      AND (f.signal = 'correction' OR list_contains($declared, f.value ->> '$'))
    ORDER BY f.feedback_id
"""  # noqa: S608 - of the word above
Held = tuple[str | None, bool | None, bool | None]


def meanings(tables: Store | Writer, project: Project) -> pl.DataFrame:
    """Rows of `meanings`, by feedback, of all corrections and declared outcomes whose event is here."""
    said = tables.read(SAID, {"declared": list(project.outcomes)})
    held = cache(partial(_held, project))  # users say few things, many times
    found = [held(*row) for row in said.select("value", "output", "truth").iter_rows()]
    columns = zip(("answer", "differs", "agrees"), zip(*found, strict=True), strict=True) if found else ()
    known = said.with_columns(pl.Series(name, list(values)) for name, values in columns)
    return known.select(MEANINGS.column_names()) if found else MEANINGS.frame([])


def _held(project: Project, value: str, output: str | None, truth: str | None) -> Held:
    """The answer, whether it differs from the output, and whether it agrees with the truth.

    The value is a correction (JSON) of an output, or without one an outcome as it is declared.
    """
    answer: str | None
    differs: bool | None
    if output is None:
        answer, differs = project.meant[value], None
    else:
        said = meaning(project, value, output)
        answer, differs = said.answer, said.differs
    if truth is None:
        return answer, differs, None
    return answer, differs, answer is not None and agreeing(project.answer_kind, truth, answer)
