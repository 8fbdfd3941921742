"""How long an erasure takes: `python -m tests.bench.erasure HOME ITEM`, on a copy of a home with one project.

The project is the one of GT_PROJECTS. It prints CPU seconds, and what was emptied.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from typer.testing import CliRunner

from gt_platform.cli import app


def main(home: str, item: str) -> None:
    """Erase one item from a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "home"
        shutil.copytree(home, copy)
        os.environ["GT_HOME"] = str(copy)
        began = time.process_time()
        told = CliRunner().invoke(app, ["erase", "--item", item, "--why", "bench", "--yes"])
        took = time.process_time() - began
    print(told.stdout)
    print(f"{took:.1f} CPU seconds")


if __name__ == "__main__":
    main(*sys.argv[1:])
