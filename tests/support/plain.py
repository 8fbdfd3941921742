"""A DuckDB session of an analyst's own, in a process of its own, somewhere else: it knows nothing of gt_platform."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb

from gt_platform.lake.connection import EXTENSIONS, extension_file

PROGRAM = """
import json, sys, duckdb
folder, script, questions = json.load(sys.stdin)
config = {"extension_directory": folder, "allow_unsigned_extensions": True, "autoinstall_known_extensions": False}
session = duckdb.connect(config=config)
session.execute(script)
json.dump([session.cursor().execute(question).fetchall() for question in questions], sys.stdout, default=str)
"""


def answers(
    installed: Path, script: str, *questions: str, environment: dict[str, str] | None = None
) -> list[list[list[Any]]]:
    """What a new session of New York answers once it has run a script, each question through a cursor of its own."""
    given = json.dumps([str(installed), script, questions])
    ran = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM],
        input=given,
        capture_output=True,
        text=True,
        env={"TZ": "America/New_York", **(environment or {})},
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: list[list[list[Any]]] = json.loads(ran.stdout)
    return found


def install(folder: Path) -> None:
    """Leave DuckDB's extensions in a folder as `INSTALL` does, from their wheels."""
    (platform,) = duckdb.connect().execute("PRAGMA platform").fetchone() or ("",)
    place = folder / f"v{duckdb.__version__}" / platform
    place.mkdir(parents=True)
    for name in EXTENSIONS:
        (place / f"{name}.duckdb_extension").symlink_to(extension_file(name))
