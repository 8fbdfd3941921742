"""Are numbers, steps, sets and texts settled at least as well as by simpler rules and by peers?

Prints four tables; `python -m tests.bench.other_kinds [populations]`, 20 by default. Every population is drawn anew:
300 items, three or five answers each of 40 annotators (30 for steps and sets). The truth is known, and methods see
answers only. Numbers: root mean squared error, and how often estimate +- 1.96 standard errors holds the truth. Steps:
mean distance to the truth. Sets: share exactly right. Texts: word error rate, and CPU seconds beside crowd-kit's ROVER.
"""

import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from crowdkit.aggregation import ROVER
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from gt_platform.answers import Answers
from gt_platform.answers.ordinal import Ordinal
from gt_platform.answers.text import similarities
from gt_platform.stats.consensus.medoid import medoid
from gt_platform.stats.consensus.multilabel import label_shares, settle_sets
from gt_platform.stats.consensus.numbers import settle_numbers
from gt_platform.stats.consensus.rover import rover

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Rng = np.random.Generator
ITEMS = 300
CUTS = np.array([-1.5, -0.5, 0.5, 1.5])
SHUFFLED = np.array([0, 3, 1, 4, 2])


def asked(rng: Rng, annotators: int, overlap: int) -> tuple[Codes, Codes]:
    """Who is asked what: item and annotator of every answer."""
    drawn = [rng.choice(annotators, overlap, replace=False) for _ in range(ITEMS)]
    return np.repeat(np.arange(ITEMS), overlap), np.concatenate(drawn)


def numbers(rng: Rng, case: str, item: Codes, annotator: Codes) -> tuple[Floats, Floats]:
    """Truths around 50 with deviation 15; annotators' noise has deviation 6."""
    truth, n = rng.normal(50, 15, ITEMS), len(item)
    bias = rng.normal(0, 6, 40) if case in {"biased", "all of it"} else np.zeros(40)
    noise = 6 * np.exp(rng.normal(0, 0.7, 40)) if case in {"unequal", "all of it"} else np.full(40, 6.0)
    error = rng.standard_t(2.5, n) if case == "heavy tails" else rng.normal(size=n)
    value = truth[item] + bias[annotator] + noise[annotator] * error
    blind = annotator < 4 if case in {"10 % spam", "all of it"} else np.zeros(n, dtype=np.bool_)
    return truth, np.where(blind, rng.uniform(0, 100, n), value)


def weighted_mean(item: Codes, annotator: Codes, value: Floats) -> Floats:
    """As crowd-kit's Wawa does for categories: annotators weighed once by how near they are to the mean."""
    near = (value - (np.bincount(item, value) / np.bincount(item))[item]) ** 2
    weight = (np.bincount(annotator) / np.bincount(annotator, near))[annotator]
    return np.asarray(np.bincount(item, weight * value) / np.bincount(item, weight))


def number_row(rng: Rng, case: str, overlap: int) -> list[float]:
    item, annotator = asked(rng, 40, overlap)
    truth, value = numbers(rng, case, item, annotator)
    found = settle_numbers(item, annotator, value)
    mean, median = np.bincount(item, value) / overlap, np.median(value.reshape(ITEMS, overlap), axis=1)
    estimates = (mean, median, weighted_mean(item, annotator, value), found.estimate)
    held = np.abs(found.estimate - truth) <= 1.96 * (0 if found.error is None else found.error)
    return [*(float(np.sqrt(np.mean((each - truth) ** 2))) for each in estimates), float(held.mean())]


def steps(rng: Rng, case: str, item: Codes, annotator: Codes) -> tuple[Codes, Codes]:
    """Five steps cut from a quality everyone perceives with noise, or (random slips) steps mistaken for any other."""
    quality, n = rng.normal(0, 1.2, ITEMS), len(item)
    truth = np.searchsorted(CUTS, quality)
    bias = rng.normal(0, 0.5, 30) if case in {"severity", "all of it"} else np.zeros(30)
    noise = 0.7 * np.exp(rng.normal(0, 0.6, 30)) if case in {"unequal", "all of it"} else np.full(30, 0.7)
    seen = np.searchsorted(CUTS, quality[item] + bias[annotator] + noise[annotator] * rng.normal(size=n))
    if case == "random slips":
        seen = np.where(rng.random(n) < 0.65, truth[item], rng.integers(0, 5, n))
    if case == "no scale":
        truth, seen = SHUFFLED[truth], SHUFFLED[seen]
    blind = annotator < 5 if case in {"17 % spam", "all of it"} else np.zeros(n, dtype=np.bool_)
    return truth, np.where(blind, rng.integers(0, 5, n), seen)


def by_ordinal(item: Codes, annotator: Codes, step: Codes) -> Codes:
    kind = Ordinal(scale={str(each): "" for each in range(5)})
    found = kind.settle(Answers(tuple(map("{:09}".format, item)), tuple(map(str, annotator)), tuple(map(str, step))))
    return np.array([int(str(found[at].leading)) for at in sorted(found)])


def step_row(rng: Rng, case: str, overlap: int) -> list[float]:
    item, annotator = asked(rng, 30, overlap)
    truth, step = steps(rng, case, item, annotator)
    votes = np.bincount(item * 5 + step, minlength=ITEMS * 5).reshape(ITEMS, 5)
    mean, median = np.rint(np.bincount(item, step) / overlap), np.median(step.reshape(ITEMS, overlap), axis=1)
    ours = by_ordinal(item, annotator, step)
    estimates = (votes.argmax(axis=1), mean, median, ours)
    distances = [float(np.abs(each - truth).mean()) for each in estimates]
    return [*distances, *(float((each == truth).mean()) for each in estimates)]


def set_row(rng: Rng, case: str, overlap: int) -> list[float]:
    """Eight labels; in some cases each item hides some of them from all, or some are harder to find throughout."""
    item, annotator = asked(rng, 30, overlap)
    truth = rng.random((ITEMS, 8)) < rng.beta(1, 4, 8)
    sensitivity, specificity = rng.beta(5, 2, 30), rng.beta(18, 2, 30)
    if case in {"honest", "hard items", "hard labels"}:
        sensitivity, specificity = np.full(30, 0.75), np.full(30, 0.95)
    chance = np.where(truth[item], sensitivity[annotator, None], 1 - specificity[annotator, None])
    found, added = rng.normal(0, 1.5, (2, ITEMS, 8)) if "items" in case else rng.normal(0, 1, (2, 1, 8))
    if case.startswith("hard"):
        moved = np.broadcast_to(np.where(truth, found, added), truth.shape)[item]
        chance = 1 / (1 + (1 / chance - 1) * np.exp(-moved))
    if case == "17 % spam":
        chance[annotator < 5] = 0.3
    given = rng.random(chance.shape) < chance
    likely = settle_sets(item, annotator, given)
    right = [((share > 0.5) == truth).all(axis=1).mean() for share in (label_shares(item, given), likely)]
    return [*map(float, right), float(np.maximum(likely, 1 - likely).prod(axis=1).mean())]


def transcripts(rng: Rng, overlap: int) -> tuple[list[str], list[list[str]]]:
    """Sentences of 5 to 20 words; words get lost, added and misspelled, by one in five three times as often."""
    letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
    words = ["".join(rng.choice(letters, rng.integers(2, 9))) for _ in range(500)]
    common = 1 / np.arange(1, 501)
    truth = [list(rng.choice(words, rng.integers(5, 21), p=common / common.sum())) for _ in range(ITEMS)]
    heard = []
    for sentence in truth:
        rates = np.where(rng.random(overlap) < 0.2, 0.3, 0.1)
        heard.append([" ".join(_heard(rng, sentence, rate, words, letters)) for rate in rates])
    return [" ".join(sentence) for sentence in truth], heard


def _heard(rng: Rng, sentence: Sequence[str], rate: float, words: list[str], letters: NDArray[np.str_]) -> list[str]:
    said = []
    for word in sentence:
        luck = rng.random() / rate
        if luck < 0.3:
            continue
        at = rng.integers(0, len(word))
        said.append(word[:at] + str(rng.choice(letters)) + word[at + 1 :] if luck < 0.75 else word)
        if rng.random() < 0.25 * rate:
            said.append(str(rng.choice(words)))
    return said or [sentence[0]]


def by_medoid(texts: Sequence[str]) -> str:
    ordered = sorted(texts)
    return ordered[int(medoid(similarities(ordered))[0][0])]


def by_rover(texts: Sequence[str]) -> str:
    ordered = sorted(texts)
    likeness = similarities(ordered).sum(axis=1)
    sequences: list[list[str]] = [ordered[at].split() for at in np.argsort(-likeness, kind="stable")]
    return " ".join(rover(sequences).words)


def crowd_kit(heard: list[list[str]]) -> list[str]:
    rows = [(task, worker, text) for task, texts in enumerate(heard) for worker, text in enumerate(texts)]
    frame = pd.DataFrame(rows, columns=["task", "worker", "text"])
    return list(ROVER(str.split, " ".join).fit_predict(frame).sort_index())


def text_rows(rng: Rng, overlap: int) -> list[float]:
    truth, heard = transcripts(rng, overlap)
    methods: list[Callable[[list[list[str]]], list[str]]] = [
        lambda all_heard: [texts[0] for texts in all_heard],
        lambda all_heard: [by_medoid(texts) for texts in all_heard],
        lambda all_heard: [by_rover(texts) for texts in all_heard],
        crowd_kit,
    ]
    errors, seconds = [], []
    for method in methods:
        start = time.process_time()
        found = method(heard)
        seconds.append(time.process_time() - start)
        pairs = [(one.split(), two.split()) for one, two in zip(found, truth, strict=True)]
        errors.append(sum(Levenshtein.distance(*pair) for pair in pairs) / sum(len(true) for _, true in pairs))
    return [*errors, *seconds[1:], seconds[3] / seconds[2]]


def table(
    title: str,
    cases: Sequence[str],
    columns: Sequence[str],
    row: Callable[[Rng, str, int], list[float]],
    populations: int,
) -> None:
    """The mean over populations, by case and answers per item."""
    print(f"\n{title}\n\n| | answers | {' | '.join(columns)} |\n|---|---:|{'---:|' * len(columns)}")
    for case in cases:
        for overlap in (3, 5):
            rows = [row(np.random.default_rng([seed, overlap]), case, overlap) for seed in range(populations)]
            print(f"| {case} | {overlap} | {' | '.join(f'{cell:.3f}' for cell in np.mean(rows, axis=0))} |", flush=True)


NUMBERS = (
    ("honest", "biased", "unequal", "10 % spam", "heavy tails", "all of it"),
    ("mean", "median", "weighted mean", "ours", "truth within 1.96 errors"),
)
STEPS = (
    ("honest", "severity", "unequal", "17 % spam", "random slips", "no scale", "all of it"),
    ("majority", "mean, rounded", "median", "ours", "majority exact", "mean exact", "median exact", "ours exact"),
)
SETS = (
    ("honest", "unequal", "17 % spam", "hard items", "hard items, unequal", "hard labels", "hard labels, unequal"),
    ("majority", "ours", "ours, as sure"),
)
TEXTS = (
    ("transcripts",),
    ("one annotator", "medoid", "ours", "crowd-kit", "medoid s", "ours s", "crowd-kit s", "ratio"),
)


def main(populations: int) -> None:
    table("Numbers, root mean squared error", *NUMBERS, number_row, populations)
    table("Steps, mean distance", *STEPS, step_row, populations)
    table("Sets, share exactly right", *SETS, set_row, populations)
    table("Texts, word error rate", *TEXTS, lambda rng, _, n: text_rows(rng, n), max(populations // 4, 1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
