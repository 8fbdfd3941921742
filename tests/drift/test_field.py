"""What the field asks of drift, on inputs from public reports: each says what is right."""

import json
from datetime import date
from typing import Any

import pytest

from gt_platform.drift.columns import read
from gt_platform.drift.verdicts import Verdict, judge
from gt_platform.lake import Store
from gt_platform.project import Drift, Outputs
from tests.drift.events import add, events
from tests.drift.test_columns import YES_OR_NO
from tests.support.judgements import DATA

FIELD = DATA / "field"
REFERENCE, FRAME = date(2026, 1, 1), date(2026, 1, 9)

pytestmark = pytest.mark.skipif(not FIELD.exists(), reason="needs the shared data")


def judged(store: Store, case: str, **column: Any) -> Verdict:
    days: dict[date, list[Any]] = {REFERENCE: [], FRAME: []}
    for line in (FIELD / case / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        days[date.fromisoformat(event["occurred_at"][:10])].append(event["attributes"])
    add(store, *(events(day, attributes=found) for day, found in days.items()))
    declared = Drift.model_validate(
        {
            "reference": {"first": REFERENCE, "last": REFERENCE},
            "columns": [{"name": "x", "of": "attributes.x"} | column],
        }
    )
    rows = read(store, declared, FRAME, outputs=Outputs(YES_OR_NO, None))
    return judge(rows.reference, rows.current, rows.names, declared, seed=case)[0]


@pytest.mark.parametrize(
    ("case", "verdict", "says"),
    [
        ("d02-one-outlier-in-reference", "drift", "values lie higher than the reference's"),
        ("d04-250-categories-all-replaced", "drift", "100.0% of rows have a level that the reference lacks"),
        ("d06-iso-timestamps", "insufficient_evidence", "these are times; declare `measure: hour`"),
        ("d07-tag-order", "no_drift", ""),
    ],
)
def test_what_is_right(store: Store, case: str, verdict: str, says: str) -> None:
    found = judged(store, case)
    assert found.verdict == verdict, found
    assert (found.detail or "").startswith(says)


def test_a_time_can_be_watched(store: Store) -> None:
    assert judged(store, "d06-iso-timestamps", measure="hour").verdict in {"drift", "no_drift"}
