"""The `gt` command: imports what is typed, and runs it."""

import gc

ALLOCATED = 100_000
"""Objects made after which garbage is looked for. Python's 700 has it look through all that is imported while a night
imports more: 2 of the 19 CPU s that opening a project and its first two nights took."""


def run() -> None:
    """Run the command line of this process."""
    gc.disable()  # nothing that is imported is garbage, and to look for some takes a sixth of the time
    from gt_platform.cli import app

    gc.freeze()
    gc.set_threshold(ALLOCATED, 20)
    gc.enable()
    app()
