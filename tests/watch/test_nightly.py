"""The nightly stage on a small lake: what is counted, judged anew and left alone."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from gt_platform.checks.watches import watches as said
from gt_platform.lake import Store
from gt_platform.lake.tables import ACCEPTANCES, FEEDBACK, FILES, GROUND_TRUTH, MEASUREMENTS, SAMPLE, WATCHES
from gt_platform.lake.tables import EVENTS as EVENTS_OF
from gt_platform.project import Project
from gt_platform.watch import watch
from tests.benchmark.labels import write
from tests.sampling.rows import MONDAY, add_events, project
from tests.support.rows import rows

DAYS = [MONDAY + timedelta(days=number) for number in range(12)]
TODAY = DAYS[-1] + timedelta(days=1)
EVENTS, LABELS = 60, 12


def declared(**changes: Any) -> Project:
    reference = {"reference": {"first": DAYS[0], "last": DAYS[6]}, "columns": [{"name": "output", "of": "output"}]}
    return project(drift=reference | changes.pop("drift", {}), **changes)


def put_days(store: Store, numbers: Iterable[int], *, right: int = 9, thumbs: int = 12) -> None:
    """Days of EVENTS events, every third output bad; of LABELS labels so many right, so many thumbs a day later."""
    made = [event for number in numbers for event in of_day(number, right=right, thumbs=thumbs)]
    days = sorted({event["frame_day"] for event in made})
    files = [{"file_id": str(day), "frame_day": day, "events": EVENTS} for day in days]
    thumbed = [event | {"feedback_id": event["event_id"]} for event in made if event["thumbed"]]
    tables = {EVENTS_OF: made, FILES: files, FEEDBACK: thumbed, SAMPLE: [event for event in made if event["labeled"]]}
    for table, given in tables.items():
        names = set(table.column_names())
        kept = [{name: value for name, value in one.items() if name in names} for one in given]
        if table is FEEDBACK:
            kept = [one | {"frame_day": one["frame_day"] + timedelta(days=1)} for one in kept]
        write(store, table, rows(table, *kept).to_dicts())
    put_labels(store, made)


def of_day(number: int, *, right: int = 9, thumbs: int = 12) -> Iterator[dict[str, Any]]:
    for at in range(EVENTS):
        output, other = ("bad", "good") if at % 3 == 0 else ("good", "bad")
        yield {
            "event_id": f"{number}-{at:02}",
            "item_id": f"item of {number}-{at:02}",
            "frame_day": DAYS[number],
            "model": "m1",
            "output": json.dumps(output),
            "confidence": 0.8,
            "labeled": at < LABELS,
            "truth": json.dumps(output if at < right else other),
            "right": float(at < right),
            "thumbed": at < thumbs,
            "annotator_kind": "end_user",
            "signal": "thumb",
            "value": '"up"',
        }


def put_labels(store: Store, made: list[dict[str, Any]]) -> None:
    labeled = [event for event in made if event["labeled"]]
    share = {"metric": "accuracy", "label": "*", "denominator": 1.0, "weight": EVENTS / LABELS}
    shares = [share | {"event_id": event["event_id"], "numerator": event["right"]} for event in labeled]
    truths = [{"item_id": event["item_id"], "answer": event["truth"]} for event in labeled]
    for table, given in ((MEASUREMENTS, shares), (GROUND_TRUTH, truths)):
        write(store, table, rows(table, *given).to_dicts())


def found(store: Store, **where: Any) -> list[dict[str, Any]]:
    return store.read('SELECT * FROM watches ORDER BY frame_day, watched, "of"').filter(**where).to_dicts()


@pytest.fixture
def year(store: Store) -> Store:
    put_days(store, range(len(DAYS)))
    return store


def test_counts_are_of_outputs_models_and_feedback_by_how_late_it_came(year: Store) -> None:
    watch(year, declared(), TODAY)
    counted = year.read(
        'SELECT counted, "of", part, events FROM daily_counts WHERE frame_day = ? ORDER BY ALL', [DAYS[2]]
    )
    assert counted.rows() == [
        ("feedback", "end_user thumb up", 1, 12),
        ("model", "m1", -1, 60),
        ("output", "bad", 16, 20),
        ("output", "good", 16, 40),
    ]


def test_every_day_has_its_verdicts_and_a_second_night_changes_nothing(year: Store) -> None:
    first = watch(year, declared(), TODAY)
    assert (first.days, first.judged, first.drifted) == (12, 12, ())
    assert {row["verdict"] for row in found(year, frame_day=DAYS[2], watched="concept_drift")} == {"reference"}
    (told,) = found(year, frame_day=DAYS[10], watched="concept_drift")
    assert (told["verdict"], told["n"], told["n_reference"], told["since"]) == ("no_drift", 48, 84, DAYS[7])
    assert told["reference"] == pytest.approx(0.75, abs=0.01)
    again = watch(year, declared(), TODAY)
    assert (again.judged, again.written) == (0, 0)
    assert said(year).verdict == "pass"


def test_the_day_that_is_not_over_is_left_out(year: Store) -> None:
    assert watch(year, declared(), DAYS[-1]).days == 11
    assert found(year, frame_day=DAYS[-1]) == []


def test_feedback_is_compared_after_as_many_days_as_it_had(year: Store) -> None:
    watch(year, declared(), TODAY)
    (young,) = found(year, frame_day=DAYS[10], watched="feedback_rate")  # all came within a day
    assert (young["estimate"], young["reference"], young["verdict"]) == (0.2, 0.2, "no_drift")
    assert found(year, frame_day=DAYS[11], watched="feedback_rate") == []  # on the day itself nobody has any


@pytest.mark.slow
def test_nights_end_the_same_whenever_labels_came(store: Store, year: Store) -> None:
    watch(year, declared(), TODAY)
    whole = store.digests([WATCHES])
    store.commit(
        "undone", lambda writer: [writer.replace(table, pl.DataFrame()) for table in (GROUND_TRUTH, MEASUREMENTS)]
    )
    watch(store, declared(), TODAY)
    (without,) = found(store, frame_day=DAYS[9], watched="label_shift")
    assert without["verdict"] == "insufficient_evidence"
    assert without["detail"] == "0 settled labels in the reference; 30 are needed"
    for number in (11, 3):
        put_labels(store, list(of_day(number)))
        watch(store, declared(), TODAY)
    put_labels(store, [event for number in range(12) if number not in {3, 11} for event in of_day(number)])
    watch(store, declared(), TODAY)
    assert store.digests([WATCHES]) == whole


def test_a_model_without_labels_in_the_reference_is_not_blamed_on_answers_or_concepts(store: Store) -> None:
    put_days(store, range(7))
    names = [f"new-{event}" for event in range(EVENTS)]
    add_events(store, DAYS[7], [{"event_id": name, "output": "bad", "model": "m2"} for name in names])
    write(store, FILES, rows(FILES, {"file_id": "new", "frame_day": DAYS[7], "events": EVENTS}).to_dicts())
    watch(store, declared(), TODAY)
    (told,) = found(store, frame_day=DAYS[7], watched="label_shift")
    assert told["detail"] == "most events are by m2, of which the reference has no labels"
    assert found(store, frame_day=DAYS[7], verdict="drift") == []


def test_of_numbers_no_prevalence_is_watched_nor_calibration_by_their_error(store: Store) -> None:
    answer = {"kind": "number", "minimum": 0, "maximum": 10, "unit": "hours"}
    numbers = declared(answer=answer, benchmark={"metrics": ["absolute_error"]})
    put_days(store, range(9))
    shares = [
        {"event_id": event["event_id"], "metric": "absolute_error", "label": "*", "denominator": 1.0, "weight": 5.0}
        | {"numerator": float(at % 3)}
        for number in range(9)
        for at, event in enumerate(of_day(number))
        if event["labeled"]
    ]
    store.commit("others", lambda writer: writer.replace(MEASUREMENTS, rows(MEASUREMENTS, *shares)))
    watch(store, numbers, TODAY)
    assert {row["watched"] for row in found(store, frame_day=DAYS[3])} == {"volume", "concept_drift", "feedback_rate"}
    (told,) = found(store, frame_day=DAYS[8], watched="concept_drift")
    assert told["verdict"] == "insufficient_evidence"
    assert told["detail"] == "84 labels in the reference, 24 up to the day; 30 are needed of each"


@pytest.mark.slow
def test_what_drifts_is_said_in_words(store: Store) -> None:
    put_days(store, range(7))
    put_days(store, [7, 8, 10, 11], right=1)
    put_days(store, [9], right=1, thumbs=0)
    last = watch(store, declared(), TODAY).drifted
    assert last == ("calibration *", "concept_drift *")
    finding = said(store)
    assert finding.verdict == "fail"
    assert "concept drift on 2026-01-16 and" in finding.said
    assert "feedback rate of end_user thumb up on 2026-01-14: 0, where 0.2 was to be expected" in finding.said


@pytest.mark.slow
def test_an_accepted_drift_is_what_later_days_are_held_against(store: Store) -> None:
    put_days(store, range(7))
    put_days(store, range(7, 12), thumbs=2)
    watch(store, declared(), TODAY)
    (before,) = found(store, frame_day=DAYS[10], watched="feedback_rate")
    assert (before["verdict"], before["reference"]) == ("drift", 0.2)
    accepted = {"frame_day": DAYS[8], "since": DAYS[7], "applies_after": DAYS[8]}
    write(store, ACCEPTANCES, rows(ACCEPTANCES, accepted).to_dicts())
    watch(store, declared(), TODAY)
    (after,) = found(store, frame_day=DAYS[10], watched="feedback_rate")
    assert (after["verdict"], round(after["reference"], 4), after["n_reference"]) == ("no_drift", 0.0333, 180)
    (still,) = found(store, frame_day=DAYS[8], watched="feedback_rate")
    assert (still["verdict"], still["reference"]) == ("drift", 0.2)


def test_what_is_read_otherwise_is_counted_anew(year: Store) -> None:
    watch(year, declared(), TODAY)
    other = declared(output={"map": {"fine": "good"}})
    assert watch(year, other, TODAY).judged == 12
    assert year.read("SELECT count(DISTINCT read_as) FROM daily_counts").item() == 1


def test_a_lake_without_events_has_nothing_to_watch(store: Store) -> None:
    assert watch(store, declared(), date(2026, 3, 1)).days == 0
    assert said(store).said == "no day after the reference was judged yet"
