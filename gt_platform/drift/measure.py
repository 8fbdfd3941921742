"""One frame against the project's reference: verdicts, Evidently's report and row scores, in one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

import polars as pl

from gt_platform.drift.against import ACCEPTED, Against, in_force
from gt_platform.drift.columns import Rows, read, sampled
from gt_platform.drift.evidently import workspace
from gt_platform.drift.evidently.decisions import with_decisions
from gt_platform.drift.hours import at_same_hours
from gt_platform.drift.profile import profiled
from gt_platform.drift.report import draw
from gt_platform.drift.scores import MOST_TRAINED, UNDECIDED, score_rows
from gt_platform.drift.units import compared
from gt_platform.drift.verdicts import FRAME, Verdict, in_reference, judge
from gt_platform.lake import Store, Writer
from gt_platform.lake.storage import Storage
from gt_platform.lake.tables import DRIFT, ROW_SCORES
from gt_platform.project import Drift, Project

MOST_CHARACTERS = 2_000  # of an input's text that the classifier reads
BY_EVIDENTLY = ("evidently_method", "evidently_value", "evidently_drift")
MOST_TOLD = 20_000  # rows of a side, from which it is told what a day was like: more would date nothing better
TEXTS = """
    SELECT event_id, md5_number_lower(sha256(input::VARCHAR)) AS fold,
           left(json_extract_string(input, '$'), ?) AS text FROM events
    WHERE (frame_day = ? OR frame_day BETWEEN ? AND ? OR frame_day BETWEEN ? AND ?)
          AND event_id IN (SELECT event_id FROM wanted_rows)
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

    Reads the events of the reference days and of `day` only, and from when on days are its reference, where a drift
    was accepted. Frames of the reference itself are not judged; they, and frames without enough rows, get the score
    0.5 for every event and no report.
    """
    drift = project.drift
    if drift.reference.has(day):
        rows = read(store, drift, day, outputs=project.outputs, against=Against.nothing(day))
        verdicts = in_reference(rows.names, rows.current.height)
        return _written(store, day, _frame(verdicts, _profiles(rows), day), _scores(rows.current["event_id"]), None)
    against = Against.declared(drift.reference, day, in_force(store.read(ACCEPTED), day))
    rows = read(store, drift, day, outputs=project.outputs, against=against)
    if drift.reference.like == "hour":
        rows = at_same_hours(rows)
    title = f"{project.name}: drift on {day}"
    verdicts = judge(rows.reference, rows.current, rows.names, drift, seed=title, since=against.since)
    profiles = _profiles(rows) | _of_hours(rows, verdicts, drift, title, against)
    frame, url, scores = _frame(verdicts, profiles, day), None, _scores(rows.current["event_id"])
    rows = compared(rows, against)
    if min(rows.reference.height, rows.current.height) >= drift.minimum:
        scores = scores.with_columns(drift_score=_score(store, rows, against))
        standing = _standing(store, day)
        verdicts = _beside(verdicts, profiles, standing, rows, drift)
        frame = _frame(verdicts, profiles, day)
        url = _report(project, day, rows, verdicts, reports, as_stands=frame.sort("column_name").equals(standing))
    return _written(store, day, frame, scores, url)


def _profiles(rows: Rows) -> dict[str, str | None]:
    current = sampled(rows.current, MOST_TOLD)
    return {name: profiled(current[name]) for name in rows.names if current.height}


def _of_hours(
    rows: Rows, verdicts: Sequence[Verdict], drift: Drift, seed: str, against: Against
) -> dict[str, str | None]:
    """Profiles of columns whose drift is another mix of hours: at the same hours less than half of it is left."""
    drifted = {one.column_name: one.value or 0.0 for one in verdicts[:-1] if one.verdict == "drift"}
    if not drifted or drift.reference.like != "none":
        return {}
    few = Rows(names=rows.names, reference=sampled(rows.reference, MOST_TOLD), current=sampled(rows.current, MOST_TOLD))
    same = at_same_hours(few)
    again = judge(same.reference, same.current, list(drifted), drift, seed=seed, since=against.since)
    return {
        one.column_name: profiled(few.current[one.column_name], of_hours=True)
        for one in again[:-1]
        if one.verdict == "no_drift" and (one.value or 0.0) <= drifted[one.column_name] / 2
    }


def _scores(event_ids: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"event_id": event_ids}).with_columns(drift_score=pl.lit(UNDECIDED))


def _score(store: Store, rows: Rows, against: Against) -> pl.Series:
    sides = sampled(rows.reference, MOST_TRAINED), rows.current
    wanted = pl.concat(side.select("event_id") for side in sides)
    of_days = [against.day, *against.parameters]
    texts = store.read(TEXTS, [MOST_CHARACTERS, *of_days], frames={"wanted_rows": wanted})
    reference, current = (side.join(texts, on="event_id", how="left", maintain_order="left") for side in sides)
    return pl.Series(score_rows(reference, current, rows.names))


def _standing(store: Store, day: date) -> pl.DataFrame:
    return store.read("SELECT * FROM drift WHERE frame_day = ? ORDER BY column_name", [day])


def _beside(
    verdicts: list[Verdict], profiles: Mapping[str, str | None], standing: pl.DataFrame, rows: Rows, drift: Drift
) -> list[Verdict]:
    """The verdicts with Evidently's; with those that stand, where all else does: importing it costs four seconds."""
    told = {row["column_name"]: {name: row[name] for name in BY_EVIDENTLY} for row in standing.iter_rows(named=True)}
    as_before = [replace(verdict, **told.get(verdict.column_name, {})) for verdict in verdicts]
    frame = _frame(as_before, profiles, rows.current["frame_day"][0])
    if standing["evidently_method"].count() and frame.sort("column_name").equals(standing):
        return as_before
    return with_decisions(verdicts, rows, drift)


def _report(
    project: Project, day: date, rows: Rows, verdicts: Sequence[Verdict], reports: Storage, *, as_stands: bool
) -> str | None:
    """The report and the snapshot in Evidently's workspace, written before the rows are committed.

    So where the rows stand as they would be written, both fit them, and are only made where they are gone.
    """
    path = f"{project.name}/drift/{day}.html"
    if as_stands and reports.exists(path) and workspace.has(reports, project.name, day):
        return f"{reports.url}/{path}"
    page = draw(rows, verdicts, project.drift, title=f"{project.name}: drift on {day}")
    if page is None:
        return None
    workspace.keep(reports, project.name, day, page.snapshot, verdicts)
    return page.write(reports, path)


def _frame(verdicts: Sequence[Verdict], profiles: Mapping[str, str | None], day: date) -> pl.DataFrame:
    facts = ({"frame_day": day, "profile": profiles.get(verdict.column_name)} for verdict in verdicts)
    return DRIFT.frame(fact | asdict(verdict) for fact, verdict in zip(facts, verdicts, strict=True))


def _written(store: Store, day: date, drift: pl.DataFrame, scores: pl.DataFrame, report_url: str | None) -> Measured:
    row_scores = scores.with_columns(frame_day=pl.lit(day))

    def write(writer: Writer) -> int:
        return writer.replace(DRIFT, drift, day=day) + writer.replace(ROW_SCORES, row_scores, day=day)

    whole = drift.row(by_predicate=pl.col("column_name") == FRAME, named=True)
    return Measured(
        day=day,
        verdict=whole["verdict"],
        drifted=tuple(drift.filter(pl.col("verdict") == "drift", pl.col("column_name") != FRAME)["column_name"]),
        rows=whole["n_current"],
        reference_rows=whole["n_reference"],
        report_url=report_url,
        written=store.commit(f"drift on {day}", write),
    )
