"""`gt compare`: is the new system as good as the old one, on the same tasks? Needs no project."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer

from gt_platform.answers import InvalidAnswerError
from gt_platform.cli.app import FAILED, UNDECIDED, Format, UsageError, app
from gt_platform.cli.compared import Floats, Marks, compared, record, tell
from gt_platform.cli.guard import Meaning, guarded, predicted, same_tasks, with_labels
from gt_platform.cli.readable import kind_of, meaning_of, parsed
from gt_platform.cli.reading import LabelColumn, Labels, Mapped, Missing, Reading, Spelled, Split, TaskColumn, reading
from gt_platform.cli.remarks import remark
from gt_platform.cli.sheets import Sheet, labels_in, scores_in
from gt_platform.cli.show import show

CODES = {"pass": 0, "fail": FAILED, "insufficient_evidence": UNDECIDED}
LETTERS = "choice"
SEVERAL = "--kind choices compares sets of labels, whatever their order"


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="The old system's answers: columns task, label.")],
    second: Annotated[Path, typer.Argument(help="The new system's answers to the same tasks.")],
    truth: Annotated[Path | None, typer.Option("--truth", help="The right answers: columns task, label.")] = None,
    margin: Annotated[float, typer.Option(help="How much worse the new one may be, in accuracy.")] = 0.02,
    kind: Annotated[
        str, typer.Option(help="What a label is, which says when two are equal: number, text, ….")
    ] = LETTERS,
    scores: Annotated[
        bool, typer.Option("--scores", help="Labels are scores, the higher the better: no truth.")
    ] = False,
    cluster: Annotated[
        str | None, typer.Option(help="A column of any of the files: tasks with the same value are alike.")
    ] = None,
    weight: Annotated[
        str | None, typer.Option(help="A column of any of the files: how many tasks each stands for.")
    ] = None,
    labels: Labels = None,
    task: TaskColumn = "task",
    label: LabelColumn = "label",
    na: Missing = None,
    mapped: Mapped = None,
    split: Split = None,
    spelling: Spelled = "ask",
    layout: Format = "table",
) -> None:
    """Compare two systems on the same tasks: difference, flips, and whether the new one is good enough.

    Pass or fail only where the whole 95 % interval says so; else how many more tasks would decide it. An empty answer
    is wrong. CSV, TSV, JSONL or Parquet. Exits with 0 for pass, 1 for fail, 2 for insufficient evidence, 3 for input
    that cannot be used.
    """
    if not 0 <= margin < float("inf") or (margin > 1 and not scores):
        raise UsageError(f"--margin is {margin}; it is a difference of accuracies, from 0 to 1")
    for option, column in (("--cluster", cluster), ("--weight", weight)):
        if column in (task, label, "task", "label"):
            raise UsageError(f"{option} is {column}; name a column of its own, such as session")
    if scores == (truth is not None):
        raise UsageError("give --truth, the file of the right answers, or --scores where labels are scores themselves")
    how = reading(task=task, label=label, na=na, mapped=mapped, split=split, spelling=spelling, labels=labels)
    beside = [column for column in (cluster, weight) if column]
    marks = (
        _scored(first, second, how, beside)
        if scores
        else _judged([first, second, Path(truth or "")], kind, how, beside)
    )
    found = compared(_weighed(marks, cluster, weight), margin)
    if layout == "table":
        tell(found)
    else:
        show(record(found), layout)
    raise typer.Exit(CODES[found.verdict.decision])


def _judged(paths: list[Path], kind: str, how: Reading, beside: list[str]) -> tuple[pl.DataFrame, str]:
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
    return frame.with_columns(*marks), "accuracy"


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


def _scored(first: Path, second: Path, how: Reading, beside: list[str]) -> tuple[pl.DataFrame, str]:
    """One row a task that both files have, with its score by each."""
    old, new = (scores_in(path, how, optional=beside) for path in (first, second))
    frame = _joined({"first": same_tasks(old, new, how), "second": new}, beside)
    return frame.with_columns(pl.col("first", "second").cast(pl.Float64)), "mean score"


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


def _weighed(found: tuple[pl.DataFrame, str], cluster: str | None, weight: str | None) -> Marks:
    frame, metric = found
    bound = 1.0 if metric == "accuracy" else np.inf
    weights = None
    if weight is not None:
        numbers = frame[weight].str.strip_chars().cast(pl.Float64, strict=False)
        wrong = ~((numbers > 0) & numbers.is_finite()).fill_null(value=False)
        if wrong.any():
            raise UsageError(f"{weight} is {frame[weight].filter(wrong)[0]!r}; a weight is a number above 0")
        weights = numbers.to_numpy()
    return Marks(
        tasks=frame["task"].to_list(),
        first=_floats(frame["first"]),
        second=_floats(frame["second"]),
        metric=metric,
        lowest=0.0 if metric == "accuracy" else -bound,
        highest=bound,
        weights=weights,
        clusters=frame[cluster].to_numpy() if cluster else None,
    )


def _floats(column: pl.Series) -> Floats:
    return column.to_numpy().astype(np.float64)
