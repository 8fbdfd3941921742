"""How a user says a file is to be read: which columns, which marks, which spellings. One set of options for all
commands that need no project.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal, get_args

import typer

from gt_platform.cli.app import UsageError

Spelling = Literal["ask", "fold", "exact"]
TaskColumn = Annotated[str, typer.Option("--task", help="The column that names the task.")]
WorkerColumn = Annotated[
    str, typer.Option("--worker", help="The column that names who answered; with --wide, the annotators' own: ANN,BOB.")
]
LabelColumn = Annotated[str, typer.Option("--label", help="The column that holds the answer.")]
Wide = Annotated[bool, typer.Option("--wide", help="Answers stand in one column an annotator, beside the task.")]
Missing = Annotated[
    list[str] | None, typer.Option("--na", help="Labels that stand for no answer: NA,-. An empty cell always does.")
]
Mapped = Annotated[
    list[str] | None, typer.Option("--map", help="Labels that stand for others: A=first,B=second,same=tie.")
]
Split = Annotated[str | None, typer.Option("--split", help="What stands between several labels of one cell: ';'.")]
Spelled = Annotated[
    str,
    typer.Option(
        "--spelling",
        help="Labels alike but for case, space or 1 and 1.0: `ask` refuses them, `fold` takes them as one, "
        "`exact` takes every label as it is written.",
    ),
]
Labels = Annotated[str | None, typer.Option("--labels", help="All labels there were to choose from, used or not.")]
Order = Annotated[str | None, typer.Option("--order", help="The same, lowest first: low,medium,high.")]


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
