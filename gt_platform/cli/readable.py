"""A kind of answer fitted to the labels of a user's files, where no project declares one."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import BaseModel

from gt_platform.answers import AnswerKind, InvalidAnswerError, ReadsText, TakesOrder, kinds
from gt_platform.cli.app import UsageError
from gt_platform.cli.guard import Meaning
from gt_platform.cli.reading import Reading
from gt_platform.cli.sheets import Sheet

UNSEEN = "?"


def kind_of(name: str, how: Reading, sheets: Sequence[Sheet]) -> AnswerKind:
    """The kind, with a schema that allows the labels of the sheets, or those named. Raises UsageError."""
    known: Mapping[str, type[BaseModel]] = kinds()
    readable = sorted(kind for kind, model in known.items() if issubclass(model, ReadsText))
    if name not in readable:
        raise UsageError(f"--kind is {name!r}; kinds that files can hold: {', '.join(readable)}")
    model: Any = known[name]
    if how.ordered and not issubclass(model, TakesOrder):
        raise UsageError(f"--order is given, but labels of kind {name} have none; name them by --labels, lowest or not")
    texts = [text for sheet in sheets for text in sheet.rows["label"].drop_nulls().to_list()]
    files = " and ".join(str(sheet.path) for sheet in sheets)
    try:
        kind = model.along(how.labels) if how.ordered else model.fitting(how.labels or texts)
    except (InvalidAnswerError, ValueError) as error:
        raise UsageError(f"{files}: the labels are no answers of kind {name}: {error}{_remedy(model)}") from None
    if not isinstance(kind, AnswerKind):
        raise UsageError(f"the registered answer kind {name!r} lacks a method of AnswerKind")
    return kind


def parsed(kind: AnswerKind, frame: pl.DataFrame, path: Path) -> list[Any]:
    """Every row's label as an answer. Raises UsageError."""
    if not isinstance(kind, ReadsText):
        raise UsageError(f"answers of this kind cannot be read from {path}")
    found: dict[str, Any] = {}
    for text in frame["label"].unique(maintain_order=True):
        try:
            found[text] = kind.parse(text)
        except InvalidAnswerError as error:
            raise UsageError(f"{path}: {error}; --map can make it one that is allowed, --na none at all") from None
    return [found[text] for text in frame["label"]]


def meaning_of(name: str, how: Reading, sheets: Sequence[Sheet]) -> Meaning:
    """What labels mean to the kind, which is fitted to them once the guard asks."""

    @cache
    def kind() -> Any:
        return kind_of(name, how, sheets)

    @cache
    def answer(label: str) -> Any:
        try:
            return kind().parse(label)
        except InvalidAnswerError as error:
            raise UsageError(f"{error}; --map can make it one that is allowed, --na none at all") from None

    @cache
    def any_text() -> bool:  # whoever takes a text nobody gave has no labels to mistake it for
        try:
            kind().parse(UNSEEN)
        except InvalidAnswerError:
            return False
        return True

    return Meaning(
        same=lambda one, other: bool(kind().agrees(answer(one), answer(other))),
        one=lambda label: not any_text() and answer(label) in (label, [label]),
        alone=lambda label: answer(label) == [label],
    )


def _remedy(model: Any) -> str:
    """What to do about labels that are none of the kind's, where an option can."""
    return "; --order names them, lowest first" if issubclass(model, TakesOrder) else "; --map gives them meanings"
