"""Opens a lake for writing, and dies right before its N-th statement. Prints how many there were.

Arguments: N. Settings come from the environment.
"""

import os
import signal
import sys
from itertools import count
from typing import Any

from gt_platform.lake import Lake
from gt_platform.lake.session import Session
from gt_platform.settings import Settings

STATEMENTS = count(1)


class Mortal:
    """A cursor that counts."""

    def __init__(self, cursor: Any, last: int) -> None:
        self._cursor = cursor
        self._last = last

    def execute(self, *given: Any) -> Any:
        """As a cursor does, unless it is the last."""
        if next(STATEMENTS) == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        return self._cursor.execute(*given)


def main() -> None:
    """Open, and say how much that took."""
    last, real = int(sys.argv[1]), Session.cursor
    Session.cursor = lambda *given: Mortal(real(*given), last)  # type: ignore[method-assign, assignment]
    Lake.open(Settings()).close()
    print(next(STATEMENTS) - 1)  # noqa: T201


if __name__ == "__main__":
    main()
