"""Asking what a model would learn most from: beside a frame's sample, apart from it, and only to train on.

Taken are the events of which the model is least sure (Lewis & Gale, 1994), none twice, each unlike what was taken
before it, so that a night does not teach the same thing many times. They are drawn with no known probability: what is
said of production never rests on them.
"""

import json
from datetime import UTC, date, datetime

import numpy as np

from gt_platform.labeling.anew import ask_anew
from gt_platform.labeling.costs import is_spent
from gt_platform.lake import Writer
from gt_platform.lake.tables import ITEMS
from gt_platform.lake.tables.items import ACTIVE_LEARNING, CONTENT
from gt_platform.likeness.texts import text_of
from gt_platform.likeness.topics import nearest, weights_of
from gt_platform.project import Project

MANY = 10
"""Of so many times the budget it is seen whether they are alike."""
ALIKE = 0.5
"""The cosine of what two texts say (`likeness.topics`) from which on one of them is enough."""
# What is an item was drawn, imported or added, or is of the frame's own sample: its truth may be measured by.
OTHERS = f"""
    SELECT item_id, min({CONTENT}) AS input, min(event_id) AS event_id, arg_min(attributes, event_id) AS attributes,
           max(coalesce(1 - confidence, drift_score, 0.5)) AS unsure
    FROM events LEFT JOIN row_scores USING (event_id)
    WHERE events.frame_day = $day AND item_id NOT IN (SELECT item_id FROM items)
      AND event_id NOT IN (SELECT event_id FROM left_out)
    GROUP BY item_id ORDER BY unsure DESC, item_id LIMIT $most
"""  # noqa: S608 - of the part above
CHOSEN = "SELECT count(*) FROM items WHERE origin = ? AND source = ?"


def ask_to_learn(writer: Writer, project: Project, day: date) -> int:
    """Choose a frame's items to train on and ask them, once; returns how many."""
    declared, told = project.sampling.active_learning, f"frame {day}"
    if declared is None or writer.read(CHOSEN, [ACTIVE_LEARNING, told]).item() or is_spent(writer, project):
        return 0
    asked = {"day": day, "judged": project.judges_outputs, "most": MANY * declared.budget}
    others = writer.read(OTHERS, asked)
    rows = others[unlike(project, others["input"].to_list(), declared.budget)]
    writer.append(ITEMS, ITEMS.frame(_item(row, told, day) for row in rows.iter_rows(named=True)))
    ask_anew(writer, project, rows["item_id"].to_list())
    return rows.height


def unlike(project: Project, inputs: list[str], most: int) -> list[int]:
    """The places of up to so many texts, in their order, each unlike those taken before; alike ones only if it must."""
    texts = [text_of(json.loads(text), project) for text in inputs]
    weights = weights_of(texts)
    taken: list[int] = []
    likest = np.zeros(len(texts))
    for at, text in enumerate(texts):
        if len(taken) < most and likest[at] < ALIKE:
            taken.append(at)
            likest = np.maximum(likest, nearest(texts, [text], weights))
    left = [at for at in range(len(texts)) if at not in set(taken)]
    return sorted([*taken, *left[: most - len(taken)]])


def _item(row: dict[str, object], told: str, day: date) -> dict[str, object]:
    known = {name: row[name] for name in ("item_id", "input", "event_id", "attributes")}
    return known | {"origin": ACTIVE_LEARNING, "source": told, "first_frame": day, "first_seen": datetime.now(UTC)}
