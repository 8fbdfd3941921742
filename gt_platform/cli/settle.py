"""`gt settle`: what the answers in a file come to. Needs no project."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from pydantic import BaseModel
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gt_platform.answers import AnswerKind, Answers, InvalidAnswerError, Known, ReadsText, Settlement, kinds
from gt_platform.cli.app import Force, UsageError, app, errors, refuse_target, whole
from gt_platform.cli.sheets import complete, one_answer_each, read_table
from gt_platform.cli.show import show

WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    ".csv": lambda table, path: table.write_csv(path),
    ".jsonl": lambda table, path: table.write_ndjson(path),
    ".parquet": lambda table, path: table.write_parquet(path),
}
SCHEMA = {
    "task": pl.String, "label": pl.String, "confidence": pl.Float64, "method": pl.String, "votes": pl.String,
    "status": pl.String, "soft": pl.String, "confidence_is": pl.String,
}  # fmt: skip
SHOWN = 20
COLUMNS = ("task", "worker", "label")


@app.command()
def settle(
    answers: Annotated[Path, typer.Argument(help="CSV, TSV, JSONL or Parquet with the columns task, worker, label.")],
    kind: Annotated[str, typer.Option(help="What a label is: choice, number, text, ….")] = "choice",
    gold: Annotated[Path | None, typer.Option(help="A file of known truth, with the columns task, label.")] = None,
    gold_chosen: Annotated[
        bool, typer.Option("--gold-chosen", help="Gold was not drawn by chance: it teaches, but calibrates nothing.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A .csv, .jsonl or .parquet file.")] = None,
    force: Force = False,
) -> None:
    """Settle a file of answers: `gt settle answers.csv -o truth.csv`.

    One row a task: task, label, confidence, method, votes, status, soft (the share or probability of each label) and
    confidence_is: "probability" where enough gold calibrates it, else "share of votes". *settled* answers are safe to
    use. *adjudicate* means a tie, too weak a lead, or annotators nobody should trust: the label is only the one ahead.
    """
    if output is not None:
        refuse_target(output, WRITERS, force=force)
    given, replaced = one_answer_each(complete(read_table(answers, COLUMNS), COLUMNS, answers))
    known = complete(read_table(gold, ["task", "label"]), ["task", "label"], gold) if gold else None
    with _progress() as progress:
        progress.add_task(f"settling {given['task'].n_unique():,} tasks")
        settlements = _settled(kind, given, answers, known, gold, chosen=gold_chosen)
    table = pl.DataFrame([_row(task, settlements[task]) for task in sorted(settlements)], schema=SCHEMA)
    if output is None:
        shown = table.drop("method", "soft").head(SHOWN)
        show(shown, title=f"the first {shown.height} of {table.height:,} tasks")
    else:
        with whole(output) as partial:
            WRITERS[output.suffix](table, partial)
    _tell(settlements, output, replaced)


def _settled(
    name: str, given: pl.DataFrame, path: Path, known: pl.DataFrame | None, gold: Path | None, *, chosen: bool
) -> dict[str, Settlement]:
    texts = given["label"].to_list() + ([] if known is None else known["label"].to_list())
    kind = _kind(name, texts, path)
    said = _parsed(kind, given, path)
    truth = {} if known is None or gold is None else dict(zip(known["task"], _parsed(kind, known, gold), strict=True))
    asked = set(given["task"])
    truth = {task: answer for task, answer in truth.items() if task in asked}
    drawn = {} if chosen else dict.fromkeys(truth, len(truth) / len(asked))
    cast = Answers(tuple(given["task"]), tuple(given["worker"]), tuple(said))
    try:
        return kind.settle(cast, Known(truth, drawn))
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None


def _kind(name: str, texts: list[str], path: Path) -> AnswerKind:
    known: Mapping[str, type[BaseModel]] = kinds()
    readable = sorted(kind for kind, model in known.items() if issubclass(model, ReadsText))
    if name not in readable:
        raise UsageError(f"--kind is {name!r}; kinds that files can hold: {', '.join(readable)}")
    model: Any = known[name]
    try:
        kind = model.fitting(texts)
    except (InvalidAnswerError, ValueError) as error:
        raise UsageError(f"{path}: the labels are no answers of kind {name}: {error}") from None
    if not isinstance(kind, AnswerKind):
        raise UsageError(f"the registered answer kind {name!r} lacks a method of AnswerKind")
    return kind


def _parsed(kind: AnswerKind, frame: pl.DataFrame, path: Path) -> list[Any]:
    if not isinstance(kind, ReadsText):
        raise UsageError(f"answers of this kind cannot be read from {path}")
    parsed: dict[str, Any] = {}
    for row, text in enumerate(frame["label"], 1):
        if text not in parsed:
            try:
                parsed[text] = kind.parse(text)
            except InvalidAnswerError as error:
                raise UsageError(f"{path}: row {row}: {error}") from None
    return [parsed[text] for text in frame["label"]]


def _row(task: str, settlement: Settlement) -> dict[str, Any]:
    return {
        "task": task,
        "label": _text(settlement.leading if settlement.answer is None else settlement.answer),
        "confidence": settlement.confidence,
        "method": settlement.method if settlement.reason is None else f"{settlement.method}; {settlement.reason}",
        "votes": _by_label(settlement.votes),
        "status": "settled" if settlement.answer is not None else "adjudicate",
        "soft": None if settlement.soft is None else _by_label(settlement.soft),
        "confidence_is": settlement.confidence_is,
    }


def _text(answer: Any) -> str | None:
    return answer if answer is None or isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)


def _by_label(values: Mapping[str, float]) -> str:
    return json.dumps({_plain(vote): value for vote, value in values.items()}, ensure_ascii=False)


def _plain(vote: str) -> str:
    """An answer that is a text without the quotes of its JSON."""
    return str(json.loads(vote)) if vote.startswith('"') and vote.endswith('"') else vote


def _tell(settlements: Mapping[str, Settlement], output: Path | None, replaced: int) -> None:
    waiting = Counter(found.reason for found in settlements.values() if found.answer is None)
    settled = len(settlements) - waiting.total()
    where = f" in {output}" if output else "; -o FILE writes them all"
    lines = [f"{settled:,} of {len(settlements):,} tasks settled{where}"]
    lines += [f"{count:,} to adjudicate: {reason}" for reason, count in waiting.most_common()]
    methods = Counter(found.method for found in settlements.values())
    lines += [
        f"by {method}" + (f" ({count:,} tasks)" if len(methods) > 1 else "") for method, count in methods.most_common(3)
    ]
    if replaced:
        lines.append(f"{replaced:,} answers were given again, by the same annotator to the same task: the last counts")
    for line in lines:
        errors.print(line, markup=False, highlight=False, soft_wrap=True)


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=errors, transient=True
    )
