"""`gt splits` and `gt contamination`: what is kept from training, and whether it is trained on all the same."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from gt_platform import held_out, likeness
from gt_platform.checks import held_out as checks
from gt_platform.cli.app import (
    FAILED,
    Force,
    Format,
    ProjectName,
    ProjectOption,
    UsageError,
    app,
    errors,
    out,
    project_named,
    refuse_target,
    store_of,
    whole,
)
from gt_platform.cli.show import show
from gt_platform.held_out import Looked, Searched
from gt_platform.lake import Store

SPLITS = """
    SELECT split, count(*) AS items, count(since) AS frozen, count(withheld_for) AS withheld,
           count(DISTINCT coalesce(d.duplicate_group, s.item_id)) AS groups
    FROM splits s LEFT JOIN (SELECT item_id, duplicate_group FROM duplicates) d ON d.item_id = s.item_id
    GROUP BY split ORDER BY split
"""
PAIRS = {
    "file": pl.String, "line": pl.Int64, "item_id": pl.String, "similarity": pl.Float64, "kind": pl.String,
    "input": pl.String,
}  # fmt: skip
WRITERS = {
    ".csv": lambda frame, path: frame.write_csv(path),
    ".json": lambda frame, path: frame.write_json(path),
    ".jsonl": lambda frame, path: frame.write_ndjson(path),
    ".parquet": lambda frame, path: frame.write_parquet(path),
}
INPUTS = "SELECT item_id, input::VARCHAR AS input FROM items SEMI JOIN wanted USING (item_id)"
SHOWN = 20

splits = typer.Typer(
    invoke_without_command=True, help="What is trained on and what is held out: the declared splits, and freezing them."
)
app.add_typer(splits, name="splits")


@splits.callback()
def bare(context: typer.Context) -> None:
    """What is trained on and what is held out: the declared splits, and freezing them."""
    if context.invoked_subcommand is None:
        show_splits(None)


@splits.command("show")
def show_splits(project: ProjectName = None, layout: Format = "table") -> None:
    """Every split with its items: how many are frozen, and how many of these to train on are withheld."""
    declared = project_named(project)
    with store_of(declared) as (_, store):
        found, told = store.read(SPLITS), checks.sizes(store, declared)
    if found.is_empty() and layout == "table":
        said = "no item is settled yet" if declared.splits else "splits: {evaluation: 300, test: 1000, train: rest}"
        raise UsageError(f"{declared.name} has no splits: {said if declared.splits else f'declare them, as {said}'}")
    show(found, layout, title=f"{declared.name}: the splits of its truth")
    if layout == "table" and told.verdict != "pass":
        out.print(told.said, markup=False, highlight=False)


@splits.command("freeze")
def freeze(project: ProjectName = None) -> None:
    """Have every item stay in its split for ever, as of the latest release; new ones join, and nobody moves."""
    declared = project_named(project)
    with store_of(declared, read_only=False) as (_, store):
        likeness.find_duplicates(store, declared)
        frozen = held_out.freeze(store, declared)
        told = checks.sizes(store, declared)
    out.print(f"{frozen.frozen} items are frozen, {frozen.changed} of them just now", highlight=False)
    if told.verdict != "pass":
        out.print(told.said, markup=False, highlight=False)


@app.command()
def contamination(
    files: Annotated[
        list[Path], typer.Argument(help="JSONL, JSON, CSV, TSV, Parquet, or any text; .gz and .zst, too.")
    ],
    project: ProjectOption = None,
    split: Annotated[str | None, typer.Option(help="A held-out split to look for; all of them without.")] = None,
    only: Annotated[
        list[str] | None, typer.Option("--field", help="Fields of the files to look into; all without.")
    ] = None,
    layout: Format = "table",
    target: Annotated[Path | None, typer.Option("--out", "-o", help="A .csv, .json, .jsonl or .parquet file.")] = None,
    force: Force = False,
    forget: Annotated[bool, typer.Option("--forget", help="Let go of files that nobody trains on any more.")] = False,
) -> None:
    """Look for the benchmark in files that somebody trains on: `gt contamination train.jsonl`.

    What is held out is looked for (all truth, where no splits are declared): letter for letter, in the same words, or
    with up to a quarter of them changed. The files are remembered, and no release becomes the champion while one holds
    any. Exits with 1 where one does.
    """
    if target is not None:
        refuse_target(target, WRITERS, force=force)
    declared = project_named(project)
    with store_of(declared, read_only=False) as (_, store):
        if forget:
            _forget(store, files)
            return
        looked = held_out.benchmark_of(store, declared, split)
        if not looked.items:
            raise UsageError(f"{declared.name} has nothing to look for: " + (
                f"no item is held out in a split {split}" if split else "no item is settled yet"))  # fmt: skip
        found = [_searched(file, looked, frozenset(only or ())) for file in files]
        for one in found:
            held_out.remember(store, one, looked, by=getpass.getuser())
        pairs = _pairs(store, found)
    if target is not None:
        with whole(target) as partial:
            WRITERS[target.suffix](pairs, partial)
    if layout == "table":
        _tell(found, looked, pairs, target)
    else:
        show(pairs, layout)
    if not pairs.is_empty():
        raise typer.Exit(FAILED)


def _searched(file: Path, looked: Looked, only: frozenset[str]) -> Searched:
    with errors.status(str(file)) as status:
        return held_out.search(
            file, looked, only=only, progress=lambda count: status.update(f"{file}: {count:,} records")
        )


def _pairs(store: Store, found: list[Searched]) -> pl.DataFrame:
    """Every place of every item, the most telling first, with the item's text."""
    frame = pl.DataFrame(list(_places(found)), schema=PAIRS | {"input": pl.Null}, orient="row").drop("input")
    inputs = store.read(INPUTS, frames={"wanted": frame.select("item_id").unique()})
    return frame.join(inputs, on="item_id", how="left", maintain_order="left").select(list(PAIRS))


def _places(found: list[Searched]) -> Iterator[tuple[Any, ...]]:
    for one in found:
        for item, matches in one.matches.items():
            yield from ((str(one.path), match.line, item, match.similarity, match.kind, None) for match in matches)


def _tell(found: list[Searched], looked: Looked, pairs: pl.DataFrame, target: Path | None) -> None:
    if not pairs.is_empty():
        show(pairs.head(SHOWN), title=f"the first {min(SHOWN, pairs.height)} of {pairs.height:,} places")
    for one in found:
        kinds = ", ".join(f"{one.count(kind)} {kind}" for kind in ("exact", "normalised", "near"))
        out.print(
            f"{one.path}: {len(one.matches)} of {looked.items} items ({looked.what}) in {one.records:,} records: "
            f"{kinds}",
            highlight=False, markup=False, soft_wrap=True,
        )  # fmt: skip
    if target is not None:
        out.print(f"{target} has every place", highlight=False, markup=False, soft_wrap=True)


def _forget(store: Store, files: list[Path]) -> None:
    unknown = [file for file in files if not held_out.forget(store, file)]
    if unknown:
        raise UsageError(f"{unknown[0]} is no training file that is known; `gt sql` on training_files lists them")
    out.print(f"{len(files)} files are no longer looked at", highlight=False)
