"""`gt items`: items that production lacks, to measure by."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from gt_platform import labeling
from gt_platform import truth as acts
from gt_platform.cli.app import ProjectOption, app, errors, project_named, store_of
from gt_platform.cli.rejected import first, sheet_of
from gt_platform.cli.truth import Actor, who
from gt_platform.project import Project

SHORT, NAMED = 12, 3
items = typer.Typer(no_args_is_help=True, help="Items that production lacks: adversarial ones, or made by hand.")
app.add_typer(items, name="items")


@items.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet: an input a record, and what is known of it.")],
    origin: Annotated[Literal["adversarial", "hand_made"], typer.Option(help="Which set they are of.")],
    project: ProjectOption = None,
    source: Annotated[str | None, typer.Option(help="Where they are from; the file's name, if left out.")] = None,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Whether people are asked what is true of them.")] = True,
    check: Annotated[bool, typer.Option("--check", help="Say what it would do, and do nothing.")] = False,
    actor: Actor = None,
) -> None:
    """Add items to a set of their own: `gt items add traps.jsonl --origin adversarial`.

    A record has an input (`{"input": …}`, or a column question, prompt or text); what else it has are attributes.
    People are asked as of any item. No score of production, and nothing that is trained on, has any part of it; `gt
    leaderboard --by adversarial` has the set's own scores. What cannot be taken goes to FILE.rejected.csv.
    """
    declared = project_named(project)
    records = acts.items_in(file, declared, source=source or file.name)
    with store_of(declared, read_only=check) as (_, store):
        records = acts.unerased(store, records)
        told = (
            acts.compare_items(store, records, origin)
            if check
            else acts.add_items(
                store,
                declared,
                records,
                origin=origin,
                actor=who(actor),
                ask=(lambda writer, wanted: labeling.ask_anew(writer, declared, wanted)) if ask else None,
            )
        )
    for line in (*_said(told, declared, origin), *_rejected(records, file, written=not check)):
        errors.print(line, markup=False, highlight=False, soft_wrap=True)
    if check:
        errors.print("nothing was written: that was --check", markup=False)


def _said(told: acts.Added, declared: Project, origin: str) -> list[str]:
    lines = [f"{told.new:,} new in {origin}, {told.known:,} there already, {told.again:,} again in the file"]
    for others, whose in ((told.production, "of production"), (told.elsewhere, "of another set")):
        if others:
            named = ", ".join(one[:SHORT] for one in others[:NAMED])
            more = f" and {len(others) - NAMED:,} more" if len(others) > NAMED else ""
            lines.append(f"{len(others):,} are {whose} already, and stay so: {named}{more}")
    if told.answered:
        lines.append(f"{told.answered:,} came with an answer, which is not taken: `gt truth import` makes it the truth")
    if told.assignments:
        cost = told.assignments * declared.labeling.cost.annotator
        priced = f", {cost:g} by labeling.cost" if "cost" in declared.labeling.model_fields_set else ""
        made = f"{told.assignments:,} assignments were made of {told.asked:,} items{priced}"
        lines.append(f"{made}: `gt refresh {declared.name}` hands them over")
    return lines


def _rejected(records: acts.Records, file: Path, *, written: bool) -> list[str]:
    if records.rejected.is_empty():
        return []
    lines = [f"{records.rejected.height:,} lines cannot be taken: {first(records.rejected)}"]
    return [*lines, f"{sheet_of(file, records.rejected)} has them, with the reasons"] if written else lines
