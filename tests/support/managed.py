"""What a lead does to truth: a golden set comes in, one of it is corrected and some are retired, a release has a name.

As a program it does so before and after the days of a world: `python -m tests.support.managed 2`. Done again, it
changes nothing.
"""

import json
import sys

from gt_platform import labeling, truth
from gt_platform.declaration import load_project
from gt_platform.lake import Lake
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.truth import tags
from tests.support.sentiment import item_of
from tests.support.stages import refresh_days, refresh_rest
from tests.support.world import NAME, days_of

GOLDEN = 400
TEXTS = [f"golden {number}" for number in range(GOLDEN)]


def manage(lake: Lake, project: Project) -> None:
    """Import the golden set, then decide on some of it by hand."""
    store = lake.store(project.name)
    file = lake.settings.home / "golden.jsonl"
    file.write_text("".join(json.dumps({"question": text, "answer": "positive"}) + "\n" for text in TEXTS))
    truth.take_in(
        store,
        project,
        truth.records_in(file, project, source="golden"),
        actor="kim",
        ask=lambda writer, items: labeling.ask_anew(writer, project, items),
    )
    one, *others = map(item_of, TEXTS[:5])
    truth.correct(store, project, [truth.Correction(item=one, answer="negative", why="irony")], actor="kim")
    truth.retire(store, project, others, why="of another product", category="outdated", actor="kim")


def main() -> None:
    """Manage truth, refresh the days, and name what is released."""
    settings = Settings()
    project = load_project(settings.projects / NAME)
    with Lake.open(settings) as lake:
        manage(lake, project)
        for day in days_of(int(sys.argv[1])):
            refresh_days(lake, project, [day])
            refresh_rest(lake, project)
        manage(lake, project)
        tags.tag(lake.store(NAME), "1", "v1", note="the first", who="kim")
        tags.promote(lake.store(NAME), "v1", "champion", who="kim")


if __name__ == "__main__":
    main()
