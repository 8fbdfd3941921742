"""A file of answers as the codes that agreement and annotators are computed on, and the names behind the codes."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.cli.alike import number as as_number
from gt_platform.cli.app import UsageError
from gt_platform.cli.guard import Meaning, gold_of, guarded
from gt_platform.cli.reading import Reading
from gt_platform.cli.remarks import remark
from gt_platform.cli.sheets import answers_in, labels_in, one_answer_each
from gt_platform.stats.agreement import LEVELS, Level
from gt_platform.stats.annotators import Share, self_consistency

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

NUMERIC = ("interval", "ratio")
COLUMNS = ("task", "worker", "label")
SEVERAL = "give each of its labels a file of yes and no"
WORDS = {"units": "tasks", "unit": "task", "ratings": "answers", "rating": "answer"}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """n answers as codes, each (n,), into the sorted names of tasks, annotators and labels; `value` is the label's
    number.

    `scale` are the numbers of all labels there were to choose from, None where only the used ones are known. `truth`
    holds the label's number of each task, NaN where unknown. `slice_of` and `seconds` are (n,) where there are
    any. `consistency` is each annotator's share of repeated tasks answered alike, of the `repeats` that were replaced.
    """

    task: Codes
    annotator: Codes
    value: Floats
    truth: Floats
    tasks: list[str]
    annotators: list[str]
    labels: list[str]
    scale: Floats | None
    level: Level
    slice_of: Codes | None
    slices: list[str]
    seconds: Floats | None
    unanswered: int
    repeats: int
    consistency: list[Share | None]

    @property
    def code(self) -> Codes:
        """Labels as codes, where labels are what was given."""
        return self.value.astype(np.int64)


def judged(path: Path, level: str, how: Reading, *, by: str | None, gold: Path | None) -> Judged:
    """The answers of a file, one an annotator and task. Raises UsageError naming the file and what is wrong."""
    if level not in LEVELS:
        raise UsageError(f"--level is {level!r}; allowed: {', '.join(LEVELS)}")
    if how.ordered and level == "nominal":
        remark(
            "labels that have an order are compared as if they had none; --level ordinal weighs how far they are apart"
        )
    sheets = [answers_in(path, how, extra=[by] if by and by not in COLUMNS else [], optional=["secs"])]
    sheets += [] if gold is None else [labels_in(gold, how)]
    sheets = guarded(sheets, how, Meaning(same=_same(level), several=SEVERAL))
    rows = sheets[0].rows
    truth = None if gold is None else gold_of(sheets[1], sheets[0], how).rows
    answered = rows.drop_nulls("label")
    given = [answered["label"], *([] if truth is None else [truth["label"]])]
    labels, number = _scale(pl.concat(given).unique().to_list(), level, how, path)
    kept, replaced = one_answer_each(answered)
    task, tasks = _coded(kept["task"])
    annotator, annotators = _coded(kept["worker"])
    slice_of, slices = _coded(kept[by]) if by else (None, [])
    return Judged(
        task=task,
        annotator=annotator,
        value=_numbers(kept["label"], number),
        truth=_known(truth, tasks, number),
        tasks=tasks,
        annotators=annotators,
        labels=labels,
        scale=np.array([number[label] for label in how.labels]) if how.labels else None,
        level=next(known for known in LEVELS if known == level),
        slice_of=slice_of,
        slices=slices,
        seconds=_seconds(kept, path),
        unanswered=rows.height - answered.height,
        repeats=replaced,
        consistency=_consistency(answered, annotators, number) if replaced else [None] * len(annotators),
    )


def in_words(reason: str) -> str:
    """A reason of the statistics in the words of the file's columns."""
    return " ".join(WORDS.get(word, word) for word in reason.split(" "))


def _same(level: str) -> Callable[[str, str], bool]:
    """Whether two labels are one: numbers that are equal, else letter for letter."""
    return str.__eq__ if level not in NUMERIC else lambda one, other: as_number(one) == as_number(other) is not None


def _scale(labels: list[str], level: str, how: Reading, path: Path) -> tuple[list[str], dict[str, float]]:
    """The labels in their order, all that there were to choose from if that is known, and each one's number."""
    if level in NUMERIC:
        numbers = {label: _number(label, path, level) for label in {*labels, *how.labels}}
        if how.labels and (
            missing := [label for label in labels if numbers[label] not in map(numbers.get, how.labels)]
        ):
            raise UsageError(f"{path}: --labels leaves out {', '.join(map(repr, missing[:5]))}; name every one")
        return sorted(labels, key=numbers.__getitem__), numbers
    ranked = _ranked(labels, level, how, path)
    return ranked, {label: float(rank) for rank, label in enumerate(ranked)}


def _ranked(labels: list[str], level: str, how: Reading, path: Path) -> list[str]:
    if how.labels:
        option = "--order" if how.ordered else "--labels"
        if missing := sorted(set(labels) - set(how.labels)):
            lowest = ", lowest first" if how.ordered else ""
            raise UsageError(f"{option} leaves out {', '.join(map(repr, missing[:5]))}; name every label once{lowest}")
        if how.ordered:
            return list(how.labels)
    named = list(how.labels or labels)
    try:
        return sorted(named, key=lambda label: _number(label, path, level))
    except UsageError:
        if level == "ordinal":
            order_is = "--order low,medium,high, or labels that are numbers"
            raise UsageError(f"{path}: ordinal labels need an order: {order_is}") from None
        return sorted(named)


def _number(label: str, path: Path, level: str) -> float:
    number = as_number(label)
    if number is None or not math.isfinite(number):
        raise UsageError(f"{path}: label {label!r} is not a number, which level {level} needs; nominal takes any label")
    if level == "ratio" and number < 0:
        raise UsageError(f"{path}: label {label!r} is negative, but a ratio scale starts at 0; take --level interval")
    return number


def _coded(column: pl.Series) -> tuple[Codes, list[str]]:
    """Codes in the order of the names, -1 for none, and the names."""
    names = column.drop_nulls().unique().sort()
    place = pl.DataFrame({"name": names, "code": np.arange(len(names))})
    codes = column.to_frame("name").join(place, on="name", how="left", maintain_order="left")["code"]
    return codes.fill_null(-1).to_numpy().astype(np.int64), names.to_list()


def _numbers(labels: pl.Series, number: dict[str, float]) -> Floats:
    return labels.replace_strict(list(number), list(number.values()), return_dtype=pl.Float64).to_numpy()


def _known(truth: pl.DataFrame | None, tasks: list[str], number: dict[str, float]) -> Floats:
    if truth is None:
        return np.full(len(tasks), np.nan)
    known = dict(zip(truth["task"].to_list(), _numbers(truth["label"], number).tolist(), strict=True))
    return np.array([known.get(task, np.nan) for task in tasks])


def _seconds(kept: pl.DataFrame, path: Path) -> Floats | None:
    if "secs" not in kept.columns:
        return None
    seconds = kept["secs"].str.strip_chars().cast(pl.Float64, strict=False)
    wrong = kept["secs"].is_not_null() & ~(seconds.is_finite() & (seconds >= 0)).fill_null(value=False)
    if wrong.any():
        raise UsageError(f"{path}: secs {kept['secs'].filter(wrong)[0]!r} is no number of seconds")
    return seconds.fill_null(np.nan).to_numpy()


def _consistency(answered: pl.DataFrame, annotators: list[str], number: dict[str, float]) -> list[Share | None]:
    task, annotator = _coded(answered["task"])[0], _coded(answered["worker"])[0]
    codes = np.unique(_numbers(answered["label"], number), return_inverse=True)[1]
    return self_consistency(task, annotator, codes, len(annotators))
