# ruff: noqa: S608  -- of a relation that the caller names
"""What events came to in the end, as far as the project declares what that means."""

from gt_platform.lake.tables import FEEDBACK, Column
from gt_platform.lake.tables.columns import EVENT_ID, ITEM_ID
from gt_platform.lake.views.view import View, columns_of

DECLARED = """(
    SELECT unnest(map_keys(m)) AS value, unnest(map_values(m)) AS answer
    FROM (SELECT json_extract(declared, '$.outcomes')::MAP(VARCHAR, JSON) AS m FROM current_declaration)
)"""


def latest_outcomes(meant: str) -> str:
    """SQL for the latest outcome of each event and source that means something, so that the order of files tells
    nothing. `meant` has each declared `value` with the `answer` it means, equal answers in equal text.
    """
    return f"""
        SELECT e.item_id, f.event_id, f.feedback_id, f.annotator_kind, m.answer
        FROM feedback f JOIN {meant} m ON m.value = (f.value ->> '$')
        JOIN (SELECT event_id, item_id FROM events) e ON e.event_id = f.event_id
        WHERE f.signal = 'outcome'
        QUALIFY row_number() OVER (
            PARTITION BY f.event_id, f.annotator_kind, f.annotator_id ORDER BY f.occurred_at DESC, f.feedback_id DESC
        ) = 1
    """


DECLARED_OUTCOMES = View(
    name="declared_outcomes",
    comment="Of each event and source the latest outcome that the project declares, with the answer it means. Sources, "
    "and events of an item, that contradict each other make no truth.",
    columns=(
        ITEM_ID,
        EVENT_ID,
        *columns_of(FEEDBACK, "feedback_id", "annotator_kind"),
        Column("answer", "JSON", "What it is declared to mean"),
    ),
    query=latest_outcomes(DECLARED),
)
