"""A writer that is about to commit: it says so, and then waits to be killed. Arguments: project, rows."""

import sys
import time

from gt_platform.lake import Lake
from gt_platform.lake.tables import EVENTS
from gt_platform.lake.writer import Writer
from gt_platform.settings import Settings
from tests.support.rows import keyed


def main() -> None:
    """Write a file of a table within a transaction, and stop there."""
    project, size = sys.argv[1], int(sys.argv[2])

    def work(writer: Writer) -> None:
        writer.append(EVENTS, keyed(EVENTS, *(f"half-{row}" for row in range(size))))
        print("written", flush=True)  # noqa: T201
        time.sleep(600)

    with Lake.open(Settings()) as lake:
        lake.store(project).commit("half", work)


if __name__ == "__main__":
    main()
