"""Reads the evidence from the lake's tables: each kind of it once, over all days."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np
import polars as pl

from gt_platform.answers import InvalidAnswerError
from gt_platform.answers.form import Pick, form_of, names_in
from gt_platform.canonical import as_json, digest
from gt_platform.lake import Store
from gt_platform.project import Outputs, Project
from gt_platform.stats.watching.daily import Codes, Floats
from gt_platform.watch.counts import NO_ANSWER, Counts, by_part, counted, plain
from gt_platform.watch.evidence import BANDS, MATURE, UNKNOWN, Events, Evidence

ACCEPTED = "SELECT since, applies_after FROM acceptances ORDER BY applies_after, frame_day"
METRICS = "SELECT DISTINCT metric FROM measurements WHERE label = '*'"
# In the order that sums are always taken in. Where answers are named, events are worth what their settled truth makes
# them: `measurements` are corrected by what experts say of others, and so are new every night, though nothing came that
# these days' verdicts rest on.
LABELED = """
    SELECT s.frame_day, e.model, e.output, t.answer AS truth,
           CASE WHEN NOT $named AND m.denominator <> 0 THEN m.numerator / m.denominator END AS worth, m.weight,
           e.confidence, coalesce(r.drift_score, 0.5) AS score,
           json_extract_string(e.attributes, $paths::VARCHAR[]) AS slices
    FROM measurements m JOIN sample s ON s.event_id = m.event_id JOIN events e ON e.event_id = m.event_id
    LEFT JOIN row_scores r ON r.event_id = m.event_id LEFT JOIN ground_truth t ON t.item_id = s.item_id
    WHERE m.metric = $metric AND m.label = '*'
    ORDER BY s.frame_day, s.event_id
"""
FEW = 50
"""Labels an answer can be, at most, for each one's prevalence to be told."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """The evidence, the counts it rests on, and the rows of labeled events."""

    evidence: Evidence
    counts: Counts
    labeled: pl.DataFrame


def read(store: Store, project: Project, today: date) -> Read | None:
    """All there is of days that are over; None before there is any."""
    answers = answers_of(project)
    outputs = project.outputs if answers else None
    counts = counted(store, today, outputs=outputs, read_as=read_as(project))
    if not counts.events:
        return None
    metric = _metric(store, project, answers)
    paths = [f'$."{attribute}"' for attribute in project.benchmark.slices]
    labeled = store.read(LABELED, {"metric": metric, "paths": paths, "named": answers is not None})
    days, by = list(counts.events), partial(_by_part, counts)
    models = {of: found[:, 0] for of, found in by("model", 1).items()}
    worth = _worth(project, answers, metric)
    evidence = Evidence(
        days=days,
        events=np.array(list(counts.events.values()), dtype=np.float64),
        feedback=by("feedback", MATURE + 1),
        models=models,
        labeled=_valued(_events(labeled, days, list(models), answers, outputs), worth),
        answers=answers,
        outputs=_outputs(by("output", BANDS + 1), answers, len(days)),
        metric=metric,
        shares=metric is not None and project.measuring.bounds[metric] == (0.0, 1.0),
        judged=project.judges_outputs,
        worth=worth,
        accepted=tuple(store.read(ACCEPTED).iter_rows()),
    )
    return Read(evidence=evidence, counts=counts, labeled=labeled)


def _metric(store: Store, project: Project, answers: tuple[str, ...] | None) -> str | None:
    """The first of the project's metrics that every event has a share of."""
    if answers is None:
        # what an event moves a statistic of the corpus by is no share of its own
        offered = set(store.read(METRICS)["metric"]) - {one.name for one in project.measuring.statistics}
    else:
        one = _answer(project, answers[0])
        offered = {share.metric for share in project.answer_kind.measure(one, one) if share.label == "*"}
    return next((one for one in (project.headline, *project.benchmark.metrics) if one in offered), None)


def _by_part(counts: Counts, what: str, parts: int) -> dict[str, Floats]:
    return by_part(counts.rows.filter(pl.col("counted") == what), list(counts.events), parts)


def answers_of(project: Project) -> tuple[str, ...] | None:
    """The labels an answer can be; None where it is something else than one of a few, or judges an output."""
    form = form_of(project.answer_kind)
    names = tuple(names_in(form))
    return names if isinstance(form, Pick) and not project.judges_outputs and len(names) <= FEW else None


def read_as(project: Project) -> str:
    """The digest of how outputs are read, and as which answers."""
    declared = project.output.model_dump() if project.output else None
    return digest(as_json({"answer": project.answer, "output": declared, "ask": project.ask}), 16)


def _events(
    rows: pl.DataFrame, days: list[date], models: list[str], answers: tuple[str, ...] | None, outputs: Outputs | None
) -> Events:
    unknown = np.full(rows.height, UNKNOWN)
    read = _texts(outputs.answers(rows["output"])) if outputs else []
    return Events(
        day=_codes(rows["frame_day"].to_list(), days),
        model=_codes(rows["model"].to_list(), models),
        output=_codes(read, answers) if answers else unknown,
        truth=_codes(_texts(rows["truth"]), answers) if answers else unknown,
        slices=_slices(rows),
        worth=_numbers(rows["worth"]),
        weight=_numbers(rows["weight"]),
        confidence=_numbers(rows["confidence"]),
        score=_numbers(rows["score"]),
    )


def _valued(events: Events, worth: Floats | None) -> Events:
    """With what each is worth by its settled truth, where that is one of a few answers; nothing where it is none."""
    if worth is None:
        return events
    known = np.where(events.truth == UNKNOWN, np.nan, worth[events.output, events.truth])
    return replace(events, worth=known)


def _outputs(counts: dict[str, Floats], answers: tuple[str, ...] | None, days: int) -> Floats | None:
    if answers is None:
        return None
    none = np.zeros((days, BANDS + 1))
    return np.stack([counts.get(of, none) for of in (*answers, NO_ANSWER)], axis=1)


def _worth(project: Project, answers: tuple[str, ...] | None, metric: str | None) -> Floats | None:
    """What an output is worth by each truth, the last row that of no valid one."""
    if answers is None or metric is None:
        return None
    return np.array([[_of(project, output, truth, metric) for truth in answers] for output in (*answers, None)])


def _of(project: Project, output: str | None, truth: str, metric: str) -> float:
    kind = project.answer_kind
    answers = [None if one is None else _answer(project, one) for one in (output, truth)]
    shares = [one for one in kind.measure(*answers) if (one.metric, one.label) == (metric, "*")]
    return sum(one.numerator for one in shares) / sum(one.denominator for one in shares) if shares else 0.0


def _answer(project: Project, name: str) -> object:
    try:
        return project.answer_kind.validate(name)
    except InvalidAnswerError:
        return name


def _texts(answers: pl.Series) -> list[str | None]:
    known = {answer: plain(answer) for answer in answers.unique().drop_nulls()}
    return [known.get(answer) for answer in answers]


def _codes(values: Sequence[object], known: Sequence[object]) -> Codes:
    place = {one: code for code, one in enumerate(known)}
    return np.array([place.get(value, UNKNOWN) for value in values], dtype=np.int64)


def _slices(rows: pl.DataFrame) -> Codes:
    """Codes of each slice's values, by their order."""
    given = rows["slices"].to_list()
    columns = list(zip(*given, strict=True)) if given else []
    coded = [_codes(column, sorted({one for one in column if one is not None})) for column in columns]
    return np.column_stack(coded) if coded else np.zeros((rows.height, 0), np.int64)


def _numbers(values: pl.Series) -> Floats:
    found: Floats = values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return found
