"""The `gt` command: imports what is typed, and runs it."""

import gc


def run() -> None:
    """Run the command line of this process."""
    gc.disable()  # nothing that is imported is garbage, and to look for some takes a sixth of the time
    from gt_platform.cli import app

    gc.freeze()
    gc.enable()
    app()
