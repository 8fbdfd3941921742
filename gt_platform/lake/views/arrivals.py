"""What arrived and could not be taken in, as it stands now."""

from gt_platform.lake.tables import ATTEMPTS, Column
from gt_platform.lake.views.view import View, columns_of

UNREAD = View(
    name="unread",
    comment="Entries of the inbox that could not be read and are still there: files, folders, links, the inbox itself.",
    columns=(
        *columns_of(ATTEMPTS, "path", "version"),
        Column("state", "VARCHAR", "failed (it will be tried again), or set_aside"),
        *columns_of(ATTEMPTS, "tries", "reason"),
        Column("since", "TIMESTAMPTZ", "When it was first tried"),
        Column("tried_at", "TIMESTAMPTZ", "When it was last tried"),
    ),
    query="""
        SELECT path, version, state, tries, reason, since, tried_at FROM (
            SELECT path, version, arg_max(outcome, number) AS state, arg_max(tries, number) AS tries,
                   arg_max(reason, number) AS reason, min(tried_at) AS since, max(tried_at) AS tried_at
            FROM attempts ANTI JOIN files USING (path, version) GROUP BY path, version
        ) WHERE state IN ('failed', 'set_aside')
    """,
    example="SELECT path, state, tries, reason FROM gt.sentiment.unread ORDER BY path",
)

ARRIVALS: tuple[View, ...] = (UNREAD,)
