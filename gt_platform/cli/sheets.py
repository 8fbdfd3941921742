"""Files of one's own for the commands that need no project: who answered which task, and what is true of each.

How bytes become columns belongs in `tables`; whether labels can be meant as they stand, in `guard`.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from gt_platform.cli.alike import number
from gt_platform.cli.app import UsageError
from gt_platform.cli.reading import Reading
from gt_platform.cli.remarks import remark
from gt_platform.cli.tables import read_table

EXPORTED = {"task": "item_id", "label": "answer"}
"""What `gt export` calls a task and its label, which it writes as JSON."""
ADJUDICATE = "adjudicate"
"""The status that `gt settle` writes beside a label that is not safe to use."""
SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file's rows as text: `task`, `label`, `worker` of answers, and what else was asked for; null where empty."""

    path: Path
    rows: pl.DataFrame


def answers_in(path: Path, how: Reading, *, extra: Sequence[str] = (), optional: Sequence[str] = ()) -> Sheet:
    """Who answered what, a row an answer; `extra` columns must be there. Raises UsageError naming file and mistake."""
    if how.wide:
        rows = _long(path, how, extra)
    else:
        rows = _columns(path, how, ("task", "worker", "label"), extra, optional)
        rows = complete(rows, ("task", "worker"), path)
    if rows["label"].null_count() == rows.height:
        raise UsageError(f"{path}: no row has a label")
    if rows["worker"].n_unique() == 1 and rows["task"].is_duplicated().all():
        who = rows["worker"][0]
        remark(
            f"{path}: all answers are by {who!r}; number them if they are several people, or the last of each counts"
        )
    return Sheet(path=path, rows=rows)


def labels_in(path: Path, how: Reading, *, optional: Sequence[str] = ()) -> Sheet:
    """One label a task, of a model or of the truth. Raises UsageError naming file and mistake."""
    rows = _settled(complete(_columns(path, how, ("task", "label"), (), [*optional, "status"]), ("task",), path), path)
    different = rows.unique(["task", "label"], maintain_order=True)
    twice = different.filter(pl.col("task").is_duplicated())
    if not twice.is_empty():
        task = twice["task"][0]
        said = " and ".join("none" if label is None else repr(label) for label in twice.filter(task=task)["label"][:3])
        raise UsageError(f"{path}: task {task!r} has more than one label, {said}; give one for each task")
    if different.height < rows.height:
        remark(f"{path}: {rows.height - different.height:,} rows say again what others say; each task counts once")
    return Sheet(path=path, rows=rows.unique("task", keep="first", maintain_order=True))


def scores_in(path: Path, how: Reading, *, optional: Sequence[str] = ()) -> Sheet:
    """One score a task, the mean of those it has. Raises UsageError naming file and mistake."""
    rows = complete(_columns(path, how, ("task", "label"), (), optional), ("task",), path)
    scores = rows["label"].str.strip_chars().cast(pl.Float64, strict=False)
    wrong = ~scores.is_finite().fill_null(value=False)
    if wrong.any():
        said = rows.filter(wrong).row(0, named=True)
        raise UsageError(f"{path}: task {said['task']!r} has the score {said['label']!r}; give every task a number")
    rows = rows.with_columns(label=scores)
    means = rows.group_by("task", maintain_order=True).agg(pl.col("label").mean(), pl.exclude("label").first())
    if means.height < rows.height:
        remark(f"{path}: {rows.height:,} scores of {means.height:,} tasks; the mean of each task's counts")
    return Sheet(path=path, rows=means)


def complete(frame: pl.DataFrame, columns: Sequence[str], path: Path) -> pl.DataFrame:
    """The frame, unless a row lacks one of the columns or there is no row. Raises UsageError naming the row."""
    if frame.is_empty():
        raise UsageError(f"{path}: has no rows")
    gaps = frame.with_row_index("row", offset=1).filter(pl.any_horizontal(pl.col(list(columns)).is_null()))
    if not gaps.is_empty():
        first = gaps.row(0, named=True)
        empty = next(name for name in columns if first[name] is None)
        lacking = f"{gaps.height:,} of {frame.height:,} rows lack one"
        raise UsageError(f"{path}: row {first['row']} has no {empty} ({lacking}); --{empty} names another column")
    return frame


def one_answer_each(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """The last answer of every annotator to every task, in the order of the file, and how many it replaces."""
    kept = frame.unique(["task", "worker"], keep="last", maintain_order=True)
    return kept, frame.height - kept.height


def relabelled(rows: pl.DataFrame, meaning: Callable[[str], str | None]) -> pl.DataFrame:
    """The rows with every label as what it means; null is no label."""
    meanings = {label: meaning(label) for label in rows["label"].drop_nulls().unique()}
    changed = {label: meant for label, meant in meanings.items() if label != meant}
    if not changed:
        return rows
    meant = pl.col("label").replace_strict(changed, default=pl.col("label"), return_dtype=pl.String)
    return rows.with_columns(meant)


def _columns(
    path: Path, how: Reading, required: Sequence[str], extra: Sequence[str], optional: Sequence[str]
) -> pl.DataFrame:
    """The columns by the commands' names for them."""
    found = read_table(path, [how.task])
    has = found.columns
    chosen = {name: _column(name, how, has) for name in required}
    missing = [name for name, column in chosen.items() if column not in has]
    missing += [name for name in extra if name not in has]
    if missing:
        raise UsageError(f"{path}: has no column {', '.join(missing)}; {_remedy(missing, has)}")
    others = {name: name for name in (*extra, *optional) if name in has and name not in chosen}
    rows = found.select(*(pl.col(column).alias(name) for name, column in (chosen | others).items()))
    if set(EXPORTED.values()) <= set(chosen.values()):
        rows = relabelled(rows, _unquoted)
    return _meant(rows, how)


def _settled(rows: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Without the labels that `gt settle` says are only ahead."""
    if "status" not in rows.columns:
        return rows
    waiting = (pl.col("status") == ADJUDICATE).fill_null(value=False)
    count = rows.filter(waiting & pl.col("label").is_not_null()).height
    if count:
        remark(
            f"{path}: {count:,} tasks wait for a ruling (status {ADJUDICATE}): their label is only ahead, and left out"
        )
    return rows.with_columns(label=pl.when(~waiting).then(pl.col("label")))


def _long(path: Path, how: Reading, extra: Sequence[str]) -> pl.DataFrame:
    """One row an answer, of a file with one column an annotator."""
    found = read_table(path, [how.task])
    task = _column("task", how, found.columns)
    if how.worker in found.columns and how.label in found.columns:
        raise UsageError(f"{path}: has a column {how.worker} and one {how.label}, so leave --wide out")
    if task not in found.columns:
        first = next(iter(found.columns), "")
        raise UsageError(f"{path}: has no column task; with --wide, --task {first!r} names the one of the tasks")
    if missing := [name for name in extra if name not in found.columns]:
        raise UsageError(f"{path}: has no column {', '.join(missing)}; {_remedy(missing, found.columns)}")
    annotators = _annotators(path, found, how, (task, *extra))
    more = f" and {len(annotators) - SHOWN:,} more" if len(annotators) > SHOWN else ""
    remark(f"{path}: --wide reads {len(annotators):,} annotators: {', '.join(annotators[:SHOWN])}{more}")
    rows = complete(_blank_is_null(found.rename({task: "task"})), ("task",), path)
    index = ["task", *(name for name in extra if name != task)]
    rows = rows.unpivot(annotators, index=index, variable_name="worker", value_name="label")
    return _meant(rows.select("task", "worker", "label", *index[1:]), how)


def _annotators(path: Path, found: pl.DataFrame, how: Reading, others: Collection[str]) -> list[str]:
    """The columns that are annotators': those that --worker names, else all others. Raises UsageError."""
    named = [] if how.worker == "worker" else [name.strip() for name in how.worker.split(",")]
    if missing := [name for name in named if name not in found.columns]:
        raise UsageError(f"{path}: has no column {missing[0]}; its columns are {', '.join(found.columns)}")
    annotators = named or [name for name in found.columns if name not in others]
    if not annotators:
        raise UsageError(f"{path}: has no column beside the tasks; --wide reads one column an annotator")
    labels = {name: set(found[name].drop_nulls()) for name in annotators}
    for name, own in labels.items():
        rest = set().union(*(other for column, other in labels.items() if column != name))
        if not named and own and rest and not own & rest and any(number(label) is None for label in own | rest):
            raise UsageError(
                f"{path}: column {name} has no label in common with the others; --worker ANN,BOB names the annotators'"
            )
    return annotators


def _column(name: str, how: Reading, has: Collection[str]) -> str:
    """The column of this name: the one the user named, else the usual one, else that of `gt export`."""
    named = {"task": how.task, "worker": how.worker, "label": how.label}[name]
    exported = EXPORTED.get(name, name) if set(EXPORTED.values()) <= set(has) else name
    folded = {column.casefold(): column for column in reversed(list(has))}
    likely = (named, name, exported, *how.also.get(name, ()), folded.get(named.casefold(), named))
    return next((column for column in likely if column in has), named)


def _remedy(missing: Sequence[str], has: Collection[str]) -> str:
    options = [f"--{name}" for name in missing if name in ("task", "worker", "label")]
    named = f"; {' and '.join(options)} name{'' if len(options) > 1 else 's'} another" if options else ""
    wide = ", --wide reads one column an annotator" if "worker" in missing else ""
    return f"its columns are {', '.join(has) or 'none at all'}{named}{wide}"


def _meant(rows: pl.DataFrame, how: Reading) -> pl.DataFrame:
    """Blank cells and marks of missing ones are null, and labels what they are mapped to."""

    def meaning(label: str) -> str | None:
        bare = label.strip()
        if bare in how.missing:
            return None
        meant = how.mapped.get(bare, label)
        return _parts(meant, how.split) if meant and how.split is not None else meant or None

    return relabelled(_blank_is_null(rows), meaning)


def _blank_is_null(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.when(pl.col(pl.String).str.strip_chars() != "").then(pl.col(pl.String)))


def _parts(text: str, mark: str) -> str:
    if text.lstrip().startswith(("[", "{")):
        return text
    return json.dumps([part.strip() for part in text.split(mark) if part.strip()], ensure_ascii=False)


def _unquoted(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, str) else text
