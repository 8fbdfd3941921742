"""`gt --version`, and what no command waits for before it does anything."""

import subprocess
import sys
from importlib.metadata import version

HEAVY = {"dagster", "django", "evidently", "httpx", "jinja2", "markdown_it", "plotly", "scipy", "sklearn", "sqlalchemy"}
CODE = f"""
import sys
from gt_platform.command import run
try:
    run()
finally:
    print(sorted({HEAVY} & sys.modules.keys()))
"""


def test_the_version_is_said_and_nothing_heavy_is_imported_for_it() -> None:
    done = subprocess.run([sys.executable, "-c", CODE, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"gt_platform {version('gt-platform')}\n[]\n"
