"""Commands that manage truth: import, show, correct, retire, restore; and explain."""

import getpass
import json
from pathlib import Path
from typing import Annotated, cast

import polars as pl
import typer

from gt_platform import labeling
from gt_platform import truth as acts
from gt_platform.cli.app import (
    Format,
    ProjectOption,
    UsageError,
    app,
    errors,
    out,
    project_named,
    settings,
    store_of,
)
from gt_platform.cli.rejected import first, sheet_of
from gt_platform.cli.show import show
from gt_platform.lake import Store
from gt_platform.truth.imports import OnConflict
from gt_platform.truth.rules import MANY

EXAMPLES = 5
STANDING = "SELECT count(*) FROM ground_truth"
truth = typer.Typer(no_args_is_help=True, help="Truth of your own: bring it in, correct it, retire it.")
app.add_typer(truth, name="truth")

Item = Annotated[str, typer.Argument(help="Its id, or the first eight characters or more of it.")]
Why = Annotated[str, typer.Option(help="The reason, which is kept.")]
Actor = Annotated[str | None, typer.Option("--as", help="Whose doing it is; your account's name when not given.")]


@truth.command("import")
def import_truth(
    file: Annotated[Path, typer.Argument(help="JSONL, CSV or Parquet, or a release's ground_truth.parquet.")],
    source: Annotated[str, typer.Option(help="Where it is from, in your own words; kept with every item.")],
    project: ProjectOption = None,
    status: Annotated[str, typer.Option(help="imported: what it is known as.")] = "imported",
    check: Annotated[bool, typer.Option("--check", help="Say what it would do, and do nothing.")] = False,
    on_conflict: Annotated[str, typer.Option(help="keep what stands, replace it, or ask people.")] = "keep",
    ask: Annotated[bool, typer.Option("--ask", help="Ask people every item of the file, too.")] = False,
    layout: Annotated[str | None, typer.Option("--layout", help="The format of its records; else it is told.")] = None,
    actor: Actor = None,
) -> None:
    """Bring in items with their truth: `gt truth import golden.jsonl --source "clinic 2026"`.

    A record has an input and an answer (`{"input": …, "expected_output": {"answer": …}}`, or columns such as question
    and answer); an item needs no event. What cannot be taken goes to FILE.rejected.csv, a reason each; the rest is
    taken in at once, and the same file again changes nothing.
    """
    declared = project_named(project)
    if on_conflict not in acts.ON_CONFLICT or status != "imported":
        raise UsageError(f"--status is imported, --on-conflict one of {', '.join(acts.ON_CONFLICT)}")
    records = acts.records_in(file, declared, source=source, layout=layout)
    with store_of(declared, read_only=check) as (_, store):
        records = acts.unerased(store, records)
        if check:
            _tell_import(acts.compare(store, records), records, file, done=False)
            return
        told = acts.take_in(
            store,
            declared,
            records,
            actor=who(actor),
            on_conflict=cast("OnConflict", on_conflict),
            ask=lambda writer, items: labeling.ask_anew(writer, declared, items),
            ask_all=ask,
        )
    _tell_import(told, records, file, done=True)


@truth.command("show")
def show_truth(item: Item, project: ProjectOption = None, layout: Format = "table") -> None:
    """An item and how it stands: its answer, who or what settled it, and how often that changed."""
    _show(item, project, layout, ("item", "truth", "proposals", "decisions"))


@app.command()
def explain(item: Item, project: ProjectOption = None, layout: Format = "table") -> None:
    """An item from its event to the scores it has a part in: draws, answers, rulings, decisions, releases."""
    _show(item, project, layout, None)


@truth.command("correct")
def correct_truth(
    item: Annotated[str | None, typer.Argument(help="Its id, or the beginning of it.")] = None,
    answer: Annotated[str | None, typer.Argument(help="The right answer, as text or JSON.")] = None,
    why: Why = "",
    sheet: Annotated[Path | None, typer.Option(help="A CSV file with the columns item_id, answer, why.")] = None,
    project: ProjectOption = None,
    actor: Actor = None,
) -> None:
    """Say what an item's answer is: `gt truth correct 3f2a91c0 negative --why "sarcasm rule of 3 May"`.

    It stands until the item is asked anew, and the next release has it. Of a sheet all rows are entered, or none.
    """
    declared = project_named(project)
    if (sheet is None) == (item is None) or (item is not None and answer is None):
        raise UsageError("give an item with its answer, or --sheet FILE.csv")
    rows = [acts.Correction(item or "", answer or "", why)] if sheet is None else _corrections(sheet, why)
    with store_of(declared, read_only=False) as (_, store):
        done = acts.correct(store, declared, rows, actor=who(actor))
    out.print(f"{done.corrected} corrected, {done.unchanged} were so before; the next release has them")


@truth.command("retire")
def retire_truth(
    items: Annotated[list[str] | None, typer.Argument(help="Ids, or beginnings of them.")] = None,
    where: Annotated[str | None, typer.Option(help="A condition: \"attributes.product = 'v1'\".")] = None,
    why: Why = "",
    category: Annotated[str, typer.Option(help="outdated, incorrect, duplicate or private.")] = "outdated",
    project: ProjectOption = None,
    actor: Actor = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, however many they are.")] = False,
) -> None:
    """Take items out of the truth, by id or by a rule over `ground_truth` and the items' attributes.

    Nothing is deleted: releases keep what they had, nothing more is asked of the items, `gt truth restore` takes it
    back.
    """
    declared = project_named(project)
    if not items and where is None:
        raise UsageError("name items, or give a rule: --where \"attributes.product = 'v1'\"")
    with store_of(declared, read_only=False) as (_, store):
        chosen = [*(items or []), *(acts.matching(settings(), store, where) if where is not None else [])]
        _ask_first(store, len(chosen), yes=yes)
        done = acts.retire(store, declared, chosen, why=why, category=category, actor=who(actor))
    out.print(f"{done.retired} retired, {done.unchanged} were so before; the next release is without them")


@truth.command("restore")
def restore_truth(
    items: Annotated[list[str], typer.Argument(help="Ids of items that were retired, or beginnings of them.")],
    why: Why = "",
    project: ProjectOption = None,
    actor: Actor = None,
) -> None:
    """Put retired items back, as they were."""
    declared = project_named(project)
    with store_of(declared, read_only=False) as (_, store):
        count = acts.restore(store, declared, items, why=why, actor=who(actor))
    out.print(f"{count} restored; the next release has them again")


def who(actor: str | None) -> str:
    """Whose doing it is."""
    return (actor or "").strip() or getpass.getuser()


def _ask_first(store: Store, chosen: int, *, yes: bool) -> None:
    standing = int(store.read(STANDING).item())
    if yes or not standing or chosen <= MANY * standing:
        return
    typer.confirm(f"this retires {chosen:,} of {standing:,} items with truth; go on?", abort=True, err=True)


def _corrections(sheet: Path, why: str) -> list[acts.Correction]:
    try:
        rows = pl.read_csv(sheet, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UsageError(f"{sheet}: cannot be read as CSV: {error}") from None
    lacking = [name for name in ("item_id", "answer") if name not in rows.columns]
    if lacking or not (why or "why" in rows.columns):
        raise UsageError(f"{sheet}: lacks the columns {', '.join(lacking) or 'why'}; it has {', '.join(rows.columns)}")
    given = rows.filter(pl.col("answer").is_not_null()).iter_rows(named=True)
    return [acts.Correction(row["item_id"] or "", row["answer"], row.get("why") or why) for row in given]


def _show(item: str, project: str | None, layout: str, wanted: tuple[str, ...] | None) -> None:
    with store_of(project_named(project)) as (_, store):
        parts = acts.explain(store, item)
    chosen = {name: frame for name, frame in parts.items() if wanted is None or name in wanted}
    if layout == "json":
        told = {name: frame.to_dicts() for name, frame in chosen.items()}
        typer.echo(json.dumps(told, default=str, ensure_ascii=False, indent=2))
        return
    for name, frame in chosen.items():
        filled = frame[[column.name for column in frame if column.null_count() < frame.height]]
        if not filled.is_empty():
            show(filled, layout, title=name)


def _tell_import(told: acts.Imported, records: acts.Records, file: Path, *, done: bool) -> None:
    conflicts = told.conflicts.height
    lines = [f"{told.new:,} new, {told.equal:,} equal, {conflicts:,} in conflict with what stands"]
    if told.by_outcome:
        lines.append(f"{told.by_outcome:,} have outcomes that say otherwise, which stand: `gt truth correct` overrules")
    if done and (told.replaced or told.assignments):
        lines.append(f"{told.replaced:,} replaced, {told.assignments:,} assignments made")
    if not records.rejected.is_empty():
        lines.append(f"{records.rejected.height:,} lines cannot be taken: {first(records.rejected)}")
        if done:
            lines.append(f"{sheet_of(file, records.rejected)} has them, with the reasons")
    if not done:
        lines.append("nothing was written: that was --check")
    for line in lines:
        errors.print(line, markup=False, highlight=False, soft_wrap=True)
    if conflicts:
        show(told.conflicts.head(EXAMPLES), title=f"the first {min(conflicts, EXAMPLES)} in conflict")
