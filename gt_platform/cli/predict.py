"""`gt predict`: ask a candidate for what it lacks."""

import json
from typing import Annotated

import polars as pl
import typer

from gt_platform import candidates
from gt_platform.candidates import Run
from gt_platform.candidates.asking import Asker, Command, ask, function_named, items_of
from gt_platform.canonical import canonical
from gt_platform.cli.app import UsageError, app, progress, project_named, store_of
from gt_platform.cli.evaluate import Candidate, Meta, Which, far, tell
from gt_platform.waiting import terminable

TIMEOUT = 60.0


@app.command()
def predict(
    project: Which,
    candidate: Candidate,
    run: Annotated[str | None, typer.Option("--run", help="A command: items on stdin, answers on stdout.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="An address: each item is posted to it.")] = None,
    call: Annotated[str | None, typer.Option("--call", help="A Python function: my_model:predict.")] = None,
    meta: Meta = None,
    split: Annotated[str | None, typer.Option(help="Ask items of this split alone.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Ask so many at most.")] = None,
    repetitions: Annotated[int, typer.Option(min=1, help="How often to ask the same.")] = 1,
    again: Annotated[bool, typer.Option("--again", help="Ask again what failed, too.")] = False,
    per_second: Annotated[float | None, typer.Option(min=0.001, help="Of an address: requests a second.")] = None,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Of an address: requests at a time.")] = 4,
    timeout: Annotated[float | None, typer.Option(min=0.01, help="Seconds: an address's answer, a command's.")] = None,
    header_from: Annotated[list[str] | None, typer.Option(help="A variable that holds a header.")] = None,
    listing: Annotated[bool, typer.Option("--list", help="Ask nobody: what it lacks, a line an item.")] = False,
) -> None:
    """Ask a candidate for what it lacks of all items: `gt predict sentiment -c v2 --run ./model.py`.

    A command gets `{"item_id", "input"}` a line and answers `{"item_id", "output"}`; an address is posted the same and
    answers with an output; a function goes from an input to an output. What came is kept whatever ends it: the same
    command again asks for the rest.
    """
    name, said = candidates.candidate_name(candidate), candidates.meta_of(meta or [])
    if listing:
        with store_of(project_named(project)) as (_, store):
            _list(candidates.lacking(store, name, repetitions=repetitions, split=split, limit=limit, again=again))
        return
    asker = _asker(run, url, call, per_second=per_second, at_once=at_once, timeout=timeout, headers=header_from or [])
    declared = project_named(project)
    candidates.refuse_judged(declared)
    with store_of(declared, read_only=False) as (_, store):
        asked = items_of(
            candidates.lacking(store, name, repetitions=repetitions, split=split, limit=limit, again=again)
        )
        ledger = Run(candidate=name, source=asker.source, meta=said)
        try:
            with terminable(), progress() as bar:
                task = bar.add_task(name, total=len(asked))
                ask(store, declared, ledger, asker, asked, told=lambda n: bar.advance(task, n))
        finally:
            tell(f"{ledger.so_far.taken:,} of {len(asked):,} came")
            _tell_stray(asker)
            tell(far(store, name))


def _list(wanted: pl.DataFrame) -> None:
    for item, text, repetition in wanted.select("item_id", "input", "repetition").iter_rows():
        print(canonical({"item_id": item, "repetition": repetition, "input": json.loads(text)}))  # noqa: T201


def _asker(
    run: str | None,
    url: str | None,
    call: str | None,
    *,
    per_second: float | None,
    at_once: int,
    timeout: float | None,
    headers: list[str],
) -> Asker:
    given = [one for one in (run, url, call) if one is not None]
    if len(given) != 1:
        raise UsageError("say how to ask it: one of --run COMMAND, --url ADDRESS or --call module:function")
    if url is None and (headers or per_second):
        raise UsageError("--header-from and --per-second are of --url")
    if run is not None:
        return Command(run, timeout=timeout)
    if call is not None:
        return function_named(call)
    from gt_platform.candidates.asking.endpoint import Endpoint, headers_from

    return Endpoint(
        given[0], headers=headers_from(headers), per_second=per_second, at_once=at_once, timeout=timeout or TIMEOUT
    )


def _tell_stray(asker: Asker) -> None:
    if isinstance(asker, Command) and asker.stray:
        tell(f"{len(asker.stray):,} lines were no answers, the first: {asker.stray[0]}")
