"""One guard for every sheet, so that the same file is treated the same by every command: what cannot be meant as it is
written is refused, or said, with what to do about it. `--spelling` answers for the user: `fold` or `exact`.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from gt_platform.cli.alike import WRITTEN_SMALL, alike, joins, label_key, lists, marks, matched, number, task_key
from gt_platform.cli.app import UsageError
from gt_platform.cli.reading import Reading
from gt_platform.cli.remarks import remark
from gt_platform.cli.sheets import Sheet, relabelled

SHOWN = 4
LEAST_GRADES = 5
"""Different numbers from which labels may be grades, where the truth knows one or two."""


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a command makes of labels: whether two are the same to it, whether it takes a text for one label, or for
    one alone where there might be several, and what takes several.
    """

    same: Callable[[str, str], bool] = str.__eq__
    one: Callable[[str], bool] = bool
    alone: Callable[[str], bool] = lambda _: False
    several: str = "--kind choices or ranking takes lists, and --split a mark between labels"


def guarded(sheets: Sequence[Sheet], how: Reading, meaning: Meaning) -> list[Sheet]:
    """The sheets with labels that can be meant as they stand. Raises UsageError."""
    counts = Counter(dict.fromkeys(how.labels, 0))
    for sheet in sheets:
        counts.update(sheet.rows["label"].drop_nulls().to_list())
    if how.spelling == "exact":
        return list(sheets)
    sheets = [_names_met(sheet, how) for sheet in sheets]
    files = " and ".join(str(sheet.path) for sheet in sheets)
    _refuse_marks(counts, how, files)
    several = [label for label in lists(counts) if meaning.one(label)]
    several += [label for label in sorted(counts) if joins(label, counts, any) and meaning.alone(label)]
    if several := [label for label in dict.fromkeys(several) if label not in how.labels]:
        raise UsageError(
            f"{files}: {_some(several)} {_are(several, 'is a list', 'are lists')} and would be taken as one label: "
            f"{meaning.several}; --spelling exact takes it as one"
        )
    groups = [
        group for group in alike(counts, label_key) if any(not meaning.same(group[0], other) for other in group[1:])
    ]
    if not groups:
        return list(sheets)
    if how.spelling == "ask":
        told = "; ".join(" and ".join(map(repr, group)) for group in groups[:SHOWN])
        raise UsageError(
            f"{files}: labels that differ in no more than case, space or the way a number is written: {told}; "
            "--spelling fold takes them as one, --spelling exact as different"
        )
    return _folded(sheets, groups, counts, how.labels)


def same_tasks(sheet: Sheet, other: Sheet, how: Reading) -> Sheet:
    """The sheet with tasks that meet those of the other file, as far as they can. Raises UsageError."""
    mine, theirs = set(sheet.rows["task"]), set(other.rows["task"])
    pairs = {} if how.spelling == "exact" else matched(mine, theirs)
    if how.spelling == "fold" and pairs:
        remark(f"{sheet.path}: {len(pairs):,} tasks are written otherwise in {other.path} and count as the same")
        renamed = pl.col("task").replace_strict(pairs, default=pl.col("task"), return_dtype=pl.String)
        sheet = replace(sheet, rows=sheet.rows.with_columns(renamed))
        mine = set(sheet.rows["task"])
    elif pairs:
        task, written = next(iter(pairs.items()))
        raise UsageError(
            f"{sheet.path}: task {task!r} is {written!r} in {other.path} ({len(pairs):,} tasks are written otherwise): "
            "write them alike, or --spelling fold takes them as the same, exact as different"
        )
    if not mine & theirs:
        raise UsageError(
            f"{sheet.path}: no task is among those of {other.path}: they are {_some(sorted(mine))} "
            f"here, {_some(sorted(theirs))} there; --task names the column of the tasks"
        )
    return sheet


def gold_of(gold: Sheet, answers: Sheet, how: Reading) -> Sheet:
    """Known labels of tasks that were asked, and of what people said. Raises UsageError."""
    gold = with_labels(same_tasks(gold, answers, how))
    apart = gold.rows.filter(~pl.col("task").is_in(answers.rows["task"].to_list()))
    if not apart.is_empty():
        remark(
            f"{gold.path}: {apart.height:,} of {gold.rows.height:,} tasks are not in {answers.path}, and tell nothing"
        )
    said = {*answers.rows["label"].drop_nulls(), *how.labels}
    never = sorted(set(gold.rows["label"].drop_nulls()) - said)
    if never and how.spelling != "exact" and all(number(label) is None for label in never):
        if len(never) == gold.rows["label"].drop_nulls().n_unique():
            raise UsageError(
                f"{gold.path}: nobody in {answers.path} gave any of its labels, {_some(never)}; they gave "
                f"{_some(sorted(said))}: --map makes one of the other, --spelling exact says that this is meant"
            )
        remark(f"{gold.path}: labels that nobody in {answers.path} gave: {_some(never)}")
    return gold


def with_labels(gold: Sheet) -> Sheet:
    """Truth without the tasks it has none for. Raises UsageError where that is all of them."""
    known = gold.rows.drop_nulls("label")
    if known.is_empty():
        raise UsageError(f"{gold.path}: no row has a label")
    if known.height < gold.rows.height:
        remark(f"{gold.path}: {gold.rows.height - known.height:,} tasks have no label, and tell nothing")
    return replace(gold, rows=known)


def predicted(sheet: Sheet, truth: Sheet, how: Reading) -> None:
    """Whether a system's labels, compared letter for letter, can be right at all. Raises UsageError."""
    if how.spelling == "exact":
        return
    labels, true = (sorted(set(part.rows["label"].drop_nulls())) for part in (sheet, truth))
    _refuse_grades(sheet, labels, truth, true)
    never = sorted(set(labels) - set(true) - set(how.labels))
    if never and len(never) == len(labels):
        raise UsageError(
            f"{sheet.path}: none of its labels is ever true: they are {_some(labels)}, those of {truth.path} "
            f"{_some(true)}; --map makes one of the other, --spelling exact says that this is meant"
        )
    if never:
        remark(f"{sheet.path}: {_some(never)} never stands in {truth.path}, so it is wrong wherever it stands")


def _names_met(sheet: Sheet, how: Reading) -> Sheet:
    """Answers with tasks and annotators that are written in several ways: folded, or said to count as different."""
    for column in ("task", "worker") if "worker" in sheet.rows.columns else ():
        groups = alike(sheet.rows[column].unique(), task_key)
        if groups and how.spelling == "fold":
            meant = {name: group[0] for group in groups for name in group}
            renamed = pl.col(column).replace_strict(meant, default=pl.col(column), return_dtype=pl.String)
            sheet = replace(sheet, rows=sheet.rows.with_columns(renamed))
        if groups:
            told = "; ".join(" and ".join(map(repr, group)) for group in groups[:SHOWN])
            counted = (
                "as the same" if how.spelling == "fold" else "as different; --spelling fold takes them as the same"
            )
            remark(f"{sheet.path}: {column}s that are written in several ways, {told}, count {counted}")
    return sheet


def _refuse_marks(counts: Counter[str], how: Reading, files: str) -> None:
    if counts[WRITTEN_SMALL] and WRITTEN_SMALL not in how.labels:
        remark(f"{files}: {WRITTEN_SMALL!r} counts as a label; --na {WRITTEN_SMALL} leaves such rows unanswered")
    found = [mark for mark in marks(counts) if mark not in how.labels]
    if found:
        rows = sum(counts[mark] for mark in found)
        raise UsageError(
            f"{files}: {_some(found)} ({rows:,} rows) {_are(found, 'looks', 'look')} like a mark of a missing answer: "
            f"--na {','.join(mark.strip() for mark in found)!r} leaves such rows unanswered, --spelling exact takes "
            f"{_are(found, 'it as a label', 'them as labels')}"
        )


def _refuse_grades(sheet: Sheet, labels: Sequence[str], truth: Sheet, true: Sequence[str]) -> None:
    numbers = [number(label) for label in labels]
    if len(labels) < LEAST_GRADES or None in numbers or None in [number(label) for label in true]:
        return
    graded = any(value != int(value) for value in numbers if value is not None)
    if len(true) <= 2 or (graded and 2 * len(set(labels) & set(true)) < len(labels)):
        raise UsageError(
            f"{sheet.path}: labels are compared, not scores: they are {len(labels):,} different numbers, those of "
            f"{truth.path} {_some(true)}; --scores compares the mean of scores and needs no truth, --kind number takes "
            "them for answers"
        )


def _folded(
    sheets: Sequence[Sheet], groups: Sequence[Sequence[str]], counts: Counter[str], named: Collection[str]
) -> list[Sheet]:
    """Every label as its commonest spelling, or that of --labels."""
    meant: dict[str, str] = {}
    for group in groups:
        first = min(group, key=lambda label: (label not in named, -counts[label], label))
        meant |= dict.fromkeys(group, first)
        remark(f"{' and '.join(repr(label) for label in group if label != first)} count as {first!r}")
    return [replace(sheet, rows=relabelled(sheet.rows, lambda label: meant.get(label, label))) for sheet in sheets]


def _some(labels: Iterable[str]) -> str:
    every = list(labels)
    more = f" and {len(every) - SHOWN:,} more" if len(every) > SHOWN else ""
    return ", ".join(repr(label) for label in every[:SHOWN]) + more


def _are(found: Sequence[str], one: str, several: str) -> str:
    return one if len(found) == 1 else several
