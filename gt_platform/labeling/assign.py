"""Asking: every sampled item without truth gets its assignments, once. What is asked again is in overlap and stale.

What is drawn is an item from then on; events that never were are none. Where a project asks once, of each group of
near-duplicates one is asked: the first by frame and id where none was yet.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from gt_platform.labeling.active_learning import ask_to_learn
from gt_platform.labeling.asking import as_asked, waiting_assignments
from gt_platform.labeling.base import Backend
from gt_platform.labeling.costs import within_budget
from gt_platform.labeling.requirements import requires, suggestion, urgency
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import ASSIGNMENTS, ITEMS
from gt_platform.lake.tables.items import ATTRIBUTES, CONTENT
from gt_platform.likeness import find_duplicates, ungrouped
from gt_platform.project import Project

# An item that has truth, or was asked under whatever guideline, keeps what it has; one that was retired is not asked.
DRAWN_ITEMS = f"""
    SELECT item_id, min({CONTENT}) AS input, arg_min(output, event_id) AS output,
           list(attributes ORDER BY event_id) AS attributes
    FROM events SEMI JOIN (FROM sample WHERE frame_day = $day) sampled USING (event_id)
"""  # noqa: S608 - of the part above
UNASKED = f"""
    {DRAWN_ITEMS}
    WHERE item_id NOT IN (SELECT item_id FROM ground_truth)
      AND item_id NOT IN (SELECT item_id FROM assignments)
      AND item_id NOT IN (FROM retired_items) AND item_id NOT IN (FROM outcome_items)
    GROUP BY item_id ORDER BY item_id
"""  # noqa: S608 - of the part above
# What a budget left of earlier frames comes first. Items are in the order of their digests, which is one of chance.
LEFT = """
    SELECT DISTINCT frame_day FROM sample
    WHERE frame_day < $day AND item_id NOT IN (SELECT item_id FROM ground_truth)
      AND item_id NOT IN (SELECT item_id FROM assignments)
      AND item_id NOT IN (FROM retired_items) AND item_id NOT IN (FROM outcome_items)
    ORDER BY frame_day
"""
# Of any frame, since the item that was asked of a group may have been retired. What nobody has grouped yet waits.
ONE_OF_EACH_GROUP = """
    SELECT i.item_id, i.first_frame FROM items i JOIN duplicates d ON d.item_id = i.item_id
    WHERE i.first_frame IS NOT NULL
      AND i.item_id NOT IN (SELECT item_id FROM ground_truth WHERE method <> 'near_duplicate')
      AND i.item_id NOT IN (SELECT item_id FROM assignments)
      AND i.item_id NOT IN (FROM retired_items) AND i.item_id NOT IN (FROM outcome_items)
      AND i.item_id NOT IN (SELECT item_id FROM spared_items)
    QUALIFY d.duplicate_group IS NULL
         OR row_number() OVER (PARTITION BY d.duplicate_group ORDER BY i.first_frame, i.item_id) = 1
"""
CHOSEN = f"""
    {DRAWN_ITEMS} WHERE item_id IN (SELECT item_id FROM chosen_rows) GROUP BY item_id ORDER BY item_id
"""  # noqa: S608 - of the part above
# What is known of an item follows from its first event, by frame and id, so that no order of the days changes it.
NEW_ITEMS = f"""
    WITH drawn AS (
        SELECT item_id, min(event_id) AS event_id, arg_min({CONTENT}, event_id) AS input,
               arg_min(attributes, event_id) AS attributes
        FROM events SEMI JOIN (FROM sample WHERE frame_day = $day) sampled USING (event_id) GROUP BY item_id
    )
    SELECT e.item_id, e.input, coalesce(a.origin, 'event') AS origin, i.source, e.event_id, $day AS first_frame,
           {ATTRIBUTES} AS attributes, coalesce(i.first_seen, now()) AS first_seen
    FROM drawn e LEFT JOIN items i ON i.item_id = e.item_id LEFT JOIN added_items a ON a.item_id = e.item_id
    WHERE i.first_frame IS NULL OR i.first_frame > $day OR (i.first_frame = $day AND i.event_id > e.event_id)
"""  # noqa: S608 - of the part above
DRAWN = "SELECT count(DISTINCT item_id) AS items FROM sample WHERE frame_day = ?"


@dataclass(frozen=True, kw_only=True)
class Assigned:
    """Items drawn that day, those asked now, and the assignments that made; `to_learn` items were chosen beside them to
    train on, and asked by assignments of their own.
    """

    day: date
    items: int
    asked: int
    assignments: int
    to_learn: int = 0


def assign(store: Store, project: Project, day: date, *, backend: Backend) -> Assigned:
    """Make the assignments of one frame's sample and hand all that wait for an answer to the backend.

    Handing over comes after the commit and covers everything still unanswered, so that a run that died in
    between is made good by the next one. Raises BackendError.
    """

    drawn = {"day": day, "judged": project.judges_outputs}

    def work(writer: Writer) -> tuple[int, int, int] | None:
        writer.put(ITEMS, writer.read(NEW_ITEMS, drawn))
        if project.duplicates.ask_once and ungrouped(writer, project):
            return None  # what is like what must be known before any of it is asked, also of what came meanwhile
        asked = made = 0
        for frame, unasked in _unasked(writer, project, day):
            rows = within_budget(writer, project, _assignments(writer, project, frame, unasked))
            asked += rows["item_id"].n_unique()
            made += writer.append(ASSIGNMENTS, rows)
        return asked, made, ask_to_learn(writer, project, day)

    while (done := store.commit(f"assignments of {day}", work)) is None:
        find_duplicates(store, project)
    backend.send(waiting_assignments(store, project))
    asked, made, learned = done
    items = int(store.read(DRAWN, [day]).item())
    return Assigned(day=day, items=items, asked=asked, assignments=made, to_learn=learned)


def _unasked(writer: Writer, project: Project, day: date) -> Iterator[tuple[date, pl.DataFrame]]:
    """Frames with what is to be asked of each: of this day, or where one of each group is asked, of any.

    Where a budget may have ended asking, of earlier days as well.
    """
    judged = {"judged": project.judges_outputs}
    if not project.duplicates.ask_once:
        left = writer.read(LEFT, {"day": day})["frame_day"].to_list() if project.labeling.cost.limited else []
        for frame in (*left, day):
            found = writer.read(UNASKED, judged | {"day": frame})
            if found.height:
                yield frame, found
        return
    for frame, chosen in sorted(writer.read(ONE_OF_EACH_GROUP).partition_by("first_frame", as_dict=True).items()):
        yield frame[0], writer.read(CHOSEN, judged | {"day": frame[0]}, frames={"chosen_rows": chosen})


def _assignments(writer: Writer, project: Project, day: date, items: pl.DataFrame) -> pl.DataFrame:
    urgent = urgency(writer, project)
    routed = []
    for row in items.iter_rows(named=True):
        events = [json.loads(attributes) for attributes in row["attributes"]]
        wanted = requires(project, events[0])
        routed.append(
            {
                "item_id": row["item_id"],
                "input": row["input"],
                "round": 1,
                "priority": urgent.of(events, day),
                "requires": json.dumps(wanted, ensure_ascii=False) if wanted else None,
                "suggestion": suggestion(project, json.loads(row["output"])),
            }
        )
    slots = range(1, project.labeling.overlap + 1)
    return as_asked(project, ASSIGNMENTS.frame(row | {"slot": slot} for row in routed for slot in slots))
