"""One frame against the project's reference: verdicts, Evidently's report and row scores, in one commit."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import polars as pl

from gt_platform.drift.columns import Rows, read, sampled
from gt_platform.drift.report import write_report
from gt_platform.drift.scores import MOST_TRAINED, UNDECIDED, score_rows
from gt_platform.drift.units import compared
from gt_platform.drift.verdicts import Verdict, in_reference, judge
from gt_platform.lake import Store, Writer
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import DRIFT, ROW_SCORES
from gt_platform.project import Project

MOST_CHARACTERS = 2_000  # of an input's text that the classifier reads
TEXTS = """
    SELECT event_id, md5_number_lower(sha256(input::VARCHAR)) AS fold,
           left(json_extract_string(input, '$'), ?) AS text FROM events
    WHERE (frame_day BETWEEN ? AND ? OR frame_day = ?) AND event_id IN (SELECT event_id FROM wanted_rows)
"""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What drift measurement found in a frame; `written` counts rows that changed, 0 when repeated."""

    day: date
    verdict: str
    drifted: tuple[str, ...]
    rows: int
    reference_rows: int
    report_url: str | None
    written: int


def measure(store: Store, project: Project, day: date, *, reports: Storage) -> Measured:
    """Judge the frame of `day`, write its rows of `drift` and `row_scores`, and its report into `reports`.

    Reads the events of the reference days and of `day` only. Frames of the reference itself are not judged; they,
    and frames without enough rows, get the score 0.5 for every event and no report.
    """
    drift = project.drift
    if drift.reference.has(day):
        events = store.read("SELECT event_id FROM events WHERE frame_day = ?", [day])
        verdicts = in_reference([column.name for column in drift.columns], events.height)
        return _written(store, day, verdicts, _scores(events["event_id"]), None)
    rows = read(store, drift, day, outputs=project.outputs)
    title = f"{project.name}: drift on {day}"
    verdicts = judge(rows.reference, rows.current, rows.names, drift, seed=title)
    url, scores = None, _scores(rows.current["event_id"])
    rows = compared(rows, drift.reference)
    if min(rows.reference.height, rows.current.height) >= drift.minimum:
        scores = scores.with_columns(drift_score=_score(store, project, rows, day))
        url = _report(store, project, day, rows, verdicts, reports, title)
    return _written(store, day, verdicts, scores, url)


def _scores(event_ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"event_id": event_ids}).with_columns(drift_score=pl.lit(UNDECIDED))


def _score(store: Store, project: Project, rows: Rows, day: date) -> pl.Series:
    span = project.drift.reference.of(day)
    sides = sampled(rows.reference, MOST_TRAINED), rows.current
    wanted = pl.concat(side.select("event_id") for side in sides)
    texts = store.read(TEXTS, [MOST_CHARACTERS, *span, day], frames={"wanted_rows": wanted})
    reference, current = (side.join(texts, on="event_id", how="left", maintain_order="left") for side in sides)
    return pl.Series(score_rows(reference, current, rows.names))


def _report(
    store: Store, project: Project, day: date, rows: Rows, verdicts: Sequence[Verdict], reports: Storage, title: str
) -> str | None:
    path = f"{project.name}/drift/{day}.html"
    # the report is written before its rows are committed: where the rows stand, so does a report that fits them
    if reports.exists(path):
        standing = store.read("SELECT * FROM drift WHERE frame_day = ? ORDER BY column_name", [day])
        if standing.equals(_frame(verdicts, day).sort("column_name")):
            return f"{reports.url}/{path}"
    return write_report(reports, path, rows, verdicts, project.drift, title=title)


def _frame(verdicts: Sequence[Verdict], day: date) -> pl.DataFrame:
    return DRIFT.frame({"frame_day": day} | asdict(verdict) for verdict in verdicts)


def _written(
    store: Store, day: date, verdicts: Sequence[Verdict], scores: pl.DataFrame, report_url: str | None
) -> Measured:
    drift, row_scores = _frame(verdicts, day), scores.with_columns(frame_day=pl.lit(day))

    def write(writer: Writer) -> int:
        return writer.replace(DRIFT, drift, day=day) + writer.replace(ROW_SCORES, row_scores, day=day)

    frame = verdicts[-1]
    return Measured(
        day=day,
        verdict=frame.verdict,
        drifted=tuple(verdict.column_name for verdict in verdicts[:-1] if verdict.verdict == "drift"),
        rows=frame.n_current,
        reference_rows=frame.n_reference,
        report_url=report_url,
        written=store.commit(f"drift on {day}", write),
    )
