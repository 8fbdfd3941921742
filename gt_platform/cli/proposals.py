"""Commands by which a reviewer decides what users propose: `gt truth proposals`, `accept` and `refuse`."""

from pathlib import Path
from typing import Annotated, cast

import polars as pl
import typer

from gt_platform import truth as acts
from gt_platform.cli.app import Format, ProjectOption, UsageError, out, project_named, store_of
from gt_platform.cli.show import show
from gt_platform.cli.truth import Actor, Why, truth, who
from gt_platform.truth.proposals import STATES, State
from gt_platform.truth.verdicts import ACTS, Act

COLUMNS = (
    "feedback_id", "item_id", "model", "output", "proposed", "answer", "invalid", "given_by", "annotator_id", "comment",
    "proposed_at", "truth", "state", "why", "decided_by", "decision_id",
)  # fmt: skip
Feedback = Annotated[list[str], typer.Argument(help="Proposals, by the ids of their feedback.")]


@truth.command("proposals")
def list_proposals(
    sheet: Annotated[
        Path | None, typer.Argument(help="A .csv of verdicts to enter; without it, they are listed.")
    ] = None,
    state: Annotated[str, typer.Option(help=f"Which: {', '.join(STATES)}, or all.")] = "open",
    project: ProjectOption = None,
    layout: Format = "table",
    actor: Actor = None,
) -> None:
    """Corrections that users propose, with the model's output and what is true now.

    `gt truth proposals -f csv > proposals.csv`, add a column verdict (accept, edit or refuse), in why the reason, of an
    edit the right one in answer, and hand it back. Rows without a verdict wait on; of the others all are entered, or
    none.
    """
    declared = project_named(project)
    if sheet is not None:
        verdicts = _verdicts(sheet)
        _decide(project, verdicts, actor)
        return
    if state not in {"all", *STATES}:
        raise UsageError(f"--state is {state!r}; allowed: {', '.join(STATES)}, all")
    with store_of(declared) as (_, store):
        found = acts.proposals(store, declared, state=None if state == "all" else cast("State", state))
    frame = pl.DataFrame([{name: getattr(one, name) for name in COLUMNS} for one in found], infer_schema_length=None)
    if layout == "table":
        frame = frame[[column.name for column in frame if column.null_count() < frame.height]]
    show(frame, layout, title=f"proposals for {declared.name}: {len(found)} {'in all' if state == 'all' else state}")


@truth.command("accept")
def accept(
    feedback: Feedback,
    answer: Annotated[str | None, typer.Option(help="Another answer, which is right instead.")] = None,
    why: Why = "",
    project: ProjectOption = None,
    actor: Actor = None,
) -> None:
    """Make what users propose true: `gt truth accept fb-17 --why "it broke"`; with --answer, another answer is.

    Whoever proposes the same of the item is followed with it. The next release has it.
    """
    if answer is not None and len(feedback) > 1:
        raise UsageError("--answer edits one proposal; name one, or hand in a sheet: `gt truth proposals FILE.csv`")
    act: Act = "accept" if answer is None else "edit"
    _decide(project, [acts.Verdict(feedback_id=one, act=act, why=why, answer=answer) for one in feedback], actor)


@truth.command("refuse")
def refuse(feedback: Feedback, why: Why = "", project: ProjectOption = None, actor: Actor = None) -> None:
    """Refuse what users propose, with the reason: `gt truth refuse fb-17 --why "sarcasm rule of 3 May"`."""
    _decide(project, [acts.Verdict(feedback_id=one, act="refuse", why=why) for one in feedback], actor)


def _decide(project: str | None, verdicts: list[acts.Verdict], actor: str | None) -> None:
    declared = project_named(project)
    with store_of(declared, read_only=False) as (_, store):
        told = acts.decide(store, declared, verdicts, actor=who(actor))
    counts = f"{told.accepted} accepted, {told.edited} edited, {told.refused} refused"
    out.print(f"{counts}; {told.corrected} items have another truth, which the next release has")


def _verdicts(sheet: Path) -> list[acts.Verdict]:
    try:
        rows = pl.read_csv(sheet, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UsageError(f"{sheet}: cannot be read as CSV: {error}") from None
    if lacking := [name for name in ("feedback_id", "verdict") if name not in rows.columns]:
        raise UsageError(f"{sheet}: lacks the columns {', '.join(lacking)}; it has {', '.join(rows.columns)}")
    given = rows.filter(pl.col("verdict").is_not_null())
    if wrong := sorted(set(given["verdict"]) - set(ACTS)):
        raise UsageError(f"{sheet}: the verdict {wrong[0]!r} is none; allowed: {', '.join(ACTS)}")
    # a listed row without a decision was listed while its item had none
    listed = "decision_id" in rows.columns
    return [
        acts.Verdict(
            feedback_id=row["feedback_id"] or "",
            act=row["verdict"],
            why=row.get("why") or "",
            answer=row.get("answer"),
            seen=(row["decision_id"] or "") if listed else None,
        )
        for row in given.iter_rows(named=True)
    ]
