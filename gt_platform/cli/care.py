"""Commands for what needs a person: quarantine, adjudicate."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from gt_platform.cli.app import (
    Force,
    Format,
    ProjectName,
    ProjectOption,
    UsageError,
    app,
    out,
    project_named,
    refuse_target,
    store_of,
    whole,
)
from gt_platform.cli.show import show
from gt_platform.feedback import export_quarantined, replay, try_again
from gt_platform.labeling import adjudicate as enter_rulings
from gt_platform.labeling import adjudication_queue

WAITING = """
    SELECT reason, count(*) AS lines, min(frame_day) AS first_day, max(frame_day) AS last_day,
           any_value(detail) AS example
    FROM quarantine ANTI JOIN replays USING (quarantine_id) GROUP BY reason ORDER BY lines DESC, reason
"""
UNREAD = "SELECT path, state, tries, reason, since FROM unread ORDER BY state DESC, path"
quarantine = typer.Typer(no_args_is_help=True, help="Records that could not be taken in, and how to bring them in.")
app.add_typer(quarantine, name="quarantine")


@quarantine.command("list")
def list_quarantined(project: ProjectName = None, layout: Format = "table") -> None:
    """What waits in quarantine, by reason; and entries of the inbox that could not be read at all."""
    with store_of(project_named(project)) as (_, store):
        show(store.read(WAITING), layout, title="in quarantine")
        unread = store.read(UNREAD)
    if not unread.is_empty() and layout == "table":
        show(unread, layout, title="not read: mend it, then `gt quarantine retry`")


@quarantine.command("retry")
def retry_unread(
    path: Annotated[str | None, typer.Argument(help="An entry as `list` shows it; all of them without.")] = None,
    project: ProjectOption = None,
) -> None:
    """Let entries of the inbox that were set aside be tried again, by the sensor or the next refresh."""
    with store_of(project_named(project), read_only=False) as (_, store):
        count = try_again(store, path)
    if path is not None and not count:
        raise UsageError(f"{path!r} is not set aside; `gt quarantine list` shows what is")
    out.print(f"{count} entries will be tried again")


@quarantine.command("export")
def export_lines(
    target: Annotated[Path, typer.Argument(help="A .jsonl file to write; edit `raw` in it.")],
    project: ProjectName = None,
    force: Force = False,
) -> None:
    """Write the quarantined lines to a file for fixing."""
    refuse_target(target, (".jsonl",), force=force)
    with store_of(project_named(project)) as (_, store):
        lines = export_quarantined(store)
    with whole(target) as partial:
        partial.write_text(lines, encoding="utf-8")
    out.print(f"{target}: fix `raw` line by line, delete what is to stay out, then `gt quarantine replay {target}`")


@quarantine.command("replay")
def replay_fixed(
    fixed: Annotated[Path, typer.Argument(help="The exported file with its lines fixed.")], project: ProjectName = None
) -> None:
    """Take fixed lines in; what is still wrong goes back to quarantine with its reason."""
    declared = project_named(project)
    with store_of(declared, read_only=False) as (_, store):
        done = replay(store, declared, fixed, today=datetime.now(UTC).date())
    out.print(
        f"{done.events} events, {done.feedback} feedback, {done.duplicates} duplicates; still bad: {done.quarantined}"
    )


@app.command()
def adjudicate(
    rulings: Annotated[
        Path | None, typer.Argument(help="A .csv of rulings to enter; without it, the queue is shown.")
    ] = None,
    project: ProjectOption = None,
    layout: Format = "table",
) -> None:
    """Rule on ties and other open cases.

    `gt adjudicate -f csv > cases.csv`, add columns answer, adjudicator and reasoning, and hand it back.
    """
    declared = project_named(project)
    if rulings is None:
        with store_of(declared) as (_, store):
            show(adjudication_queue(store, declared), layout, title="items waiting for a ruling")
        return
    frame = _rulings(rulings)
    with store_of(declared, read_only=False) as (_, store):
        entered = enter_rulings(store, declared, frame)
    out.print(f"{entered} rulings entered; the next refresh settles and releases them")


def _rulings(file: Path) -> pl.DataFrame:
    try:
        frame = pl.read_csv(file, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise UsageError(f"{file}: cannot be read as CSV: {error}") from None
    lacking = [name for name in ("item_id", "answer", "adjudicator") if name not in frame.columns]
    if lacking:
        raise UsageError(f"{file}: lacks the columns {', '.join(lacking)}; it has {', '.join(frame.columns)}")
    return frame.filter(pl.col("answer").is_not_null())
