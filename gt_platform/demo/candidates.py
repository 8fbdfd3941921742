"""Systems that would like to take the model's place: they are asked what they would have said, and held to the gate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform import benchmark, candidates, held_out
from gt_platform.benchmark import Gated
from gt_platform.candidates.asking import Function, ask, items_of
from gt_platform.demo.model import label_of, of_words, polarity
from gt_platform.lake import Store
from gt_platform.project import Project

LEAST = 100
"""Texts to train on below which nothing is trained."""
SURER = 0.3
"""By how much the probability of another label must be above that of VADER's own."""
BOTH = "SELECT count(*) FILTER (held_out) > 0 AND count(*) FILTER (NOT held_out) > 0 FROM splits"
LAST = "SELECT max(frame_day) FROM sample"
# the view holds released truth of the split to train with alone
TRAINING = """
    SELECT input, truth FROM training JOIN (
        SELECT item_id, min(frame_day) AS day FROM sample GROUP BY item_id
    ) USING (item_id)
    WHERE day < $until ORDER BY item_id
"""
TEXTS = "SELECT DISTINCT input ->> '$' AS input FROM events ORDER BY input"
Predict = Callable[[Sequence[str]], list[str]]
"""From texts to labels."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A candidate: its name, what it is in words, how it answers, and the texts whose truth it has `seen`."""

    name: str
    what: str
    predict: Predict
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tried:
    """What a candidate says of each of the demo's texts, and what the gate says of it."""

    contender: Contender
    outputs: dict[str, str]
    gated: Gated


def tried(store: Store, project: Project) -> list[Tried]:
    """Hold three candidates to the gate, one of them trained on the truth of all weeks but the last.

    Without enough truth to train and to measure there are none.
    """
    last = store.read(LAST).item()
    if last is None or not store.read(BOTH).item():
        return []
    held_out.freeze(store, project)
    training = store.read(TRAINING, {"until": _monday(last)})
    if training.height < LEAST:
        return []
    texts = store.read(TEXTS)["input"].to_list()
    every = [(one, dict(zip(texts, one.predict(texts), strict=True))) for one in contenders(training)]
    for contender, outputs in every:
        _ask(store, project, contender, outputs)
    benchmark.stand(store, project)
    return [
        Tried(contender=contender, outputs=outputs, gated=benchmark.gate(store, project, contender.name))
        for contender, outputs in every
    ]


def contenders(training: pl.DataFrame) -> list[Contender]:
    """The three, given texts with their truth."""
    seen = tuple(training["input"])
    return [
        Contender(
            name="learned",
            what=f"VADER, overruled where a logistic model on words, pairs of words and VADER's scores, trained on "
            f"{len(seen)} texts, is much surer of another label",
            predict=learned(seen, training["truth"].to_list()),
            seen=seen,
        ),
        Contender(
            name="vader-0.3",
            what="VADER, neutral up to a compound score of 0.3 and not 0.05",
            predict=lambda texts: [label_of(polarity(text)["compound"], 0.3) for text in texts],
        ),
        Contender(
            name="words-0.6",
            what="VADER's word list without its rules, neutral up to a score of 0.6",
            predict=lambda texts: [label_of(of_words(text), 0.6) for text in texts],
        ),
    ]


def learned(texts: Sequence[str], truth: Sequence[str]) -> Predict:
    """VADER's label, but where a logistic regression on word n-grams and VADER's scores is SURER of another."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.preprocessing import FunctionTransformer

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    model = make_pipeline(make_union(words, FunctionTransformer(_scores)), LogisticRegression(max_iter=5000))
    model.fit(texts, truth)
    return lambda more: _overruled(more, model.predict_proba(more), model.classes_.tolist())


def _overruled(texts: Sequence[str], probability: NDArray[np.float64], labels: list[str]) -> list[str]:
    known = [label_of(polarity(text)["compound"]) for text in texts]
    kept = [row[labels.index(label)] if label in labels else 0.0 for label, row in zip(known, probability, strict=True)]
    surer = probability.max(axis=1) - np.array(kept) > SURER
    best = probability.argmax(axis=1)
    return [labels[at] if other else label for label, at, other in zip(known, best, surer, strict=True)]


def _scores(texts: Sequence[str]) -> list[list[float]]:
    found = [polarity(text) for text in texts]
    return [[*one.values(), abs(one["compound"])] for one in found]


def _ask(store: Store, project: Project, contender: Contender, outputs: dict[str, str]) -> None:
    wanted = items_of(candidates.lacking(store, contender.name))
    run = candidates.Run(candidate=contender.name, source="gt demo", meta={"what": contender.what})
    ask(store, project, run, Function(outputs.__getitem__), wanted, chunk=len(outputs))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
