"""What Evidently's descriptors say of texts, watched as any column; and its own choice of methods as a preset."""

from typing import Any

import numpy as np
import polars as pl
import pytest

from gt_platform.drift import measure
from gt_platform.drift.evidently import descriptors
from gt_platform.drift.evidently.descriptors import NAMES, described
from gt_platform.lake import Lake, Store
from gt_platform.project import ProjectError
from gt_platform.project.descriptors import PLAIN, WITH_TEXT, WITH_TEXTS
from tests.drift.events import DAY, FIRST, add, drift, events, project

TEXTS = pl.Series(["I love this!", None, "Bad. Why? It broke.", "", '{"a": 1}', "see https://a.example now"])


def test_all_that_can_be_declared_are_evidentlys() -> None:
    from evidently import descriptors as theirs

    assert set(NAMES) == PLAIN | WITH_TEXT | WITH_TEXTS
    assert [name for name in NAMES.values() if not hasattr(theirs, name)] == []


@pytest.mark.parametrize(
    ("descriptor", "said"),
    [
        ("text_length", [12.0, None, 19.0, 0.0, 8.0, 25.0]),
        ("word_count", [3.0, None, 4.0, 0.0, 1.0, 3.0]),
        ("sentence_count", [1.0, None, 3.0, 1.0, 1.0, 1.0]),
        ("non_letter_share", [100 / 12, None, 300 / 19, None, 75.0, 16.0]),
        ("contains_link", ["false", None, "false", "false", "false", "true"]),
        ("is_valid_json", ["false", None, "false", "false", "true", "false"]),
        ({"regexp": ("l.ve",)}, ["true", None, "false", "false", "false", "false"]),
        ({"begins_with": ("I",)}, ["true", None, "false", "false", "false", "false"]),
        ({"ends_with": ("now",)}, ["false", None, "false", "false", "false", "true"]),
        ({"contains": ("love", "broke")}, ["true", None, "true", "false", "false", "false"]),
        ({"does_not_contain": ("love",)}, ["false", None, "true", "true", "true", "true"]),
        ({"includes_words": ("broke",)}, ["false", None, "true", "false", "false", "false"]),
        ({"excludes_words": ("love",)}, ["false", None, "true", "true", "true", "true"]),
    ],
)
def test_what_they_say(descriptor: Any, said: list[Any]) -> None:
    assert described(TEXTS, descriptor).to_list() == said


def test_sentiment_takes_the_lexicon_that_is_there_and_loads_none(monkeypatch: pytest.MonkeyPatch) -> None:
    vader = pytest.importorskip("vaderSentiment.vaderSentiment")
    import nltk

    monkeypatch.setattr(nltk, "download", None)
    theirs = vader.SentimentIntensityAnalyzer()
    found = described(TEXTS, "sentiment").to_list()
    assert found == [None if text is None else theirs.polarity_scores(text)["compound"] for text in TEXTS]
    monkeypatch.setattr(descriptors, "find_spec", lambda name: None)  # noqa: ARG005
    with pytest.raises(ProjectError, match=r"sentiment needs data of NLTK's .* nltk.downloader vader_lexicon"):
        described(TEXTS, "sentiment")


def test_words_out_of_the_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    import nltk

    class Whole:
        def lemmatize(self, word: str) -> str:
            return word

    monkeypatch.setattr(nltk, "download", None)
    with pytest.raises(ProjectError, match=r"oov_share needs data of NLTK's .* nltk.downloader wordnet words"):
        described(TEXTS, "oov_share")
    known = {"_lem": Whole(), "_eng_words": {"i", "love", "this", "why", "bad"}}
    monkeypatch.setattr(descriptors, "_vocabulary", lambda: known)
    assert described(TEXTS, "oov_share").to_list() == [0.0, None, 50.0, 0.0, 100.0, 100.0]


def test_a_text_that_goes_too_deep_says_nothing_and_the_others_do() -> None:
    texts = pl.Series(["{}", "[" * 100_000, "no"])
    assert described(texts, "is_valid_json").to_list() == ["true", None, "false"]


@pytest.mark.slow
def test_a_descriptor_is_a_column_like_any_other(lake: Lake, store: Store) -> None:
    rng = np.random.default_rng(1)

    def frame(day: int, links: float) -> pl.DataFrame:
        texts = [
            f"I {rng.choice(['like', 'hate'])} it{' https://a.example' * bool(rng.random() < links)}"
            for _ in range(150)
        ]
        return events(FIRST.replace(day=day), input=[{"text": text} for text in texts], output=texts)

    add(store, frame(5, 0.2), frame(6, 0.2), frame(8, 0.7))
    columns: list[Any] = [
        {"name": "hate", "of": "output", "descriptor": {"contains": ["hate"]}},
        {"name": "length", "of": "input.text", "descriptor": "text_length", "method": "ks"},
        {"name": "links", "of": "input.text", "descriptor": "contains_link"},
    ]
    checked = project(drift(*columns))
    assert measure(store, checked, DAY, reports=lake.files).drifted == ("length", "links")
    rows = store.read("SELECT * FROM drift WHERE frame_day = ? ORDER BY column_name", [DAY])
    assert rows["statistic"].to_list() == [None, "jensenshannon", "ks", "jensenshannon"]
    assert measure(store, checked, DAY, reports=lake.files).written == 0


@pytest.mark.slow
def test_the_preset_compares_by_evidentlys_own_choice(lake: Lake, store: Store) -> None:
    rng = np.random.default_rng(1)
    frames = [
        events(
            FIRST.replace(day=day),
            output=rng.choice(["a", "b", "c"], 200).tolist(),
            confidence=rng.random(200).tolist(),
            attributes=[{"stars": int(stars), "user": "x"} for stars in rng.integers(1, 5, 200)],
        )
        for day in (5, 6, 8)
    ]
    add(store, *frames)
    checked = project(
        drift(
            {"name": "answer", "of": "output"},
            {"name": "named", "of": "confidence", "method": "psi"},
            {"name": "stars", "of": "attributes.stars"},
            {"name": "sure", "of": "confidence"},
            preset="data_drift",
        )
    )
    assert measure(store, checked, DAY, reports=lake.files).verdict == "no_drift"
    rows = store.read("SELECT * FROM drift WHERE frame_day = ? AND column_name <> '*' ORDER BY column_name", [DAY])
    assert rows["statistic"].to_list() == ["chisquare", "psi", "chisquare", "ks"]
    assert rows["evidently_method"].to_list() == rows["statistic"].to_list()
    assert rows["evidently_value"].to_list() == pytest.approx(rows["value"].to_list())
