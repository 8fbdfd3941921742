"""How a user says a file is to be read: which columns, which marks, which spellings. One set of options for all
commands that need no project.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, Literal, get_args

import typer

from gt_platform.cli.app import UsageError

Spelling = Literal["ask", "fold", "exact"]


def _option(kind: Any, name: str, means: str) -> Any:
    return Annotated[kind, typer.Option(name, help=means)]


OPTIONS: Mapping[str, tuple[Any, Any]] = {
    "labels": (_option(str | None, "--labels", "All labels there were to choose from, used or not."), None),
    "order": (_option(str | None, "--order", "The same, lowest first: low,medium,high."), None),
    "task": (_option(str, "--task", "The column that names the task."), "task"),
    "worker": (
        _option(str, "--worker", "The column that names who answered; with --wide, the annotators' own: ANN,BOB."),
        "worker",
    ),
    "label": (_option(str, "--label", "The column that holds the answer."), "label"),
    "wide": (_option(bool, "--wide", "Answers stand in one column an annotator, beside the task."), False),
    "na": (
        _option(list[str] | None, "--na", "Labels that stand for no answer: NA,-. An empty cell always does."),
        None,
    ),
    "mapped": (_option(list[str] | None, "--map", "Labels that stand for others: A=first,B=second,same=tie."), None),
    "split": (_option(str | None, "--split", "What stands between several labels of one cell: ';'."), None),
    "spelling": (
        _option(
            str,
            "--spelling",
            "Labels alike but for case, space or 1 and 1.0: `ask` refuses them, `fold` takes them as one, "
            "`exact` takes every label as it is written.",
        ),
        "ask",
    ),
}
"""Their types and defaults, in the order in which commands have them."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How files are read; `labels` are all there were to choose from, empty where nobody said so.

    `also` are further names of a column, where a file has none of the usual ones.
    """

    task: str = "task"
    worker: str = "worker"
    label: str = "label"
    wide: bool = False
    missing: frozenset[str] = frozenset()
    mapped: Mapping[str, str] = field(default_factory=dict)
    split: str | None = None
    spelling: Spelling = "ask"
    labels: tuple[str, ...] = ()
    ordered: bool = False
    also: Mapping[str, Sequence[str]] = field(default_factory=dict)


def reads(*without: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """For a command that takes `how`, a Reading: in its place stand the options that say so, but for those without."""
    options = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in OPTIONS.items()
        if name not in without
    ]

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in signature(command).parameters.values()]
        told = [each for one in own for each in (options if one.name == "how" else [one])]

        @wraps(command)
        def run(**given: Any) -> None:
            how = reading(**{one.name: given.pop(one.name) for one in options})
            command(**given, how=how)

        run.__signature__ = Signature(told)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in told}
        return run

    return decorate


def reading(
    *,
    task: str = "task",
    worker: str = "worker",
    label: str = "label",
    wide: bool = False,
    na: list[str] | None = None,
    mapped: list[str] | None = None,
    split: str | None = None,
    spelling: str = "ask",
    labels: str | None = None,
    order: str | None = None,
) -> Reading:
    """The options, checked. Raises UsageError."""
    known = next((one for one in get_args(Spelling) if one == spelling), None)
    if known is None:
        raise UsageError(f"--spelling is {spelling!r}; allowed: {', '.join(get_args(Spelling))}")
    if labels is not None and order is not None:
        raise UsageError("give --order or --labels: both name every label, --order lowest first")
    if split is not None and not split.strip():
        raise UsageError("--split is blank; name the mark between labels, such as ';'")
    named = tuple(_listed(order if order is not None else labels or ""))
    if len(set(named)) < len(named):
        raise UsageError(f"{'--order' if order is not None else '--labels'} names a label twice")
    return Reading(
        task=task,
        worker=worker,
        label=label,
        wide=wide,
        missing=frozenset(mark for text in na or () for mark in _listed(text)),
        mapped=_pairs(mapped or ()),
        split=split,
        spelling=known,
        labels=named,
        ordered=order is not None,
    )


def _listed(text: str) -> list[str]:
    """What stands between commas; in quotes it may have commas itself."""
    cells = next(csv.reader([text], skipinitialspace=True), [])
    return [cell.strip() for cell in cells if cell.strip()]


def _pairs(texts: Iterable[str]) -> dict[str, str]:
    mapped: dict[str, str] = {}
    for pair in (pair for text in texts for pair in _listed(text)):
        name, equals, meant = pair.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--map has {pair!r}; write it as LABEL=MEANING,LABEL=MEANING")
        if mapped.setdefault(name.strip(), meant.strip()) != meant.strip():
            raise UsageError(f"--map gives {name.strip()!r} two meanings")
    return mapped
