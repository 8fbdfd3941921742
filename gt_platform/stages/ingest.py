"""Files of the inbox become events, feedback and quarantine, with a ledger of every file."""

from datetime import date

from gt_platform import checks, feedback
from gt_platform.checks.said import feedback as as_usual
from gt_platform.declarations import declare
from gt_platform.lake.tables import EVENTS, FEEDBACK, FILES, INVALID_OUTPUTS, QUARANTINE
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.stages import arrived, said
from gt_platform.stages.stage import Check, Fills, Plot, Stage


def _ingest(platform: Platform, project: Project, day: date) -> feedback.Ingested:
    """What is declared goes in first, so that the night's tables can be read against it."""
    store = platform.store(project)
    declare(store, project)
    inbox, today = platform.inbox(project), platform.today()
    return feedback.ingest(store, project, day, inbox=inbox, today=today, parser=platform.parser())


INGEST = Stage(
    name="ingest",
    does="Take in every file of a day, and of days before it, that the ledger does not know.",
    fills=(
        Fills(FILES, """
            SELECT path, lines, events, feedback, duplicates, quarantined FROM files
            WHERE frame_day = ? ORDER BY path LIMIT 20
        """),
        Fills(EVENTS, """
            SELECT model, output, count(*) AS events, round(avg(confidence), 3) AS confidence FROM events
            WHERE frame_day = ? GROUP BY ALL ORDER BY events DESC, model, output LIMIT 12
        """),
        Fills(FEEDBACK, """
            SELECT annotator_kind, signal, value, count(*) AS signals FROM feedback
            WHERE frame_day = ? GROUP BY ALL ORDER BY signals DESC, annotator_kind, signal, value LIMIT 12
        """),
        Fills(QUARANTINE, """
            SELECT reason, count(*) AS records, min(detail) AS example FROM quarantine
            WHERE frame_day = ? GROUP BY reason ORDER BY records DESC, reason LIMIT 12
        """),
        Fills(INVALID_OUTPUTS, """
            SELECT model, reason, outputs, event_id, detail FROM invalid_outputs
            WHERE frame_day = ? ORDER BY outputs DESC, model, reason LIMIT 12
        """),
    ),
    after=(FILES,),
    per_day=True,
    while_open=True,
    awaited=True,
    kinds=("json",),
    run=_ingest,
    checks=(
        Check(
            name="conservation",
            table=FILES,
            asks="Every line of every file became a row, a duplicate or a quarantined record.",
            evaluate=lambda store, _, days: checks.conservation(store, feedback.verify_conservation(store), days),
            blocks=True,
        ),
        Check(
            name="quarantined_share",
            table=FILES,
            asks="The share of quarantined lines is within the project's gate.",
            evaluate=checks.quarantined_share,
        ),
        Check(
            name="invalid_outputs",
            table=INVALID_OUTPUTS,
            asks="Of no model's outputs more than the project's gate are no valid answers.",
            evaluate=arrived.invalid_outputs,
        ),
        Check(
            name="unread",
            table=FILES,
            asks="Everything that lies in the inbox can be read.",
            evaluate=lambda store, *_: arrived.unread(store),
        ),
        Check(
            name="volume",
            table=FILES,
            asks="The inbox is there, and no day has far fewer events than usual.",
            evaluate=arrived.volume,
        ),
        Check(
            name="as_usual",
            table=FEEDBACK,
            asks="No user floods, and as much of what is said is negative as in the weeks before, in every slice.",
            evaluate=lambda store, project, _: as_usual(store, project),
            warns=True,
        ),
    ),
    scanned=(
        EVENTS,
        FEEDBACK,
    ),
    plots=(
        Plot(name="feedback", of="share of events that end users spoke of, by week", none="no end user has spoken yet",
             rows=said.rates, table=FEEDBACK),
        Plot(name="negative", of="share of what end users said that is negative, by week",
             none="no end user has given an opinion yet", rows=said.negatives, table=FEEDBACK),
    ),
)  # fmt: skip
