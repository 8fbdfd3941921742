"""`gt demo`: the platform on real texts, alone or with you as one of its experts."""

import os
import subprocess
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gt_platform.cli.app import app, out, progress, project_named, settings, use_home

if TYPE_CHECKING:
    from gt_platform.demo.live import Reached
    from gt_platform.settings import Settings

PATIENCE = 15  # seconds the workbench is given to end by itself


@app.command()
def demo(
    folder: Annotated[
        Path | None, typer.Argument(help="Where it keeps its lake and its report; .demo, or .demo-live.")
    ] = None,
    live: Annotated[bool, typer.Option("--live", help="Label a day yourself, in the workbench.")] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Of the workbench, with --live.")] = 8080,
    days: Annotated[int, typer.Option(min=1, max=42, help="How many of its days to run, without --live.")] = 42,
) -> None:
    """42 days of real texts, a real model and real human ratings through the nightly job; ends with a report.

    With --live a week is replayed, and then you label the next day's texts where an expert's answers were replayed.
    """
    from gt_platform.demo.run import PROJECT, projects_folder

    os.environ["GT_PROJECTS"] = str(projects_folder(settings().projects))
    project_named(PROJECT)
    home = folder or Path(".demo-live" if live else ".demo")
    _live(home, port) if live else _alone(home, days)


def _alone(folder: Path, days: int) -> None:
    from gt_platform.demo.run import CARRIED, run_demo

    settings = use_home(folder)
    with progress() as bar:
        finished = run_demo(settings, bar, days=days)
    out.print(finished.table)
    ui = f"GT_PROJECTS={CARRIED} gt ui" if settings.projects == CARRIED else "make ui"
    out.print(f"\nOpen [bold]{finished.html}[/] in a browser. The Dagster UI on the same data: "
              f"[bold]GT_HOME={folder} {ui}[/]", soft_wrap=True)  # fmt: skip


def _live(folder: Path, port: int) -> None:
    from gt_platform.demo import live

    home = use_home(folder).home
    with progress() as bar:
        settings, day = live.replay_week(home, bar)
    password = live.invite(settings)
    with _workbench(settings, port):
        out.print(
            f"Open [bold]http://127.0.0.1:{port}[/] and sign in as [bold]{live.YOU}[/], password [bold]{password}[/]. "
            f"About {live.BUDGET} texts wait for you, some of known truth among them; hand in each batch. "
            "Ctrl-C ends it, and the same command goes on from there.",
            soft_wrap=True,
        )
        try:
            with out.status("waiting for your first batch") as line:
                live.watch(settings, day, lambda reached: line.update(_told(reached)))
        except KeyboardInterrupt:
            out.print("Stopped; what you handed in is kept.")
    same, given = live.compare(settings, day)
    out.print(f"{same} of your {given} settled answers are what the texts were settled with. The truth so far: "
              f"[bold]GT_HOME={folder} gt sql \"FROM gt.sentiment.ground_truth\"[/]", soft_wrap=True)  # fmt: skip


def _told(reached: "Reached") -> str:
    return f"{reached.answers} answers taken in, {reached.waiting} waited for, {reached.settled} texts settled"


@contextmanager
def _workbench(settings: "Settings", port: int) -> Iterator[None]:
    """The workbench in a process of its own, as a team would run it, ended with this one."""
    command = [str(Path(sysconfig.get_path("scripts")) / "gt"), "workbench", "--port", str(port)]
    environment = {**os.environ, "GT_HOME": str(settings.home), "GT_PROJECTS": str(settings.projects)}
    # a session of its own, so that Ctrl-C reaches this process alone
    serving = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
    try:
        yield
    finally:
        serving.terminate()
        try:
            serving.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()
