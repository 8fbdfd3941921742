"""Are real crowds' numbers, steps, spans, boxes and texts settled as well as by the best simple method?

`python -m tests.bench.crowds FOLDER [even|odd]`: for each folder of FOLDER that has answers.csv (task, worker, label)
and truth.csv (task, label), or for its tasks of even or odd digest, what leads is measured against the truth, settled
or not, beside simple methods. What an answer is, is seen by looking at it. One of several labels is for
`tests.bench.consensus`.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gt_platform.answers import Answers
from gt_platform.answers.boxes import Boxes
from gt_platform.answers.coding import coded
from gt_platform.answers.ordinal import Ordinal
from gt_platform.answers.spans import Spans
from gt_platform.answers.text import Text
from gt_platform.stats.consensus.numbers import settle_numbers

Floats = NDArray[np.float64]
Row = tuple[str, list[float]]
MOST_STEPS = 7
"""Different whole numbers up to which they are taken for steps of a scale."""
HEADS = {
    "numbers": ("root mean squared error", "mean error", "1.96 errors hold the truth"),
    "steps": ("mean distance", "exact", "settled"),
    "spans": ("F1 of spans at IoU .5", "F1 of characters", "settled"),
    "boxes": ("F1 of boxes at IoU .5", "settled"),
    "texts": ("GLEU", "settled"),
}


def numbers(answers: Answers, truth: Mapping[str, float]) -> Iterator[Row]:
    """Ours once more where every fifth truth is known, on the others."""
    pool = coded(answers)
    value = np.array(pool.answers, dtype=np.float64)
    true = np.array([truth.get(item, np.nan) for item in pool.items])
    yield "mean", _errors(np.bincount(pool.item, value) / np.bincount(pool.item), true)
    yield "median", _errors(np.array([np.median(value[rows]) for rows in pool.rows().values()]), true)
    checks = np.array([digest(item) % 5 == 0 for item in pool.items])
    for name, known, rest in (
        ("ours", np.full(len(true), np.nan), true),
        ("ours, checked", np.where(checks, true, np.nan), np.where(checks, np.nan, true)),
    ):
        found = settle_numbers(pool.item, pool.annotator, value, known)
        error = np.zeros(len(true)) if found.error is None else found.error
        held = np.abs(found.estimate - rest) <= 1.96 * error
        yield name, [*_errors(found.estimate, rest), float(held[np.isfinite(rest)].mean())]


def steps(answers: Answers, truth: Mapping[str, float]) -> Iterator[Row]:
    """Labels are numbers, and so are known to be in order."""
    labels = sorted({*answers.answers, *truth.values()})
    kind = Ordinal(scale={f"{label:g}": "" for label in labels})
    given: dict[str, list[int]] = {}
    for item, answer in zip(answers.items, answers.answers, strict=True):
        given.setdefault(item, []).append(labels.index(answer))
    found = kind.settle(Answers(answers.items, answers.annotators, tuple(f"{answer:g}" for answer in answers.answers)))
    scored = sorted(given.keys() & truth.keys())
    true = np.array([labels.index(truth[item]) for item in scored])
    simple: dict[str, Callable[[list[int]], float]] = {
        "majority": lambda said: min(said, key=lambda step: (-said.count(step), step)),
        "mean, rounded": lambda said: float(np.rint(np.mean(said))),
        "median": lambda said: sorted(said)[(len(said) - 1) // 2],
    }
    for name, of in simple.items():
        off = np.abs(np.array([of(given[item]) for item in scored]) - true)
        yield name, [float(off.mean()), float((off == 0).mean())]
    off = np.abs(np.array([kind.labels.index(str(found[item].leading)) for item in scored]) - true)
    yield "ours", [float(off.mean()), float((off == 0).mean()), _settled(found, scored)]


def spans(answers: Answers, truth: Mapping[str, Any]) -> Iterator[Row]:
    """Of one label."""
    kind = Spans(labels={"span": ""})

    def places(given: Iterable[Sequence[int]]) -> list[dict[str, Any]]:
        cut = sorted({(start, end) for start, end in given})
        return kind.validate([{"start": start, "end": end, "label": "span"} for start, end in cut])

    yield from _places(kind, _read(answers, places), {item: places(given) for item, given in truth.items()})


def boxes(answers: Answers, truth: Mapping[str, Any]) -> Iterator[Row]:
    """Of whatever labels there are."""
    marks = [mark for given in (*answers.answers, *truth.values()) for mark in given]
    kind = Boxes(labels=dict.fromkeys(sorted({str(mark[0]) for mark in marks}), ""))
    fields = ("label", "x", "y", "width", "height")

    def places(given: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        cut = {
            (str(label), max(min(a, c), 0), max(min(b, d), 0), abs(c - a), abs(d - b)) for label, a, b, c, d in given
        }
        return kind.validate([dict(zip(fields, box, strict=True)) for box in sorted(cut) if box[3] and box[4]])

    yield from _places(kind, _read(answers, places), {item: places(given) for item, given in truth.items()})


def texts(answers: Answers, truth: Mapping[str, str]) -> Iterator[Row]:
    """By the text most like the others."""
    found = Text(consensus="medoid", similar=0.5).settle(answers)
    pairs = [(said, truth[item]) for item, said in zip(answers.items, answers.answers, strict=True) if item in truth]
    yield "one annotator", [float(np.mean([gleu(*pair) for pair in pairs]))]
    leading = {item: one.leading for item, one in found.items()}
    ours = [
        (one[0] if isinstance(one := leading[item], list) else str(one), truth[item]) for item in found if item in truth
    ]
    yield (
        "ours",
        [float(np.mean([gleu(*pair) for pair in ours])), _settled(found, [item for item in found if item in truth])],
    )


def gleu(given: str, true: str) -> float:
    """The smaller of precision and recall of runs of one to four words (Wu et al. 2016)."""
    ours, theirs = (
        Counter(tuple(words[at : at + n]) for n in range(1, 5) for at in range(len(words) - n + 1))
        for words in (given.split(), true.split())
    )
    return (ours & theirs).total() / max(ours.total(), theirs.total(), 1)


def _places(kind: Spans | Boxes, answers: Answers, truth: Mapping[str, Any]) -> Iterator[Row]:
    found = kind.settle(answers)
    single: dict[str, dict[str, Any]] = {}
    for item, annotator, answer in zip(answers.items, answers.annotators, answers.answers, strict=True):
        single.setdefault(annotator, {})[item] = answer
    scored = [item for item in truth if item in found]

    def row(said: Mapping[str, Any]) -> list[float]:
        pairs = [(said[item], truth[item]) for item in scored if item in said]
        shares = [_f1((len(kind.matched(*pair)), len(pair[0]), len(pair[1])) for pair in pairs)]
        if isinstance(kind, Spans):
            inside = [(_characters(ours), _characters(theirs)) for ours, theirs in pairs]
            shares.append(_f1((len(ours & theirs), len(ours), len(theirs)) for ours, theirs in inside))
        return shares

    yield "one annotator", np.mean([row(own) for own in single.values() if own.keys() & truth.keys()], axis=0).tolist()
    yield "ours", [*row({item: one.leading for item, one in found.items()}), _settled(found, scored)]


def _read(answers: Answers, places: Callable[[Any], list[dict[str, Any]]]) -> Answers:
    return Answers(answers.items, answers.annotators, tuple(map(places, answers.answers)))


def _characters(places: Sequence[Mapping[str, int]]) -> set[int]:
    return {at for place in places for at in range(place["start"], place["end"])}


def _f1(counts: Iterable[tuple[int, int, int]]) -> float:
    both, ours, theirs = np.array(list(counts)).sum(axis=0)
    return float(2 * both / max(ours + theirs, 1))


def _errors(estimate: Floats, true: Floats) -> list[float]:
    off = (estimate - true)[np.isfinite(true)]
    return [float(np.sqrt(np.mean(off**2))), float(np.abs(off).mean())]


def _settled(found: Mapping[str, Any], scored: Sequence[str]) -> float:
    return float(np.mean([found[item].answer is not None for item in scored]))


def digest(item: str) -> int:
    """A number that depends on a task's name alone."""
    return int(hashlib.sha256(item.encode()).hexdigest(), 16)


def kind_of(labels: Sequence[str]) -> str | None:
    """What such labels are; None for one of several."""
    if all(label.startswith("[") for label in labels):
        places = [place for label in labels for place in json.loads(label)]
        return "spans" if all(len(place) == 2 for place in places) else "boxes"
    try:
        values = {float(label) for label in labels}
    except ValueError:
        return "texts" if len(set(labels)) > len(labels) / 2 else None
    if len(values) > MOST_STEPS or any(value != int(value) for value in values):
        return "numbers"
    return "steps" if len(values) > 2 else None


def main(folder: Path, half: str | None) -> None:
    """Print a table for each set."""
    for path in sorted(each.parent for each in folder.glob("*/answers.csv")):
        rows, true = (
            pd.read_csv(path / name, dtype=str).dropna(subset="label") for name in ("answers.csv", "truth.csv")
        )
        kind = kind_of(rows["label"].tolist())
        if kind is None:
            continue
        read: Callable[[str], Any] = {"numbers": float, "steps": float, "texts": str}.get(kind, json.loads)
        if half is not None:
            true = true[[digest(task) % 2 == (half == "odd") for task in true["task"]]]
        rows = rows.drop_duplicates(["task", "worker"], keep="last")
        answers = Answers(tuple(rows["task"]), tuple(rows["worker"]), tuple(map(read, rows["label"])))
        print(f"\n{path.name}, {len(rows):,} answers, {len(true):,} truths: {', '.join(HEADS[kind])}")
        for name, figures in TABLES[kind](answers, dict(zip(true["task"], map(read, true["label"]), strict=True))):
            print(f"  {name:14}", *(f"{figure:8.3f}" for figure in figures), flush=True)


TABLES: dict[str, Callable[[Answers, Any], Iterator[Row]]] = {
    "numbers": numbers, "steps": steps, "spans": spans, "boxes": boxes, "texts": texts
}  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
