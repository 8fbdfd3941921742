"""What annotators are judged by: their answers and honeypots of the last weeks, as the functions of stats take them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.answers import AnswerKind
from gt_platform.answers.form import Order, Pick, PickSeveral, Quantity, form_of
from gt_platform.canonical import as_json
from gt_platform.labeling.leading import REINSTATED
from gt_platform.lake import Store
from gt_platform.stats.annotators import (
    Colluders,
    Evidence,
    Levels,
    Share,
    State,
    answers,
    decide,
    number_profiles,
    profiles,
    shares,
)

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

DAYS = 90
"""How long an answer speaks for or against its annotator. Somebody paused is a newcomer again after that."""
RECENT = 100
"""How many of somebody's latest answers judge them, so that a long good past does not hide a bad present."""
UNKNOWN = -1

# All that was answered, also what was set aside: it is evidence about who gave it. A doubted honeypot is none, nor are
# answers to items that were added because they are hard.
# Earlier answers than the recent ones are what others' are compared with, as if another annotator had given them; so
# are those from before somebody was reinstated.
GIVEN = """
    SELECT * EXCLUDE (moment, id, anew_since),
           row_number() OVER (PARTITION BY annotator ORDER BY moment DESC, id DESC) <= $recent
               AND (anew_since IS NULL OR moment > anew_since) AS recent
    FROM (
        SELECT a.item_id || ' ' || coalesce(s.round, 1) AS unit, a.annotator, a.answer, a.seconds, NULL AS truth,
               NULL AS correct, coalesce(a.submitted_at, a.collected_at) AS moment, a.assignment_id AS id
        FROM annotations a LEFT JOIN assignments s USING (assignment_id)
        WHERE a.collected_at >= $since AND a.item_id NOT IN (SELECT item_id FROM added_items)
        UNION ALL
        SELECT honeypot_id, annotator, answer, seconds, truth, correct, coalesce(submitted_at, collected_at),
               honeypot_id
        FROM honeypot_answers WHERE collected_at >= $since AND honeypot_id NOT IN (SELECT unnest($doubted::VARCHAR[]))
    ) LEFT JOIN (
        SELECT about AS annotator, max("at") AS anew_since FROM audit WHERE did = $reinstated GROUP BY about
    ) USING (annotator)
    ORDER BY unit, annotator
"""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """An annotator's share of right answers, the state it earns with its reason, and who makes the same mistakes."""

    annotator: str
    share: Share | None
    basis: str
    state: State
    reason: str
    copies: tuple[tuple[str, str], ...] = ()
    """Each (other annotator, what the two share)."""


def judged(store: Store, kind: AnswerKind, levels: Levels, *, now: datetime, doubted: list[str]) -> list[Judged]:
    """Everybody who answered anything lately, by name."""
    asked = {"since": now - timedelta(days=DAYS), "doubted": doubted, "recent": RECENT, "reinstated": REINSTATED}
    given = store.read(GIVEN, asked)
    if given.is_empty():
        return []
    usable = pl.col("seconds").is_finite() & (pl.col("seconds") >= 0)
    given = given.with_columns(seconds=pl.when(usable).then("seconds"))
    form = form_of(kind)
    if isinstance(form, Pick | PickSeveral | Order):
        return _by_label(given, levels)
    return _by_number(given, levels) if isinstance(form, Quantity) else _by_verdict(kind, given, levels)


def _by_label(given: pl.DataFrame, levels: Levels) -> list[Judged]:
    annotators, unit, annotator = _codes(given)
    names = [name for name, _ in annotators]
    canonical = {text: _canonical(text) for text in {*given["answer"], *given["truth"].drop_nulls()}}
    place = {text: code for code, text in enumerate(sorted(set(canonical.values())))}
    code = np.array([place[canonical[text]] for text in given["answer"]], dtype=np.int64)
    truth = np.full(int(unit.max()) + 1, UNKNOWN, dtype=np.int64)
    known = given["truth"].is_not_null().to_numpy()
    truth[unit[known]] = [place[canonical[text]] for text in given["truth"].drop_nulls()]
    coded = answers(unit, annotator, code, units=len(truth), annotators=len(annotators), labels=max(2, len(place)))
    found = profiles(coded, truth=truth, seconds=_seconds(given), levels=levels, names=names)
    return [
        Judged(
            annotator=names[one.annotator],
            share=one.accuracy,
            basis=one.basis,
            state=one.state,
            reason=one.reason,
            copies=_copies(one.annotator, one.with_others, names),
        )
        for one in found
        if annotators[one.annotator][1]
    ]


def _by_number(given: pl.DataFrame, levels: Levels) -> list[Judged]:
    annotators, unit, annotator = _codes(given)
    truth = np.full(int(unit.max()) + 1, np.nan)
    known = given["truth"].is_not_null().to_numpy()
    truth[unit[known]] = [float(json.loads(text)) for text in given["truth"].drop_nulls()]
    value = [float(json.loads(text)) for text in given["answer"]]
    found = number_profiles(
        unit, annotator, value, annotators=len(annotators), truth=truth, seconds=_seconds(given), levels=levels
    )
    return [
        Judged(
            annotator=annotators[one.annotator][0],
            share=one.correlation,
            basis=one.basis,
            state=one.state,
            reason=one.reason,
        )
        for one in found
        if annotators[one.annotator][1]
    ]


def _by_verdict(kind: AnswerKind, given: pl.DataFrame, levels: Levels) -> list[Judged]:
    """For kinds whose answers are hardly ever equal: whether they agree with the truth, or with most other answers."""
    annotators, _, annotator = _codes(given)
    by_truth = shares(annotator, given["correct"].cast(pl.Int64).fill_null(UNKNOWN).to_numpy(), len(annotators))
    by_others = shares(annotator, _agreeing(kind, given), len(annotators))
    medians = {"truth": _median(by_truth, levels), "others": _median(by_others, levels)}
    found = []
    for at, (name, recent) in enumerate(annotators):
        one, other = by_truth[at], by_others[at]
        enough = one is not None and (one.n >= levels.minimum or other is None or other.n < levels.minimum)
        share, basis = (one, "truth") if enough else (other, "others")
        evidence = Evidence(share=share, basis="truth" if enough else "others", median=medians[basis])
        if recent:
            state, reason = decide(evidence, levels)
            basis = basis if share else "none"
            found.append(Judged(annotator=name, share=share, basis=basis, state=state, reason=reason))
    return found


def _agreeing(kind: AnswerKind, given: pl.DataFrame) -> Codes:
    """For each answer that is to no honeypot, whether most others agree with it; UNKNOWN where there are none."""
    verdicts = np.full(given.height, UNKNOWN, dtype=np.int64)
    free = given.with_row_index("row").filter(pl.col("truth").is_null())
    for of_unit in free.partition_by("unit"):
        said = [json.loads(text) for text in of_unit["answer"]]
        for place, (row, own) in enumerate(zip(of_unit["row"], said, strict=True)):
            agreed = [kind.agrees(other, own) for at, other in enumerate(said) if at != place]
            if agreed:
                verdicts[row] = 2 * sum(agreed) > len(agreed)
    return verdicts


def _codes(given: pl.DataFrame) -> tuple[list[tuple[str, bool]], Codes, Codes]:
    """Who there is, each with whether these are their recent answers; the unit and the annotator of each answer."""
    who = list(given.select("annotator", "recent").iter_rows())
    annotators = sorted(set(who))
    unit = (given["unit"].rank("dense").cast(pl.Int64) - 1).to_numpy()
    place = {one: code for code, one in enumerate(annotators)}
    return annotators, unit, np.array([place[one] for one in who], dtype=np.int64)


def _seconds(given: pl.DataFrame) -> Floats:
    return given["seconds"].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _median(found: list[Share | None], levels: Levels) -> float:
    enough = [share.value for share in found if share is not None and share.n >= levels.minimum]
    return float(np.median(enough)) if enough else 1.0


def _copies(annotator: int, pairs: tuple[Colluders, ...], names: list[str]) -> tuple[tuple[str, str], ...]:
    others = ((names[pair.second if pair.first == annotator else pair.first], pair) for pair in pairs)
    return tuple(
        (other, f"shares {pair.together} mistakes with {other}, {pair.expected:.1f} expected") for other, pair in others
    )


def _canonical(text: str) -> str:
    return as_json(json.loads(text))
