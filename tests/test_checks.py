"""What is asked of the tables, on a real lake: each check passes on right tables and fails on wrong ones."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from gt_platform import checks
from gt_platform.checks import Finding, scores
from gt_platform.labeling.agreement import NEEDS as AGREEMENT_NEEDS
from gt_platform.lake import Store
from gt_platform.lake.tables import (
    ANNOTATIONS,
    DECISIONS,
    DRIFT,
    EVENTS,
    EXCLUSIONS,
    FILES,
    SCORES,
    STALE,
    STANDINGS,
    TABLES,
)
from gt_platform.project import Project
from tests.support.sentiment import DAY, declare, event, put_events

GATES = {"quarantined_share": 0.1, "agreement": 0.6, "score": {"metric": "accuracy", "at_least": 0.7}}
LATER = date(2026, 1, 6)


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Store:
    return new_store()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return declare(tmp_path, gates=GATES, truth="annotators")


def put_file(store: Store, name: str, day: date, *, lines: int, quarantined: int) -> None:
    row = {
        "file_id": name,
        "path": name,
        "version": "1",
        "sha256": name,
        "bytes": 1,
        "frame_day": day,
        "lines": lines,
        "events": lines - quarantined,
        "feedback": 0,
        "duplicates": 0,
        "quarantined": quarantined,
        "seen_at": datetime.now(UTC),
    }
    store.commit("file", lambda writer: writer.append(FILES, pl.DataFrame([row])))


def put_drift(store: Store, verdicts: dict[str, str], day: date = DAY) -> None:
    rows = [
        {"frame_day": day, "column_name": name, "verdict": verdict, "n_reference": 9, "n_current": 9,
         "detail": "9 rows, 50 are needed" if verdict == "insufficient_evidence" else None}
        for name, verdict in verdicts.items()
    ]  # fmt: skip
    store.commit("drift", lambda writer: writer.append(DRIFT, DRIFT.frame(rows)))


def put_answers(store: Store, items: int, answers: list[str]) -> None:
    put_answers_to_each(store, [answers] * items)


def put_answers_to_each(store: Store, given: list[list[str]]) -> None:
    rows = [
        {"assignment_id": f"{item}-{slot}", "item_id": f"{item}", "annotator": f"a{slot}", "answer": json.dumps(answer),
         "guideline_version": "g", "schema_version": "s", "collected_at": datetime.now(UTC)}
        for item, answers in enumerate(given)
        for slot, answer in enumerate(answers)
    ]  # fmt: skip
    store.commit("answers", lambda writer: writer.append(ANNOTATIONS, pl.DataFrame(rows)))


def put_score(store: Store, verdict: str, *, low: float | None, release: int = 1, **changes: Any) -> None:
    row = {"release": release, "model": "*", "metric": "accuracy", "label": "*", "scope": "all", "period": "*",
           "slice": "*", "estimand": "production", "estimate": None if low is None else low + 0.05, "low": low,
           "high": None if low is None else low + 0.1, "n": 200, "population": 5000, "method": "m",
           "verdict": verdict} | changes  # fmt: skip
    store.commit("score", lambda writer: writer.append(SCORES, SCORES.frame([row])))


def test_every_table_is_as_defined_and_has_no_key_twice(store: Store) -> None:
    put_events(store, [event(1, "a"), event(2, "b")])
    found = checks.structure(store, TABLES, scanned=TABLES)
    assert set(found) == {(table.name, check) for table in TABLES for check in ("schema", "keys")}
    assert {one.verdict for one in found.values()} == {"pass"}
    assert found["events", "schema"].facts == {"columns": len(EVENTS.columns)}


def test_a_table_somebody_altered_is_found(store: Store) -> None:
    put_events(store, [event(1, "a")])
    for statement in (
        "INSERT INTO events FROM events",
        "ALTER TABLE events ADD COLUMN stray INTEGER",
        "ALTER TABLE events DROP COLUMN rescued",
        "ALTER TABLE events ALTER model DROP NOT NULL",
    ):
        store._cursor().execute(statement)
    found = checks.structure(store, TABLES, scanned=[EVENTS])
    wrong = {where for where, one in found.items() if one.verdict == "fail"}
    assert wrong == {("events", "schema"), ("events", "keys")}
    assert found["events", "schema"] == Finding(
        verdict="fail",
        said="model is VARCHAR and should be VARCHAR NOT NULL; rescued is absent and should be JSON; "
        "stray is INTEGER and should be absent",
        facts={"columns": len(EVENTS.columns)},
    )
    assert found["events", "keys"] == Finding(verdict="fail", said="(event_id) = e-1 stands twice")


def test_conservation_shows_the_totals_of_its_days_and_the_first_mistakes(store: Store) -> None:
    put_file(store, "a", DAY, lines=10, quarantined=2)
    put_file(store, "b", LATER, lines=5, quarantined=0)
    found = checks.conservation(store, [], (DAY, DAY))
    assert found.said == "10 lines of 1 files are all accounted for"
    assert (found.facts["events"], found.facts["quarantined"]) == (8, 2)
    assert checks.conservation(store, []).facts["lines"] == 15
    wrong = checks.conservation(store, [f"file {number}" for number in range(7)])
    assert wrong.verdict == "fail"
    assert wrong.said == "file 0; file 1; file 2; file 3; file 4; and 2 more"


def test_the_quarantined_share_is_of_the_days_asked_about(store: Store, project: Project) -> None:
    put_file(store, "a", DAY, lines=10, quarantined=2)
    put_file(store, "b", LATER, lines=10, quarantined=0)
    assert checks.quarantined_share(store, project, (DAY, DAY)) == Finding(
        verdict="fail",
        said="2 of 10 lines (20.0%) are in quarantine; the gate is 10.0%",
        facts={"share": 0.2, "gate": 0.1},
    )
    assert checks.quarantined_share(store, project, (DAY, LATER)).verdict == "pass"  # 10 % is within 10 %
    assert checks.quarantined_share(store, project, (date(2026, 2, 1), date(2026, 2, 1))).facts["share"] == 0


def test_drift_names_the_columns_and_the_command_that_accepts_it(store: Store, project: Project) -> None:
    put_drift(store, {"*": "drift", "output": "drift", "words": "no_drift"})
    put_drift(store, {"*": "no_drift", "output": "no_drift"}, LATER)
    found = checks.drift(store, project, (DAY, LATER))
    command = "gt drift accept 2026-01-05 sentiment --why REASON"
    assert found == Finding(
        verdict="fail",
        said="drift on 2026-01-05: output (drifts since 2026-01-05)",
        facts={"frames": 2, "columns": "output", "accept": command},
    )
    assert checks.drift(store, project, (LATER, LATER)) == Finding(
        verdict="pass", said="1 frames without drift", facts={"frames": 1, "columns": ""}
    )


def test_drift_without_evidence_is_neither(store: Store, project: Project) -> None:
    assert checks.drift(store, project, (DAY, DAY)).said == "insufficient evidence: no frame was measured"
    put_drift(store, {"*": "insufficient_evidence"})
    found = checks.drift(store, project, (DAY, DAY))
    assert (found.verdict, found.said) == ("insufficient_evidence", "insufficient evidence: 9 rows, 50 are needed")
    put_drift(store, {"*": "reference"}, LATER)
    assert checks.drift(store, project, (LATER, LATER)).verdict == "pass"


@pytest.mark.parametrize(
    ("items", "answers", "verdict", "agreement"),
    [
        (AGREEMENT_NEEDS, ["positive", "positive", "positive"], "pass", 1.0),
        (AGREEMENT_NEEDS, ["positive", "positive", "negative"], "fail", 1 / 3),
        # below the gate, but not by so much that 20 items could tell
        (AGREEMENT_NEEDS, ["positive", "positive", "positive", "negative"], "insufficient_evidence", 1 / 2),
        (AGREEMENT_NEEDS - 1, ["positive", "positive", "negative"], "insufficient_evidence", None),
        (AGREEMENT_NEEDS, ["positive"], "insufficient_evidence", None),
    ],
)
def test_agreement(
    store: Store, project: Project, items: int, answers: list[str], verdict: str, agreement: float | None
) -> None:
    put_answers(store, items, answers)
    found = checks.agreement(store, project)
    assert found.verdict == verdict
    assert found.facts["items"] == (items if len(answers) > 1 else 0)
    assert found.facts.get("agreement") == (None if agreement is None else pytest.approx(agreement))


def test_without_a_gate_agreement_is_shown_and_passes(store: Store, tmp_path: Path) -> None:
    put_answers(store, AGREEMENT_NEEDS, ["positive", "negative"])
    found = checks.agreement(store, declare(tmp_path))
    # Wilson's upper bound for none of 20: z**2 / (20 + z**2)
    assert found.verdict == "pass"
    assert found.facts["low"] == 0.0
    assert found.facts["high"] == pytest.approx(0.1611, abs=1e-4)
    assert found.said == "mean agreement 0.000 [0.000, 0.161] over 20 items; no gate is declared"


@pytest.mark.parametrize(
    ("gate", "verdict", "says"),
    [
        # two of three pairs agree, of labels that are as frequent as each other one would: (2/3 - 1/3) / (1 - 1/3)
        ({"fleiss_kappa": 0.2}, "pass", "fleiss kappa 0.500 ["),
        ({"fleiss_kappa": 0.95}, "fail", "over 30 items; the gate is 0.950"),
        ({"krippendorff_alpha": 0.5}, "insufficient_evidence", "insufficient evidence: krippendorff alpha 0.506"),
        ({"cohen_kappa": 0.5}, "insufficient_evidence", "is of two annotators, and 3 answered"),
    ],
)
def test_the_agreement_gate_may_be_any_coefficient_judged_on_its_interval(
    store: Store, tmp_path: Path, gate: dict[str, float], verdict: str, says: str
) -> None:
    labels = ["negative", "neutral", "positive"]
    given = [(labels[number % 3], labels[(number + number // 3 % 2) % 3]) for number in range(30)]
    put_answers_to_each(store, [[first, first, other] for first, other in given])
    found = checks.agreement(store, declare(tmp_path, gates={"agreement": gate}))
    assert (found.verdict, says in found.said) == (verdict, True), found.said


def test_a_coefficient_of_too_few_items_decides_nothing(store: Store, tmp_path: Path) -> None:
    put_answers(store, 4, ["positive", "positive", "negative"])
    found = checks.agreement(store, declare(tmp_path, gates={"agreement": {"fleiss_kappa": 0.1}}))
    assert found.verdict == "insufficient_evidence"
    assert "4 items" in found.said or "4 units" in found.said


@pytest.mark.parametrize(
    "answer",
    [
        {"kind": "ordinal", "scale": {"bad": "", "good": ""}},
        {"kind": "number", "minimum": 0, "maximum": 5, "unit": "stars"},
        {"kind": "rubric", "criteria": {"clear": {"scale": {"no": "", "yes": ""}}}},
    ],
)
def test_answers_that_are_none_any_more_agree_with_nobody(store: Store, tmp_path: Path, answer: dict[str, Any]) -> None:
    put_answers(store, AGREEMENT_NEEDS, ["positive", "negative"])
    metric = "absolute_error" if answer["kind"] == "number" else "accuracy"
    found = checks.agreement(
        store, declare(tmp_path, answer=answer, benchmark={"metrics": [metric]}, gates={"agreement": 0.6})
    )
    assert (found.verdict, found.facts["items"]) == ("insufficient_evidence", 0)


def test_agreement_leaves_out_what_was_set_aside(store: Store, project: Project) -> None:
    put_answers(store, AGREEMENT_NEEDS, ["positive", "positive", "negative"])
    out = [{"assignment_id": f"{item}-2", "annotator": "a2", "reason": "paused", "excluded_at": datetime.now(UTC)}
           for item in range(AGREEMENT_NEEDS)]  # fmt: skip
    store.commit("out", lambda writer: writer.append(EXCLUSIONS, pl.DataFrame(out)))
    assert checks.agreement(store, project).facts["agreement"] == 1.0


def test_annotators_in_doubt_are_named_with_the_reason_of_their_latest_standing(
    store: Store, project: Project, tmp_path: Path
) -> None:
    judging = declare(tmp_path, labeling={"backend": "workbench", "annotators": {}})
    plain = {"answers": 20, "honeypots": 0, "basis": "others", "n": 20, "judged_at": datetime.now(UTC)}
    states = (("ann-1", 1, "paused"), ("ann-1", 2, "active"), ("ann-2", 1, "watched"), ("ann-3", 1, "onboarding"))
    rows = [plain | {"annotator": name, "revision": revision, "state": state, "reason": f"why {state}"}
            for name, revision, state in states]  # fmt: skip
    assert checks.annotator_quality(store, judging).said == "none of 0 annotators is watched or paused"
    store.commit("standings", lambda writer: writer.append(STANDINGS, pl.DataFrame(rows)))
    assert checks.annotator_quality(store, judging) == Finding(
        verdict="fail", said="ann-2 is watched: why watched", facts={"active": 1, "watched": 1, "paused": 0}
    )
    assert checks.annotator_quality(store, project) == Finding(
        verdict="pass", said="the project does not judge annotators"
    )


def test_truth_that_went_stale_is_counted(store: Store, project: Project) -> None:
    assert checks.stale(store, project) == Finding(verdict="pass", said="none is stale", facts={"items": 0})
    decision = {"decision_id": "d", "item_id": "i", "guideline_version": "older", "revision": 1, "status": "consensus",
                "schema_version": project.schema_version, "method": "m", "votes": "{}", "answers": 3,
                "answers_digest": "x", "decided_at": datetime.now(UTC)}  # fmt: skip
    mark = {"decision_id": "d", "item_id": "i", "guideline_version": project.guideline_version,
            "schema_version": project.schema_version, "decided_under": "older", "asked_again": True, "reason": "why",
            "marked_at": datetime.now(UTC)}  # fmt: skip
    store.commit("decisions", lambda writer: writer.append(DECISIONS, pl.DataFrame([decision])))
    store.commit("stale", lambda writer: writer.append(STALE, STALE.frame([mark])))
    assert checks.stale(store, project) == Finding(
        verdict="fail", said="1 items have truth from before the guidelines or the schema changed", facts={"items": 1}
    )
    newer = decision | {"decision_id": "e", "revision": 2, "guideline_version": project.guideline_version}
    store.commit("settled", lambda writer: writer.append(DECISIONS, pl.DataFrame([newer])))
    assert checks.stale(store, project).verdict == "pass"


def test_the_score_is_judged_by_its_verdict_on_the_latest_release(store: Store, project: Project) -> None:
    assert scores.score(store, project).said == "insufficient evidence: no accuracy yet; it must be at least 0.7"
    put_score(store, "pass", low=0.8)
    put_score(store, "fail", low=0.4, slice="channel=web")  # slices are shown, and not what the gate is about
    assert scores.score(store, project).verdict == "pass"
    put_score(store, "fail", low=0.5, release=2)
    found = scores.score(store, project)
    assert (found.verdict, found.facts["release"]) == ("fail", 2)
    assert found.said == "accuracy 0.550 [0.500, 0.600] on 200 labeled events; it must be at least 0.7"


@pytest.mark.slow
def test_a_score_without_evidence_is_neither(store: Store, project: Project, tmp_path: Path) -> None:
    put_score(store, "insufficient_evidence", low=None)
    found = scores.score(store, project)
    assert found.verdict == "insufficient_evidence"
    assert found.said == "insufficient evidence: accuracy unknown on 200 labeled events; it must be at least 0.7"
    assert scores.score(store, declare(tmp_path)) == Finding(verdict="pass", said="no score gate is declared")
    of_experts = scores.score(store, declare(tmp_path, gates=GATES))
    assert of_experts.said.startswith(found.said)
    assert "declare labeling.expert_check, or truth: annotators" in of_experts.said
