"""Gates of scores: judged on intervals, of all traffic or of a slice, alone or together."""

import polars as pl

from gt_platform.benchmark import score
from gt_platform.checks import scores
from gt_platform.declarations import declare
from gt_platform.lake import Store
from gt_platform.lake.tables import SCORES
from tests.benchmark.labels import add_release, add_sample, add_truth, labeled_day, rows
from tests.sampling.rows import MONDAY, add_events, project


def test_a_gate_looks_at_the_interval(store: Store) -> None:
    labeled_day(store, MONDAY, sure=9, unsure=4)
    add_release(store)
    verdicts = []
    for gate in [{bound: at} for bound in ("at_least", "at_most") for at in (0.4, 0.8, 0.99)]:
        cuts = {"metrics": ["f1"], "slices": ["channel"]}
        headline = score(store, project(benchmark=cuts, gates={"score": {"metric": "accuracy"} | gate})).headline
        assert headline is not None
        assert headline["metric"] == "accuracy"
        verdicts.append(headline["verdict"])
    assert verdicts == ["pass", "insufficient_evidence", "fail", "fail", "insufficient_evidence", "pass"]
    surely = rows(store, slice="channel=web") + rows(store, model="m1") + rows(store, scope="week")
    assert [row["verdict"] for row in surely] == ["pass"] * 3  # at most 0.99
    others = """
        SELECT DISTINCT verdict FROM scores
        WHERE (estimand = 'release' OR metric <> 'accuracy') AND estimate IS NOT NULL
    """
    assert store.read(others).rows() == [("none",)]


def test_parts_of_the_traffic_are_judged_and_bind_nothing(store: Store) -> None:
    labeled_day(store, MONDAY, sure=10, unsure=0)
    add_release(store)
    gated = project(
        benchmark={"metrics": ["accuracy", "recall"], "slices": ["channel"]},
        gates={"score": {"metric": "accuracy", "at_least": 0.7}},
    )
    score(store, gated)
    withheld = "SELECT count(*), count(*) FILTER (verdict = 'insufficient_evidence') FROM scores WHERE estimate IS NULL"
    few, said = store.read(withheld).row(0)
    assert few == said > 0
    fails = pl.when(pl.col("slice") == "*").then("verdict").otherwise(pl.lit("fail"))
    worse = store.read("SELECT * FROM scores").with_columns(verdict=fails)
    store.commit("slices fail", lambda writer: writer.replace(SCORES, worse))
    assert scores.score(store, gated).verdict == "insufficient_evidence"


def test_a_slice_with_a_gate_binds_and_has_a_score_a_day(store: Store) -> None:
    labeled_day(store, MONDAY, sure=6, unsure=6)
    add_release(store)
    cuts = {"metrics": ["accuracy"], "slices": ["channel"]}
    by_day = "SELECT slice, estimate FROM scores WHERE scope = 'day' AND estimand = 'production' AND model = '*'"
    score(store, project(benchmark=cuts, gates={"score": {"metric": "accuracy", "at_least": 0.5}}))
    assert store.read(by_day)["slice"].to_list() == ["*"]
    (web,) = rows(store, slice="channel=web")
    beyond = web["high"] + 0.002
    of_all, of_web = {"metric": "accuracy", "at_least": 0.1}, {"metric": "accuracy", "slice": "channel=web"}
    # a single gate fails beyond the bounds of 95 %, two do beyond those of 97.5 %
    for gates, verdict in (
        ([of_web | {"at_least": beyond}], "fail"),
        ([of_all, of_web | {"at_least": beyond}], "insufficient_evidence"),
        ([of_all, of_web | {"at_least": 0.15}], "pass"),
    ):
        gated = project(benchmark=cuts, gates={"score": gates})
        score(store, gated)
        assert rows(store, slice="channel=web")[0]["verdict"] == verdict
        found = scores.score(store, gated)
        assert found.verdict == verdict
        assert "accuracy of channel=web" in found.said
        assert found.said.count("it must be at least") == len(gates)
    assert sorted(store.read(by_day)["slice"]) == ["*", "channel=web"]
    declare(store, gated)
    stand = "SELECT slice, score_at_least, stands FROM slice_gates WHERE model = '*' ORDER BY slice"
    assert store.read(stand).rows() == [("channel=app", 0.1, "pass"), ("channel=web", 0.15, "pass")]


def test_a_gate_on_a_metric_of_labels_binds_by_the_worst_of_them(store: Store) -> None:
    labeled_day(store, MONDAY, sure=10, unsure=0)
    add_release(store)
    gated = project(benchmark={"metrics": ["recall"]}, gates={"score": {"metric": "recall", "at_least": 0.5}})
    score(store, gated)
    found = scores.score(store, gated)
    assert (found.verdict, found.facts["label"]) == ("fail", "bad")
    assert found.said.startswith("recall of bad 0.000 [0.000, ")


def test_a_gate_without_evidence_does_not_pass(store: Store) -> None:
    add_events(store, MONDAY, [{"event_id": f"e{at}"} for at in range(30)])
    add_sample(store, MONDAY, "all", 30, ["e1", "e2"])
    add_truth(store, {"e1": "good", "e2": "good"})
    add_release(store)
    headline = score(store, project(gates={"score": {"metric": "accuracy", "at_least": 0.1}})).headline
    assert headline is not None
    assert (headline["estimate"], headline["n"], headline["verdict"]) == (None, 2, "insufficient_evidence")
