"""Measure and print. CPU seconds are this process's, so that a busy machine matters little; the home is copied."""

import os
import resource
import shutil
import sys
import tempfile
import time
import warnings
from datetime import date
from pathlib import Path

from tests.bench.night import demo_day
from tests.bench.night.counting import Statements, counted
from tests.bench.night.empty import emptied

PROJECT = "sentiment"
REPEATS = 3


def main(home: Path) -> None:
    """Quiet nights, nights of the demo, and the same graph without work."""
    os.environ |= {"GT_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
    from gt_platform.dagster_home import open_instance
    from gt_platform.definitions import build_definitions
    from gt_platform.platform import Platform
    from gt_platform.refresh import Refresher
    from gt_platform.settings import Settings

    statements, settings = Statements(), Settings()
    platform = Platform(settings)
    with counted(statements), open_instance(home) as instance:
        definitions = build_definitions(settings, platform)
        nightly = Refresher(definitions, platform, instance)
        idle = emptied(definitions, platform, instance, PROJECT)
        last = max(date.fromisoformat(folder.name.removeprefix("dt=")) for folder in (home / "inbox").iterdir())
        quiet = [last] * (1 + REPEATS)
        busy = [demo_day.write(home, last, number) for number in range(1, 2 + REPEATS)]
        for name, refresher, days in (("quiet", nightly, quiet), ("demo", nightly, busy), ("Dagster", idle, quiet)):
            for number, day in enumerate(days):
                statements.clear()
                cpu, wall = time.process_time(), time.monotonic()
                done = refresher.refresh(PROJECT, day)
                used = time.process_time() - cpu, time.monotonic() - wall
                if number:  # the first loads libraries
                    events = len(instance.all_logs(done.run_id))
                    print(f"{name:8} {used[0]:5.2f} CPU s {used[1]:6.2f} s {events:4} events", *_totals(statements))
            _print_steps(statements)
        platform.close()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


def _totals(statements: Statements) -> tuple[str, ...]:
    return (f"{statements.count.total():4} statements, {sum(statements.seconds.values()):.2f} CPU s in them",)


def _print_steps(statements: Statements) -> None:
    for step, count in statements.count.items():
        print(f"         {step:36} {count:4} statements {statements.seconds[step]:6.3f} CPU s")
    if "-v" in sys.argv:
        for (step, text), count in statements.texts.items():
            print(f"         {statements.of_text[step, text]:6.4f} {step} {count} x {text[:160]}")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as folder:
        main(Path(shutil.copytree(sys.argv[1], Path(folder) / "home")))
