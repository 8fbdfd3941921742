"""`gt compare` on files that bring their truth, or are scores: who is right by a kind of answer, task by task.

How right and wrong become a verdict belongs in `compared`.
"""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.cli.app import UsageError
from gt_platform.cli.compared import Floats, Marks
from gt_platform.cli.guard import Meaning, guarded, predicted, same_tasks, with_labels
from gt_platform.cli.readable import kind_of, meaning_of, parsed
from gt_platform.cli.reading import Reading
from gt_platform.cli.remarks import remark
from gt_platform.cli.sheets import Sheet, labels_in, scores_in

LETTERS = "choice"
"""The kind whose answers are equal letter for letter, so that nothing need be read in them."""
SEVERAL = "--kind choices compares sets of labels, whatever their order"


def on_files(
    first: Path, second: Path, how: Reading, *, truth: Path | None, kind: str, cluster: str | None, weight: str | None
) -> Marks:
    """Marks of 1 and 0 by the truth, or without one the scores that the labels are. Raises UsageError."""
    beside = [column for column in (cluster, weight) if column]
    frame = _judged([first, second, truth], kind, how, beside) if truth else _scored(first, second, how, beside)
    bound = np.inf if truth is None else 1.0
    return Marks(
        tasks=frame["task"].to_list(),
        first=_floats(frame["first"]),
        second=_floats(frame["second"]),
        metric="mean score" if truth is None else "accuracy",
        lowest=-bound if truth is None else 0.0,
        highest=bound,
        weights=_weights(frame, weight),
        clusters=frame[cluster].to_numpy() if cluster else None,
    )


def _judged(paths: list[Path], kind: str, how: Reading, beside: list[str]) -> pl.DataFrame:
    """One row a task that all three files have, with a mark of 1 where a system is right, else 0."""
    first, second, truth = (labels_in(path, how, optional=beside) for path in paths)
    truth = with_labels(truth)
    if kind == LETTERS:
        first, second, truth = guarded([first, second, truth], how, Meaning(several=SEVERAL))
    else:
        (truth,) = guarded([truth], how, meaning_of(kind, how, [truth]))
    first, second = (same_tasks(sheet, truth, how) for sheet in (first, second))
    if kind == LETTERS:
        for sheet in (first, second):
            predicted(sheet, truth, how)
    frame = _joined({"first": first, "second": second, "truth": truth}, beside)
    fitted: Any = None if kind == LETTERS else kind_of(kind, how, [truth])
    marks = [_right(fitted, frame, name, path) for name, path in zip(("first", "second"), paths, strict=False)]
    return frame.with_columns(*marks)


def _right(kind: Any, frame: pl.DataFrame, name: str, path: Path) -> pl.Series:
    """Whether each answer is the true one to the kind; what is no answer is wrong, and said."""
    empty = frame[name].null_count()
    if empty:
        remark(f"{path}: {empty:,} of {frame.height:,} tasks have an empty label, which counts as wrong")
    if kind is None:
        return (frame[name] == frame["truth"]).fill_null(value=False).cast(pl.Float64).alias(name)
    true = parsed(kind, frame.select(label="truth"), path)
    wrong: dict[str, str] = {}
    right = []
    for text, answer in zip(frame[name], true, strict=True):
        try:
            right.append(text is not None and bool(kind.agrees(answer, kind.parse(text))))
        except InvalidAnswerError as error:
            right.append(False)
            wrong[text] = str(error)
    if wrong:
        said = next(iter(wrong.values()))
        remark(f"{path}: {len(wrong):,} different labels are no answers, and count as wrong: {said}")
    return pl.Series(name, right, dtype=pl.Float64)


def _scored(first: Path, second: Path, how: Reading, beside: list[str]) -> pl.DataFrame:
    """One row a task that both files have, with its score by each."""
    old, new = (scores_in(path, how, optional=beside) for path in (first, second))
    frame = _joined({"first": same_tasks(old, new, how), "second": new}, beside)
    return frame.with_columns(pl.col("first", "second").cast(pl.Float64))


def _joined(sheets: dict[str, Sheet], beside: list[str]) -> pl.DataFrame:
    """One row a task that all files have, with each one's label, and the columns beside from the last that has them."""
    frames = [sheet.rows.rename({"label": name}) for name, sheet in sheets.items()]
    joined = frames[0].select("task", "first")
    for frame, name in zip(frames[1:], list(sheets)[1:], strict=True):
        joined = joined.join(frame.select("task", name), on="task")
    if joined.is_empty():
        raise UsageError(f"no task is in all of {', '.join(str(sheet.path) for sheet in sheets.values())}")
    left_out = len(set().union(*(frame["task"] for frame in frames))) - joined.height
    if left_out:
        remark(f"left out: {left_out:,} tasks that are not in all {'three' if len(frames) > 2 else 'two'} files")
    for column in beside:
        having = [frame for frame in frames if column in frame.columns]
        if not having:
            raise UsageError(f"none of the files has a column {column}")
        joined = joined.join(having[-1].select("task", column), on="task")
        if joined[column].null_count():
            raise UsageError(f"{joined[column].null_count():,} tasks have no {column}; give every task one")
    return joined.sort("task")


def _weights(frame: pl.DataFrame, weight: str | None) -> Floats | None:
    if weight is None:
        return None
    numbers = frame[weight].str.strip_chars().cast(pl.Float64, strict=False)
    wrong = ~((numbers > 0) & numbers.is_finite()).fill_null(value=False)
    if wrong.any():
        raise UsageError(f"{weight} is {frame[weight].filter(wrong)[0]!r}; a weight is a number above 0")
    return _floats(numbers)


def _floats(column: pl.Series) -> Floats:
    return column.to_numpy().astype(np.float64)
