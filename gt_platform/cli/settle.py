"""`gt settle`: what the answers in a file come to. Needs no project."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gt_platform.answers import AnswerKind, Answers, Known, Settlement
from gt_platform.cli.app import Force, UsageError, app, errors, refuse_target, whole
from gt_platform.cli.guard import gold_of, guarded
from gt_platform.cli.readable import kind_of, meaning_of, parsed
from gt_platform.cli.reading import Reading, reads
from gt_platform.cli.sheets import Sheet, answers_in, labels_in, one_answer_each
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
NOBODY = Settlement(answer=None, confidence=None, votes={}, method="none", reason="nobody answered")


@app.command()
@reads()
def settle(
    answers: Annotated[Path, typer.Argument(help="CSV, TSV, JSONL or Parquet with the columns task, worker, label.")],
    how: Reading,
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
    sheets = [answers_in(answers, how), *([labels_in(gold, how)] if gold else [])]
    sheets = guarded(sheets, how, meaning_of(kind, how, sheets))
    known = gold_of(sheets[1], sheets[0], how) if gold else None
    fitted = kind_of(kind, how, sheets)
    rows = sheets[0].rows
    given, replaced = one_answer_each(rows.drop_nulls("label"))
    unanswered = sorted(set(rows["task"]) - set(given["task"]))
    with _progress() as progress:
        progress.add_task(f"settling {given['task'].n_unique():,} tasks")
        settlements = _settled(fitted, given, answers, known, chosen=gold_chosen)
    settlements |= dict.fromkeys(unanswered, NOBODY)
    table = pl.DataFrame([_row(task, settlements[task]) for task in sorted(settlements)], schema=SCHEMA)
    if output is None:
        shown = table.drop("method", "soft").head(SHOWN)
        show(shown, title=f"the first {shown.height} of {table.height:,} tasks")
    else:
        with whole(output) as partial:
            WRITERS[output.suffix](table, partial)
    _tell(settlements, output, replaced, rows["label"].null_count())


def _settled(
    kind: AnswerKind, given: pl.DataFrame, path: Path, known: Sheet | None, *, chosen: bool
) -> dict[str, Settlement]:
    said = parsed(kind, given, path)
    truth = {} if known is None else dict(zip(known.rows["task"], parsed(kind, known.rows, known.path), strict=True))
    asked = set(given["task"])
    truth = {task: answer for task, answer in truth.items() if task in asked}
    drawn = {} if chosen else dict.fromkeys(truth, len(truth) / len(asked))
    cast = Answers(tuple(given["task"]), tuple(given["worker"]), tuple(said))
    try:
        return kind.settle(cast, Known(truth, drawn))
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None


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


def _tell(settlements: Mapping[str, Settlement], output: Path | None, replaced: int, unanswered: int) -> None:
    waiting = Counter(found.reason for found in settlements.values() if found.answer is None)
    settled = len(settlements) - waiting.total()
    where = f" in {output}" if output else "; -o FILE writes them all"
    lines = [f"{settled:,} of {len(settlements):,} tasks settled{where}"]
    lines += [f"{count:,} to adjudicate: {reason}" for reason, count in waiting.most_common()]
    methods = Counter(found.method for found in settlements.values() if found is not NOBODY)
    lines += [
        f"by {method}" + (f" ({count:,} tasks)" if len(methods) > 1 else "") for method, count in methods.most_common(3)
    ]
    if unanswered:
        lines.append(f"unanswered (rows without a label), left out: {unanswered:,}")
    if replaced:
        lines.append(f"{replaced:,} answers were given again, by the same annotator to the same task: the last counts")
    for line in lines:
        errors.print(line, markup=False, highlight=False, soft_wrap=True)


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=errors, transient=True
    )
