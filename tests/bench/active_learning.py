"""Does a model learn more from what is asked to train on than from events drawn by chance?

`python -m tests.bench.active_learning [SEEDS] [CONVABUSE.csv]`.

A logistic regression on words and pairs of words begins with 200 labels; each of 15 nights has 300 events, of which 20
are labelled and learned: drawn by chance, least sure first, or least sure and unlike each other, as the platform asks.
Accuracy and F1 of the rarer label are on texts that no night has. The texts are the demo's rated ones (positive or
negative), and those of a file of abuse in conversations, if given.
"""

import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score

from gt_platform.demo.dataset import load
from gt_platform.labeling.active_learning import MANY, unlike
from tests.sampling.rows import project

FIRST, NIGHTS, EVENTS, ASKED = 200, 15, 300, 20
WAYS = ("chance", "least sure", "unlike")
AT = (4, 9, 14)
Labels = NDArray[np.int64]


def rated() -> tuple[list[str], Labels]:
    """Texts whose mean rating is not near 0, and whether it is above."""
    found = [(one.text, float(np.mean(one.ratings))) for one in load() if one.domain in {"movies", "amazon"}]
    clear = [(text, int(mean > 0)) for text, mean in found if abs(mean) > 0.5]
    return [text for text, _ in clear], np.array([label for _, label in clear], dtype=np.int64)


def abuse(path: Path) -> tuple[list[str], Labels]:
    """What users said, each text once, and whether most annotators found it abusive."""
    said: defaultdict[str, list[bool]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said[row["user"]].append(any(row[f"is_abuse.{level}"] == "1" for level in (-1, -2, -3)))
    return list(said), np.array([np.mean(votes) > 0.5 for votes in said.values()], dtype=np.int64)


def nights(texts: Sequence[str], labels: Labels, way: str, seed: int) -> Iterator[tuple[float, float]]:
    """Accuracy and F1 after each night."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(texts))
    test, rest = order[: len(order) // 4], order[len(order) // 4 :]
    rows = csr_matrix(TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True).fit_transform(texts))
    known, pool = list(rest[:FIRST]), list(rest[FIRST:])
    rarer = int(labels.mean() < 0.5)
    model = _fitted(rows, labels, known)
    for _ in range(NIGHTS):
        frame = [int(at) for at in rng.choice(pool, min(EVENTS, len(pool)), replace=False)]
        chosen = _chosen(way, frame, texts, model.predict_proba(rows[frame]).max(axis=1))
        known += chosen
        pool = [at for at in pool if at not in set(chosen)]
        model = _fitted(rows, labels, known)
        said = model.predict(rows[test])
        yield float(accuracy_score(labels[test], said)), float(f1_score(labels[test], said, pos_label=rarer))


def _fitted(rows: csr_matrix, labels: Labels, known: Sequence[int]) -> LogisticRegression:
    return LogisticRegression(C=10, max_iter=300).fit(vstack([rows[at] for at in known]), labels[list(known)])


def _chosen(way: str, frame: list[int], texts: Sequence[str], sure: NDArray[np.float64]) -> list[int]:
    if way == "chance":
        return frame[:ASKED]
    ranked = [frame[at] for at in np.argsort(sure, kind="stable")[: ASKED * MANY]]
    if way == "least sure":
        return ranked[:ASKED]
    return [ranked[at] for at in unlike(project(), [json.dumps(texts[at]) for at in ranked], ASKED)]


def main(seeds: int, path: str | None) -> None:
    """A table for each set of texts."""
    for name, (texts, labels) in ({"rated": rated()} | ({"abuse": abuse(Path(path))} if path else {})).items():
        sys.stdout.write(f"{name}: {len(texts)} texts, {labels.mean():.0%} of label 1\n")
        for way in WAYS:
            runs = np.array([list(nights(texts, labels, way, seed)) for seed in range(seeds)])
            error = runs.std(axis=0, ddof=1) / np.sqrt(seeds)
            mean, twice = runs.mean(axis=0), 2 * error
            cells = [" / ".join(f"{mean[at, of]:.3f} ± {twice[at, of]:.3f}" for of in (0, 1)) for at in AT]
            sys.stdout.write(f"{way:12} " + " | ".join(cells) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20, sys.argv[2] if len(sys.argv) > 2 else None)
