"""`python -m tests.bench.tampering`: 180 tamperings of nine kinds, and 100 lakes that nobody tampered with.

Prints how many of each `gt verify` found, which it missed, and every false alarm. A quarter of an hour on two cores.
"""

import shutil
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from tests.support.tampering import KINDS, Tampering, UntouchedError
from tests.support.world import build_world

EACH = 20


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(shutil.copytree(home, Path(folder) / "home"))


def gt(home: Path, *words: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GT_HOME", str(home))
        patch.setenv("GT_PROJECTS", str(home / "projects"))
        return CliRunner().invoke(app, [*words])


def tampered(home: Path, tamper: Tampering, seed: int) -> tuple[str, Result]:
    rng = Random(seed)
    while True:
        with copied(home) as copy:
            try:
                what = tamper(copy, rng)
            except UntouchedError:
                continue
            return what, gt(copy, "verify")


def main(each: int = EACH, only: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        build_world(home, days=3, events=60)
        print(gt(home, "refresh", "--from", "2026-01-05", "--to", "2026-01-07").output.splitlines()[-1])
        for number, (kind, tamper) in enumerate(KINDS.items()):
            if only not in kind:
                continue
            found = 0
            for seed in range(each):
                what, result = tampered(home, tamper, 1000 * number + seed)
                plain = (
                    result.exit_code == 1 and "Traceback" not in result.output and "mistake of gt" not in result.output
                )
                found += plain
                if not plain:
                    print(f"  MISSED {what}: exit {result.exit_code} {result.output[:300]}")
                    if result.exc_info and result.exc_info[0] is not SystemExit:
                        traceback.print_exception(*result.exc_info)
                elif "-v" in sys.argv:
                    print(f"  {what}: {result.output[:400]}")
            print(f"{kind}: {found} of {each} found", flush=True)


if __name__ == "__main__":
    main()
