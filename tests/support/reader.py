"""A process that reads a lake while others write to it. Prints, as JSON, every state it saw.

Arguments: project, file. It reads until the file exists. Settings come from the environment.
"""

import json
import sys
from pathlib import Path

from gt_platform.lake import Lake
from gt_platform.settings import Settings


def main() -> None:
    """A state is the number of events with the number of them that are distinct."""
    project, end = sys.argv[1], Path(sys.argv[2])
    seen: list[tuple[object, ...]] = []
    with Lake.open(Settings(), read_only=True) as lake:
        store = lake.store(project)
        while not seen or not end.exists():
            state = store.read("SELECT count(event_id), count(DISTINCT event_id) FROM events").row(0)
            if not seen or seen[-1] != state:
                seen.append(state)
    print(json.dumps(seen))  # noqa: T201


if __name__ == "__main__":
    main()
