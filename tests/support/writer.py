"""One of several processes that write to a lake at once. Prints, as JSON, how many rows each commit took in.

Arguments: project, number of this process, commits, rows in each commit. Settings come from the environment.
"""

import json
import sys
from datetime import timedelta

from gt_platform.lake import Lake, Store, Writer
from gt_platform.lake.tables import EVENTS, ROW_SCORES
from gt_platform.settings import Settings
from tests.support.rows import DAY, keyed, rows


def main() -> None:
    """Each commit shares half of its events with the same commit of every other process."""
    project, number, commits, size = sys.argv[1], *map(int, sys.argv[2:])
    with Lake.open(Settings()) as lake:
        print(json.dumps([write(lake.store(project), number, commit, size) for commit in range(commits)]))  # noqa: T201


def write(store: Store, number: int, commit: int, size: int) -> int:
    """Append events, and make this process's own day of row scores that of the last commit."""
    events = keyed(EVENTS, *event_ids(number, commit, size))
    day = DAY + timedelta(days=number)
    scores = ({"event_id": f"{number}-{row}", "frame_day": day, "drift_score": float(commit)} for row in range(size))
    frame = rows(ROW_SCORES, *scores)

    def work(writer: Writer) -> int:
        writer.replace(ROW_SCORES, frame, day=day)
        return writer.append(EVENTS, events)

    return store.commit(f"process {number} commit {commit}", work)


def event_ids(number: int, commit: int, size: int) -> list[str]:
    """The events of one commit: half its own, half everybody's."""
    own = [f"own-{number}-{commit}-{row}" for row in range(size // 2)]
    return own + [f"shared-{commit}-{row}" for row in range(size - size // 2)]


if __name__ == "__main__":
    main()
