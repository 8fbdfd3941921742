"""`gt evaluate`: predictions of a candidate that somebody has in a file."""

from pathlib import Path
from typing import Annotated

import typer

from gt_platform import candidates
from gt_platform.candidates import Run, Taken
from gt_platform.cli.app import FAILED, app, errors, project_named, store_of
from gt_platform.cli.rejected import first, sheet_of
from gt_platform.lake import Store

Candidate = Annotated[str, typer.Option("--candidate", "-c", help="Its name, which names its version too: v2.")]
Meta = Annotated[list[str] | None, typer.Option(help="What is to be known of the run: git=abc123, prompt=p7.")]
Which = Annotated[str, typer.Argument(help="Which project.")]


@app.command()
def evaluate(
    project: Which,
    files: Annotated[list[Path], typer.Argument(help="JSONL, CSV or Parquet.")],
    candidate: Candidate,
    meta: Meta = None,
    repetition: Annotated[int, typer.Option(min=1, help="Which of several answers to the same these are.")] = 1,
) -> None:
    """Take in what a candidate answered: `gt evaluate sentiment predictions.jsonl --candidate v2 --meta git=abc123`.

    A record names its item (item_id, event_id or input) and has an output (or answer, prediction), or an error; besides
    confidence, seconds, cost, repetition. What cannot be taken goes to FILE.rejected.csv, a reason each; the rest is
    taken in at once, and the same file again changes nothing.
    """
    name, said = candidates.candidate_name(candidate), candidates.meta_of(meta or [])
    declared = project_named(project)
    nothing = False
    for file in files:
        read = candidates.read_file(file, declared, repetition=repetition)
        with store_of(declared, read_only=False) as (_, store):
            run = Run(candidate=name, source=str(file), meta=said, file_sha256=read.sha256)
            taken = candidates.take_in(store, run, read.answers)
            _tell(file, taken)
            nothing |= not taken.taken and not taken.known
            told = far(store, name)
    tell(told)
    if nothing:
        raise typer.Exit(FAILED)


def tell(line: str) -> None:
    """Say a line on the terminal's error side."""
    errors.print(line, markup=False, highlight=False, soft_wrap=True)


def far(store: Store, candidate: str) -> str:
    """How far a candidate is, in a sentence."""
    stands = candidates.standing(store, candidate)
    said = f"{candidate} has answered {stands.answered:,} of {stands.items:,} items"
    if stands.answered == stands.items:
        return said
    return f"{said}; {stands.failed:,} failed, {stands.lacking:,} were not asked, and all of these count as wrong"


def _tell(file: Path, taken: Taken) -> None:
    tell(f"{file}: {taken.taken:,} taken in, {taken.known:,} known, {taken.refused.height:,} refused")
    if not taken.refused.is_empty():
        tell(f"{first(taken.refused)}")
        tell(f"{sheet_of(file, taken.refused)} has all of them, with the reasons")
