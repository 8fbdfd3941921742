"""`python -m tests.bench.tampering`: 180 tamperings of nine kinds, and 100 lakes that nobody tampered with.

Prints how many of each `gt verify` found, which it missed, and every false alarm. Half an hour on two cores.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.lake import Lake, Writer
from gt_platform.lake.tables import AUDIT, MEASUREMENTS, ROW_SCORES, STANDINGS
from tests.support import older
from tests.support.rows import DAY, rows
from tests.support.tampering import KINDS, Tampering, UntouchedError, settings_of
from tests.support.world import NAME, build_world

EACH, UNTAMPERED = 20, 100
KILLED_WITHIN = """
import os, sys, threading, time
from pathlib import Path
from tests.bench.tampering import settings_of, written
from gt_platform.lake import Lake
from random import Random
threading.Thread(target=lambda: (time.sleep(float(sys.argv[2])), os.kill(os.getpid(), 9)), daemon=True).start()
with Lake.open(settings_of(Path(sys.argv[1]))) as lake:
    for number in range(1000):
        written(lake, Random(number))
"""


def gt(home: Path, *words: str) -> Result:
    """A command line in a home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GT_HOME", str(home))
        patch.setenv("GT_PROJECTS", str(home / "projects"))
        patch.setenv("COLUMNS", "250")
        return CliRunner().invoke(app, [*words])


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """A copy of a home, to do with as one likes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(home, Path(folder) / "home"))


def tampered(home: Path, tamper: Tampering, rng: Random) -> tuple[str, Result]:
    """What was done, and what `gt verify` says of it."""
    while True:
        with copied(home) as copy, suppress(UntouchedError):
            return tamper(copy, rng), gt(copy, "verify")


def plain(result: Result) -> bool:
    """Whether something was found and said in sentences."""
    told = result.output
    return result.exit_code == 1 and "✗" in told and "Traceback" not in told and "mistake of gt_platform" not in told


def written(lake: Lake, rng: Random) -> None:
    """A commit or two as stages make them, to tables that nothing else of `gt verify` follows from."""
    store = lake.store(NAME)
    table = rng.choice([ROW_SCORES, STANDINGS, AUDIT, MEASUREMENTS])
    keys = [f"k{rng.randrange(40)}" for _ in range(rng.randrange(1, 60))]
    if table is ROW_SCORES and rng.random() < 0.5:
        day = DAY + timedelta(days=rng.randrange(9, 12))
        frame = rows(table, *({"event_id": f"{day}{key}", "frame_day": day} for key in keys))
        store.commit("a day", lambda writer: writer.replace(table, frame, day=day))
        return
    replaced = table is MEASUREMENTS and rng.random() < 0.7
    frame = rows(table, *({table.key[0]: f"{rng.random()}" if not replaced else key} for key in keys))
    store.commit("some", lambda writer: (writer.replace if replaced else writer.append)(table, frame))


def failed(lake: Lake, rng: Random) -> None:
    """A commit whose work raises after it wrote."""

    def work(writer: Writer) -> None:
        writer.append(AUDIT, rows(AUDIT, {"backend": f"{rng.random()}"}))
        raise ZeroDivisionError

    with suppress(ZeroDivisionError):
        lake.store(NAME).commit("fails", work)


def compacted(lake: Lake, _: Random) -> None:
    """Upkeep."""
    lake.compact()


def read(lake: Lake, _: Random) -> None:
    """Nothing at all."""
    lake.store(NAME).digests()


STEPS: list[Callable[[Lake, Random], None]] = [written, written, failed, compacted, read]


def untampered(home: Path, rng: Random) -> tuple[str, Result]:
    """A lake with a past of its own, and what `gt verify` says of it: with a head from before, and the public key."""
    with tempfile.TemporaryDirectory() as folder:
        migrated = rng.random() < 0.3
        copy = Path(folder) / "home"
        if migrated:
            copy.mkdir()
            older.unpack("0.1.0", copy)
        else:
            shutil.copytree(home, copy)
        done = ["migrated" if migrated else "as it was"]
        head = None
        for _ in range(rng.randrange(5)):
            step = rng.choice(STEPS)
            with Lake.open(settings_of(copy)) as lake:
                step(lake, rng)
            done.append(step.__name__)
            if head is None and not migrated:
                head = gt(copy, "verify").output.split("head ")[1][:64]
        if rng.random() < 0.4:
            moment = str(0.6 + 2 * rng.random())
            killed = subprocess.run([sys.executable, "-c", KILLED_WITHIN, str(copy), moment], check=False)
            done.append("killed" if killed.returncode == -signal.SIGKILL else f"ended with {killed.returncode}")
        with Lake.open(settings_of(copy)) as lake:
            lake.store(NAME)
        given = [] if migrated else ["--public-key", gt(copy, "keys", "show").output]
        if given:
            (copy / "public.pem").write_text(given[1])
            given[1] = str(copy / "public.pem")
        return ", ".join(done), gt(copy, "verify", *given, *(["--head", head] if head else []))


def main() -> None:
    """Count."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--each", type=int, default=EACH)
    parser.add_argument("--untampered", type=int, default=UNTAMPERED)
    parser.add_argument("--first", type=int, default=0, help="the first of the untampered lakes, by its seed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        build_world(home, days=3, events=60)
        print(gt(home, "refresh", "--from", "2026-01-05", "--to", "2026-01-07").output.splitlines()[-1])
        for number, (kind, tamper) in enumerate(KINDS.items()):
            tried = [tampered(home, tamper, Random(1000 * number + seed)) for seed in range(given.each)]
            for what, result in tried:
                if not plain(result):
                    print(f"  missed: {what}: {result.exit_code} {result.output} {result.exception!r}")
            print(f"{kind}: {sum(plain(result) for _, result in tried)} of {given.each} found", flush=True)
        alarms = 0
        for seed in range(given.first, given.first + given.untampered):
            past, result = untampered(home, Random(seed))
            print(f"  lake {seed}: {past}", file=sys.stderr)
            if result.exit_code:
                alarms += 1
                print(f"  false alarm: {past}: {result.output} {result.exception!r}", flush=True)
        print(f"{alarms} false alarms in {given.untampered} lakes")


if __name__ == "__main__":
    main()
