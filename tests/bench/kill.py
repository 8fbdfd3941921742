"""Kills the refresh at random moments, lets it go on, and compares every table with those of an undisturbed run.

    python -m tests.bench.kill --kills 50

Half of the moments are random in time; the other half follow a file that a transaction has just written, to
meet the commit itself. A run that ends before its moment closes its world; the next one starts from nothing.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gt_platform.feedback import verify_conservation
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.support import backends, said
from tests.support.programs import Program, start
from tests.support.world import NAME, build_world, days_of

Command = tuple[str, ...]
Digests = dict[str, str]
Build = Callable[..., object]
KILLS_IN_A_WORLD = 10  # then it may finish, so that late stages are met as often as early ones


def stages(days: int) -> Command:
    """The stages one after another, without Dagster."""
    return ("-m", "tests.support.stages", str(days))


def managed(days: int) -> Command:
    """The same with truth that is brought in, corrected, retired and named by hand."""
    return ("-m", "tests.support.managed", str(days))


def heard(days: int) -> Command:
    """The nights of a world whose users' late flags, outcomes and proposals flow into truth; see `said.build_world`."""
    return ("-m", "tests.support.said", str(days))


def refresh(days: int) -> Command:
    """`gt refresh`, the nightly job."""
    first, last = days_of(days)[0], days_of(days)[-1]
    call = "from gt_platform.cli import app; app()"
    return ("-c", call, "refresh", NAME, "--from", str(first), "--to", str(last))


SCORED_AGAIN = {"past_scores", "scorings"}
DONE_BY_HAND = "SELECT string_agg(concat_ws(' ', number, who, did, about, detail), chr(10) ORDER BY number) FROM audit"


@dataclass(frozen=True)
class Undisturbed:
    """What an undisturbed run leaves, and how long it takes to write its first file and its last."""

    digests: Digests
    startup: float
    total: float


@dataclass
class Outcome:
    """What became of the disturbed runs; `differences` names the tables of each world that came out differently."""

    kills: int = 0
    worlds: int = 0
    differences: list[str] = field(default_factory=list)


def disturb(
    folder: Path, command: Command, *, days: int, events: int, kills: int, seed: int, build: Build = build_world
) -> Outcome:
    """Kill until `kills` runs were killed before their end, in as many worlds as that takes."""
    drawn = random.Random(seed)
    expected = undisturbed(make(folder / "undisturbed", build, days=days, events=events), command)
    outcome = Outcome()
    while outcome.kills < kills:
        settings = make(folder / f"world-{outcome.worlds}", build, days=days, events=events)
        remaining = min(KILLS_IN_A_WORLD, kills - outcome.kills)
        while remaining and killed(settings, command, expected, drawn):
            outcome.kills += 1
            remaining -= 1
            outcome.differences += broken(settings)
            print(f"kill {outcome.kills} of {kills}, world {outcome.worlds + 1}", file=sys.stderr, flush=True)
        start(settings, *command).output(timeout=1800)
        outcome.worlds += 1
        found = digests(settings)
        outcome.differences += [f"world {outcome.worlds}: {t}" for t in found if found[t] != expected.digests[t]]
        outcome.differences += broken(settings)
    return outcome


def make(home: Path, build: Build = build_world, *, days: int, events: int) -> Settings:
    """A fresh world on the embedded lake."""
    home.mkdir(parents=True)
    build(home, days=days, events=events)
    return backends.settings(home)


def undisturbed(settings: Settings, command: Command) -> Undisturbed:
    """Run once without a kill."""
    began = time.monotonic()
    program = start(settings, *command)
    wait_for_files(settings, program, 1)
    startup = time.monotonic() - began
    program.output(timeout=1800)
    return Undisturbed(digests(settings), startup, time.monotonic() - began)


def killed(settings: Settings, command: Command, expected: Undisturbed, drawn: random.Random) -> bool:
    """Start the refresh and kill it at a random moment; False when it had ended before."""
    program = start(settings, *command)
    if drawn.random() < 0.5:
        wait_for_files(settings, program, drawn.randint(1, 12))
        time.sleep(drawn.uniform(0, 0.03))
    else:
        span = (expected.total - expected.startup) / 2
        wait(program, expected.startup * drawn.uniform(0.5, 1) + drawn.uniform(0, span))
    if program.process.poll() is not None:
        program.output()  # raises where it failed
        return False
    program.kill()
    return True


def wait_for_files(settings: Settings, program: Program, count: int) -> None:
    """Until that many new data files are there, or the program has ended."""
    data = Path(settings.data_url)
    before = sum(1 for _ in data.rglob("*.parquet"))
    while program.process.poll() is None and sum(1 for _ in data.rglob("*.parquet")) < before + count:
        time.sleep(0.002)


def wait(program: Program, seconds: float) -> None:
    """For so long, or until the program has ended."""
    end = time.monotonic() + seconds
    while program.process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)


def digests(settings: Settings) -> Digests:
    """The content digest of every table but of those that say how often a release was scored; what was done by hand as
    it reads, since when it was is content, too.

    A frame that was drawn and not yet asked when its night was killed scores the latest release once more.
    """
    with Lake.open(settings, read_only=True) as lake:
        store = lake.store(NAME)
        found = store.digests() | {"audit": str(store.read(DONE_BY_HAND).item())}
    return {name: digest for name, digest in found.items() if name not in SCORED_AGAIN}


def broken(settings: Settings) -> list[str]:
    """What may not be, not even right after a kill: a key twice, or a line that became nothing."""
    if not Path(settings.catalog_url.removeprefix("sqlite:")).exists():
        return []
    with Lake.open(settings) as lake:
        store = lake.store(NAME)
        doubled = [f"{table} holds {keys} twice" for table, keys in store.doubled_keys().items()]
        return doubled + [f"not conserved: {found}" for found in verify_conservation(store)]


def main() -> int:
    """Print the verdict; exit with 1 when anything differs."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--kills", type=int, default=50)
    options.add_argument("--days", type=int, default=5)
    options.add_argument("--events", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--stages", action="store_true", help="call the stages directly instead of `gt refresh`")
    options.add_argument("--said", action="store_true", help="with late flags, outcomes and a reviewer of proposals")
    given = options.parse_args()
    command = (heard if given.said else stages if given.stages else refresh)(given.days)
    with tempfile.TemporaryDirectory(prefix="gt-kill-") as folder:
        began = time.monotonic()
        outcome = disturb(
            Path(folder),
            command,
            days=given.days,
            events=given.events,
            kills=given.kills,
            seed=given.seed,
            build=said.build_world if given.said else build_world,
        )
    print(f"{outcome.kills} kills in {outcome.worlds} worlds, {time.monotonic() - began:.0f} s")
    print("\n".join(outcome.differences) or "every table of every world equals the undisturbed run")
    return 1 if outcome.differences else 0


if __name__ == "__main__":
    sys.exit(main())
