"""Whether the items in a lake are what the project asks about: an item's id is made once, when its event comes in."""

import json

from gt_platform.lake import Store
from gt_platform.project import Mistake, Project, ProjectError
from gt_platform.records import item_id

ANY = "SELECT item_id, input, output FROM events LIMIT 1"
OTHERWISE = (
    "is {!r}, but the items in the lake are of a question {}, and one id must not mean two things: write that again, "
    "and ask the other question in another project, with an inbox of its own to send the events to"
)


def asked_otherwise(store: Store, project: Project) -> Mistake | None:
    """What is wrong where events came in under another `ask`; None where none did."""
    return _mistake(project, list(store.read(ANY).iter_rows()))


def refuse_otherwise(store: Store, project: Project) -> bool:
    """Whether there are events. Raises ProjectError where they came in under another `ask`."""
    events = list(store.read(ANY).iter_rows())
    if mistake := _mistake(project, events):
        raise ProjectError(f"{project.name}: ask {mistake.said}")
    return bool(events)


def _mistake(project: Project, events: list[tuple[str, str, str]]) -> Mistake | None:
    """By the ids themselves, which say of what they are the digest."""
    for item, given, output in events:
        of_input = item_id(json.loads(given))
        of_both = item_id({"input": json.loads(given), "output": json.loads(output)})
        if item == (of_input if project.judges_outputs else of_both):
            before = "about the input" if project.judges_outputs else "about the output"
            return Mistake(path=("ask",), said=OTHERWISE.format(project.ask, before))
    return None
