"""Dagster's own folder below GT_HOME, and the UI and daemon that run on it. What is run does not belong here."""

import hashlib
import logging
import os
import signal
import subprocess
import sysconfig
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import dagster as dg

from gt_platform.dagster_runs import RunLauncher
from gt_platform.errors import ServeError
from gt_platform.sensors import clock
from gt_platform.sensors.lost import bury_the_dead, bury_the_unlaunched
from gt_platform.settings import Settings
from gt_platform.waiting import file_lock, terminable

LOG = logging.getLogger(__name__)
PATIENCE = 15  # seconds a program is given to end by itself; the daemon takes about three
WORKSPACE = Path(__file__).with_name("workspace.yaml")

DAGSTER_YAML = """\
# Dagster's settings for this home; every value here differs from Dagster's own. They are yours to change: a later
# version brings them up to date only while nobody has.

telemetry:
  enabled: false # nothing about this installation leaves it

nux:
  enabled: false # the invitation to Dagster's mailing list

# Dagster's own SQLite files, held open, which takes a third off a quiet night. Without these two blocks Dagster goes on
# with its own storage, on the same files.
run_storage:
  module: gt_platform.dagster_storage
  class: RunStorage

event_log_storage:
  module: gt_platform.dagster_storage
  class: EventLogStorage

run_launcher: # Dagster's own, which can also tell whether the process of a run is gone
  module: gt_platform.dagster_runs
  class: RunLauncher

python_logs:
  python_log_level: WARNING # on the terminal a run would print two hundred lines; the UI has every event of it

run_monitoring: # off by default: a run whose process died would be shown as running for ever
  enabled: true
  poll_interval_seconds: 30
  max_runtime_seconds: 21600 # six hours; a refresh of a million events takes minutes, so this one hangs
  free_slots_after_run_end_seconds: 300 # without it a dead run keeps its place in a pool for ever

run_retries: # a crashed run is started again; every stage can be run twice
  enabled: true
  max_retries: 2
  retry_on_asset_or_op_failure: false # a stage that raised would raise again; the inbox sensor tries it later

concurrency:
  runs:
    max_concurrent_runs: 2 # runs share the lake's write lock, and SQLite's event log locks under more than a few

retention: # the sensors look every minute
  sensor:
    purge_after_days: { skipped: 2, success: 30, failure: 30, started: 30 }
  schedule:
    purge_after_days: { skipped: 30, success: 365, failure: 365, started: 365 }
"""


# What earlier versions wrote, by SHA-256; a home with one of these gets today's.
EARLIER = {
    "a96d84bea804234873b70a0058cc6cdc069e123e85577c5cbf6dffacc6839c2a",
    "09927a9b97b5b209c4852a33aacb8efcb8ef7e0d9b734d64333118f1cdae00c8",
}


def prepare(home: Path) -> Path:
    """The folder for DAGSTER_HOME, with its dagster.yaml.

    One that exists and was changed by somebody is left alone; one as an earlier version wrote it is brought up to date.
    """
    folder = home.resolve() / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "dagster.yaml"
    if not file.exists() or hashlib.sha256(file.read_bytes()).hexdigest() in EARLIER:
        whole = folder / f".dagster.yaml.{os.getpid()}"
        whole.write_text(DAGSTER_YAML, encoding="utf-8")
        whole.replace(file)  # whole, whoever reads it meanwhile
    return folder


def share_with_dg(settings: Settings) -> None:
    """Have `dg dev` in a checkout use the folder that `gt ui` uses: Dagster's own commands read it from `.env`.

    Without it they keep a history of their own. A `.env` that exists is left alone, and so is a home that was chosen.
    """
    here = Path("workspace.yaml").exists() and settings.home == Settings.model_fields["home"].default
    if here and not Path(".env").exists():
        Path(".env").write_text(f"DAGSTER_HOME={prepare(settings.home)}\n", encoding="utf-8")


def open_instance(home: Path) -> dg.DagsterInstance:
    """Dagster's storage below a home, made where there is none; the caller closes it.

    Under a lock, because Dagster breaks its own new SQLite files when two processes make them at once.
    """
    folder = prepare(home)
    os.environ |= _dagsters(folder)  # what processes of its own that a run may start have to find, too
    with file_lock(folder / ".opening"):
        return dg.DagsterInstance.get()


def serve(settings: Settings, *, host: str = "127.0.0.1", port: int = 3000) -> None:
    """Run the UI and the daemon until one of them ends, or Ctrl-C or SIGTERM comes; then end both.

    Raises ServeError when one of them ended by itself.
    """
    share_with_dg(settings)
    with open_instance(settings.home) as instance:  # made before webserver, daemon and code servers all open it
        bury_the_dead(instance)
        if isinstance(instance.run_launcher, RunLauncher):  # others run elsewhere, and know better
            bury_the_unlaunched(instance)
        _say_if_silent(clock.silent_until(instance))
    scripts = Path(sysconfig.get_path("scripts"))
    load = ["-w", str(WORKSPACE)]
    commands = [
        [str(scripts / "dagster-webserver"), *load, "--host", host, "--port", str(port)],
        [str(scripts / "dagster-daemon"), "run", *load],
    ]
    with terminable(), _together(commands, environment(settings)) as children:
        try:
            ended = _first_ended(children)
        except KeyboardInterrupt:
            return
    name = Path(str(ended.args[0] if isinstance(ended.args, list) else ended.args)).name
    raise ServeError(f"{name} ended with code {ended.returncode}; its last words are above. Is port {port} taken?")


def environment(settings: Settings) -> dict[str, str]:
    """The environment of Dagster's processes: this one's, with every path in full."""
    mine = {
        **_dagsters(prepare(settings.home)),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",  # Evidently's
        "GT_HOME": str(settings.home.resolve()),
        "GT_PROJECTS": str(settings.projects.resolve()),
    }
    return {**os.environ, **mine, **({"GT_DATA": settings.data_url} if settings.data else {})}


def _dagsters(folder: Path) -> dict[str, str]:
    # what a run plans, and what one step says of many days, is stored at once
    return {"DAGSTER_HOME": str(folder), "DAGSTER_EVENT_BATCH_SIZE": "100"}


@contextmanager
def _together(
    commands: Sequence[Sequence[str]], environment: dict[str, str]
) -> Iterator[list["subprocess.Popen[bytes]"]]:
    children: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            # sessions of their own, so that Ctrl-C reaches only this process, and each is ended with its offspring;
            # one by one, so that the first is ended too when the second cannot start
            child = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
            children.append(child)
        yield children
    finally:
        _end(children)


def _end(children: Sequence["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):  # all gone, as they should be
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _first_ended(children: Sequence["subprocess.Popen[bytes]"]) -> "subprocess.Popen[bytes]":
    wall = clock.Clock()
    while True:
        for child in children:
            if child.poll() is not None:
                return child
        _say_if_silent(wall.put_back())
        time.sleep(0.3)


def _say_if_silent(until: datetime | None) -> None:
    if until is not None:
        LOG.warning(clock.said(until))
