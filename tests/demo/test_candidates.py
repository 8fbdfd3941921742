"""The demo's candidates on a small lake of its own: asked, held to the gate, graded by gold."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from gt_platform.declaration import load_project
from gt_platform.demo.candidates import contenders, learned, tried
from gt_platform.demo.grade import grade
from gt_platform.demo.model import Output, label_of, load_model, of_words, polarity
from gt_platform.demo.run import PROJECT, projects_folder
from gt_platform.demo.summary import summarise
from gt_platform.demo.words import closing
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import CHANGELOG, GROUND_TRUTH, ITEMS, SPLITS
from gt_platform.settings import Settings
from tests.benchmark.labels import add_checks, add_release, add_sample, add_truth, write
from tests.sampling.rows import MOMENT, add_events

pytest.importorskip("vaderSentiment")
DECLARED = load_project(projects_folder(Path("nowhere")) / PROJECT)
FIRST, LAST = date(2026, 1, 5), date(2026, 1, 12)
SAYINGS = [
    ("I love it {}", "positive"),
    ("I hate it {}", "negative"),
    ("this is box {}", "neutral"),
    ("a mop {}", "positive"),
]
TEXTS = {f"e{at:03}": (said.format(at), truth) for at, (said, truth) in enumerate(SAYINGS * 100)}


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store(PROJECT)


@pytest.fixture
def world(store: Store, tmp_path: Path) -> Store:
    """300 texts of one week, 100 of the next, all of them sampled and settled; every third is there to train with."""
    model = load_model()
    for day, names in ((FIRST, list(TEXTS)[:300]), (LAST, list(TEXTS)[300:])):
        add_events(store, day, [
            {"event_id": name, "input": text, "output": model(text).label, "attributes": {"channel": "a"}}
            for name in names for text in TEXTS[name][:1]
        ])  # fmt: skip
        add_sample(store, day, "all", len(names), names)
    truth = {name: answer for name, (_, answer) in TEXTS.items()}
    add_truth(store, truth)
    texts = {f"item of {name}": json.dumps(text) for name, (text, _) in TEXTS.items()}
    settled = store.read("FROM ground_truth").with_columns(input=pl.col("item_id").replace_strict(texts))
    store.commit("truth", lambda writer: writer.replace(GROUND_TRUTH, settled))
    known = {"origin": "event", "first_seen": MOMENT, "attributes": '{"channel": "a"}'}
    write(store, ITEMS, [
        known | {"item_id": f"item of {name}", "event_id": name, "input": json.dumps(text)}
        for name, (text, _) in TEXTS.items()
    ])  # fmt: skip
    write(store, CHANGELOG, [
        {"release": 1, "item_id": f"item of {name}", "change": "added", "after": json.dumps(answer)}
        for name, answer in truth.items()
    ])  # fmt: skip
    write(store, SPLITS, [
        {"item_id": f"item of {name}", "split": split, "held_out": split == "test", "since": 1, "frozen_at": MOMENT}
        for at, name in enumerate(TEXTS) for split in ["test" if at % 3 else "train"]
    ])  # fmt: skip
    add_release(store)
    add_checks(store, {name: truth[name] for name in list(TEXTS)[::5]}, of=truth, chance=0.2, pattern="unanimous")
    lines = [json.dumps({"input": text, "answer": answer}) for text, answer in TEXTS.values()]
    (tmp_path / "hidden_gold.jsonl").write_text("\n".join(lines))
    return store


@pytest.mark.slow
def test_three_candidates_go_to_the_gate_and_gold_grades_them(world: Store, tmp_path: Path) -> None:
    found = tried(world, DECLARED)
    assert found[0].contender.seen == tuple(text for text, _ in list(TEXTS.values())[:300:3])
    report = grade(world, DECLARED, tmp_path, found)
    better, _, worse = report.trials
    served = right(load_model())
    # a quarter of all texts are of a mop, of which VADER knows nothing, and which the words learn
    assert (better.candidate, better.verdict) == ("learned", "pass")
    assert better.gold > 0.24
    assert better.inside
    assert worse.gold == pytest.approx(right(lambda text: Output(label_of(of_words(text), 0.6), 1.0)) - served)
    assert "At the gate: learned pass" in closing(report, summarise(report))


def right(model: Callable[[str], Output]) -> float:
    return sum(model(text).label == truth for text, truth in TEXTS.values()) / len(TEXTS)


def test_without_both_splits_there_are_no_candidates(store: Store) -> None:
    assert tried(store, DECLARED) == []


def test_each_candidate_is_what_it_says() -> None:
    training = pl.DataFrame({"input": [text for text, _ in TEXTS.values()], "truth": [t for _, t in TEXTS.values()]})
    model, small, words = contenders(training)
    assert model.predict(["a mop 999"]) == ["positive"]
    mild = next(text for text in ("it is okay", "a fine box", "not bad") if 0.05 <= polarity(text)["compound"] < 0.3)
    assert small.predict([mild, "I love it"]) == ["neutral", "positive"]
    assert words.predict(["not good"]) == [label_of(of_words("good"), 0.6)]


def test_a_learned_model_answers_with_labels() -> None:
    texts, truth = zip(*[(text, label) for text, label in TEXTS.values()], strict=True)
    assert learned(texts, truth)(["I hate it 5"]) == ["negative"]
