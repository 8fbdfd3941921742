"""`gt compare`: is the new system as good as the old one, on the same tasks?

Files with a truth of their own need no project (`on_files`); with one, truth and design are its release's
(`candidates`).
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated

import typer

from gt_platform.cli.app import CODES, Format, UsageError, app
from gt_platform.cli.candidates import on_release
from gt_platform.cli.compared import compared, record, tell
from gt_platform.cli.on_files import LETTERS, on_files
from gt_platform.cli.reading import Reading, reads
from gt_platform.cli.show import show


@app.command()
@reads("worker", "wide")
def compare(
    first: Annotated[Path, typer.Argument(help="The old system's answers: columns task, label.")],
    how: Reading,
    second: Annotated[
        Path | None,
        typer.Argument(help="The new one's; with --project left out, FIRST is the new one, production old."),
    ] = None,
    truth: Annotated[Path | None, typer.Option("--truth", help="The right answers: columns task, label.")] = None,
    margin: Annotated[float, typer.Option(help="How much worse the new one may be, in accuracy or metric.")] = 0.02,
    project: Annotated[
        str | None, typer.Option("--project", "-p", help="Whose release is the truth; tasks are its events or items.")
    ] = None,
    release: Annotated[
        str | None, typer.Option(help="Of the project: its number, tag or role; the newest when not given.")
    ] = None,
    metric: Annotated[str | None, typer.Option(help="Of the project; its headline when not given.")] = None,
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
    layout: Format = "table",
) -> None:
    """Compare two systems on the same tasks: difference, flips, and whether the new one is good enough.

    Pass or fail only where the whole 95 % interval says so; else how many more tasks would decide it. An empty answer
    is wrong. CSV, TSV, JSONL or Parquet. With --project the difference is that of all traffic, by the design the events
    were drawn with. Exits with 0 for pass, 1 for fail, 2 for insufficient evidence, 3 for input that cannot be used.
    """
    if not 0 <= margin < float("inf") or (margin > 1 and not scores and project is None):
        raise UsageError(f"--margin is {margin}; it is a difference of accuracies, from 0 to 1")
    columns = {"--cluster": cluster, "--weight": weight}
    _refuse_used(columns, {how.task, how.label, "task", "label"})
    if project is not None:
        labels = {"--labels": how.labels and not how.ordered, "--order": how.ordered}
        _refuse_said({"--truth": truth, "--scores": scores, **columns, **labels, "--kind": kind != LETTERS})
        marks = on_release([first, second], how, project=project, release=release, metric=metric)
    else:
        if release is not None or metric is not None:
            raise UsageError("--release and --metric are of a project; name it by --project")
        new = _needed(second, truth, scores=scores)
        marks = on_files(first, new, how, truth=truth, kind=kind, cluster=cluster, weight=weight)
    found = compared(marks, margin)
    if layout == "table":
        tell(found)
    else:
        show(record(found), layout)
    raise typer.Exit(CODES[found.verdict.decision])


def _refuse_used(columns: Mapping[str, str | None], used: Collection[str]) -> None:
    for option, column in columns.items():
        if column in used:
            raise UsageError(f"{option} is {column}; name a column of its own, such as session")


def _refuse_said(own: Mapping[str, object]) -> None:
    if given := [option for option, value in own.items() if value]:
        raise UsageError(f"{given[0]} is what the project says; leave it or --project out")


def _needed(second: Path | None, truth: Path | None, *, scores: bool) -> Path:
    """The new system's file, where all that is needed without a project is there. Raises UsageError."""
    if second is None:
        raise UsageError("give two files, the old system's and the new one's; one is enough with --project")
    if scores == (truth is not None):
        raise UsageError("give --truth, a file of the right answers, or --scores where labels are scores themselves")
    return second
