"""`gt gate` and `gt pin`: may it ship, and what must be right whatever else it does."""

import getpass
from pathlib import Path
from typing import Annotated, Literal

import typer

from gt_platform import benchmark
from gt_platform.cli.app import CODES, Format, UsageError, app, out, project_named, store_of
from gt_platform.cli.gate_files import junit, markdown
from gt_platform.cli.gated import tell, verdict_row
from gt_platform.cli.remarks import remark
from gt_platform.cli.show import show

Breaking = Literal["fail", "insufficient"]


@app.command()
def gate(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    candidate: Annotated[str, typer.Option(help="Who wants to ship: a name that predictions were taken in under.")],
    baseline: Annotated[str | None, typer.Option(help="Whom it may not be worse than; else as declared.")] = None,
    fail_on: Annotated[
        Breaking, typer.Option(help="What ends with another exit code than 0: fail; insufficient evidence as well.")
    ] = "fail",
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write the verdict as JUnit XML, too.")] = None,
    summary: Annotated[
        Path | None, typer.Option("--markdown", help="Add a summary with the items that changed, for a pull request.")
    ] = None,
    layout: Format = "table",
) -> None:
    """May a candidate ship? Its difference from the baseline on the same items, against the margins declared.

    Pass where every margin surely holds on all items and on each slice that must not lose, and every pinned item is
    right; fail where one surely does not. Exits with 0 for pass, 1 for fail, 2 for insufficient evidence where
    --fail-on says so, 3 for input that cannot be used.
    """
    project = project_named(name)
    with store_of(project, read_only=False) as (_, store):
        found = benchmark.gate(store, project, candidate, baseline)
    if layout == "table":
        tell(found)
    else:
        show(verdict_row(found), layout)
    if junit_file is not None:
        _write(junit_file, junit(found))
    if summary is not None:
        _write(summary, markdown(found), append=True)
    if found.verdict == "insufficient_evidence" and fail_on == "fail":
        remark("insufficient evidence is no pass; --fail-on insufficient makes a pipeline stop at it")
        return
    raise typer.Exit(CODES[found.verdict])


def _write(file: Path, text: str, *, append: bool = False) -> None:
    try:
        with file.open("a" if append else "w", encoding="utf-8") as written:
            written.write(text)
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror or error}") from None


@app.command()
def pin(
    name: Annotated[str, typer.Argument(metavar="PROJECT")],
    items: Annotated[list[str] | None, typer.Argument(metavar="ITEM", help="Its id, or how it begins.")] = None,
    why: Annotated[str, typer.Option(help="The reason, which is kept.")] = "",
    failures: Annotated[int, typer.Option(min=0, help="Pin the last so many that production got wrong.")] = 0,
    off: Annotated[bool, typer.Option("--off", help="Let them go again.")] = False,
    layout: Format = "table",
) -> None:
    """Items that every candidate must get right; without ITEM, those that are pinned."""
    project = project_named(name)
    with store_of(project, read_only=False) as (_, store):
        asked = list(items or [])
        if failures:
            asked += benchmark.failures(store, project, failures)
        if not asked:
            show(benchmark.pins(store), layout, title="pinned")
            return
        named = benchmark.pin(store, asked, why=why, actor=getpass.getuser(), pinned=not off)
    told = "no longer pinned" if off else "pinned"
    out.print(f"{len(named):,} {told}: {', '.join(one[:12] for one in named)}", markup=False)
