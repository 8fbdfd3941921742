"""Seconds and memory of scoring and comparing many candidates, beside a loop over pandas and scikit-learn.

`python -m tests.bench.candidate_scale [ITEMS CANDIDATES [PEER_RESAMPLES]]` makes a lake of 100,000 labeled items with
six attributes of five values, which are 30 slices, and 20 candidates; a night's `stand` then scores each by ten metrics
and both estimands, and compares it with production, with intervals. The loop beside it has, of each candidate, metric
and slice, the difference from production with a percentile bootstrap of 200 resamples by scikit-learn's own functions,
and neither design nor clusters. It would take hours: it is measured on two resamples of one candidate, and multiplied.
"""

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from gt_platform.benchmark import stand
from gt_platform.lake import Lake, Store
from gt_platform.lake.tables import EVENTS, GROUND_TRUTH, ITEMS, PREDICTIONS, SAMPLE, Table
from gt_platform.project import Project
from gt_platform.settings import Settings
from tests.benchmark.labels import add_release
from tests.sampling.rows import MOMENT, MONDAY, project
from tests.support.rows import many

LABELS = ("good", "bad", "mixed")
ATTRIBUTES = {f"part{at}": [f"value{value}" for value in range(5)] for at in range(6)}
METRICS = [
    "accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_precision",
    "weighted_recall", "weighted_f1", "micro_f1", "mcc",
]  # fmt: skip
RESAMPLES = 200
Texts = Any


def declared() -> Project:
    """Three labels, ten metrics, six attributes."""
    return project(
        answer={"kind": "choice", "labels": dict.fromkeys(LABELS, "so")},
        benchmark={"metrics": METRICS, "slices": list(ATTRIBUTES)},
    )


def said(truth: Texts, right: float, rng: np.random.Generator) -> Texts:
    """What a system that is right on this share says."""
    other = np.array(LABELS, dtype=object)[rng.integers(0, len(LABELS), len(truth))]
    return np.where(rng.random(len(truth)) < right, truth, other)


def filled(store: Store, items: int, candidates: int, rng: np.random.Generator) -> tuple[Texts, list[Texts], Any]:
    """The truth, what production and each candidate say, and the attributes, as the lake has them, too."""
    truth = np.array(LABELS, dtype=object)[rng.integers(0, len(LABELS), items)]
    systems = [said(truth, 0.8 + at / 400, rng) for at in range(candidates + 1)]
    parts = {name: np.array(values, dtype=object)[rng.integers(0, 5, items)] for name, values in ATTRIBUTES.items()}
    attributes = [json.dumps(dict(zip(parts, row, strict=True))) for row in zip(*parts.values(), strict=True)]
    events, names = (pl.Series([f"{what}{at:06}" for at in range(items)]) for what in ("e", "i"))
    stratum = np.arange(items) * 20 // items
    known = {"event_id": events, "item_id": names, "attributes": pl.Series(attributes)}
    written: list[tuple[Table, dict[str, Any]]] = [
        (EVENTS, known | {"output": quoted(systems[0]), "input": names.map_elements(json.dumps, pl.String)}),
        (SAMPLE, {"event_id": events, "item_id": names, "stratum": pl.Series(stratum).cast(pl.String)}
         | {"stratum_size": items // 20, "stratum_drawn": items // 20, "inclusion_probability": 1.0}),
        (GROUND_TRUTH, {"item_id": names, "answer": quoted(truth), "duplicate_group": None, "status": "consensus"}),
        (ITEMS, known | {"first_seen": MOMENT}),
    ]  # fmt: skip
    for table, values in written:
        here = {"frame_day": MONDAY} if "frame_day" in table.column_names() else {}
        nothing = {"user_id", "session_id"} & set(table.column_names())
        frame = many(table, items, **values, **here, **dict.fromkeys(nothing))
        store.commit("rows", partial(append, table=table, frame=frame))
    for at, outputs in enumerate(systems[1:], 1):
        columns = {"item_id": names, "output": quoted(outputs), "candidate": f"v{at:02}", "error": None}
        columns |= {"made_at": MOMENT.replace(year=2027)}
        store.commit("rows", partial(append, table=PREDICTIONS, frame=many(PREDICTIONS, items, **columns)))
    add_release(store)
    return truth, systems, parts


def append(writer: Any, table: Table, frame: pl.DataFrame) -> int:
    """Append."""
    return int(writer.append(table, frame))


def quoted(labels: Texts) -> pl.Series:
    """As JSON texts."""
    return pl.Series([f'"{label}"' for label in labels])


def libraries() -> Iterator[Callable[[Texts, Texts], float]]:
    """The metrics by scikit-learn."""
    from sklearn import metrics as known

    yield from (known.accuracy_score, known.balanced_accuracy_score, known.matthews_corrcoef)
    for average in ("macro", "weighted"):
        for name in ("precision_score", "recall_score", "f1_score"):
            yield partial(getattr(known, name), average=average, zero_division=0)
    yield partial(known.f1_score, average="micro")


def peer(truth: Texts, first: Texts, second: Texts, parts: dict[str, Texts], resamples: int) -> None:
    """Differences by metric and slice, with a bootstrap each, as one writes it down."""
    import pandas as pd

    frame = pd.DataFrame({"truth": truth, "first": first, "second": second} | parts)
    cuts = [frame] + [part for name in parts for _, part in frame.groupby(name)]
    rng = np.random.default_rng(1)
    for cut in cuts:
        for metric in libraries():
            drawn = (cut.sample(len(cut), replace=True, random_state=rng) for _ in range(resamples))
            gains = [metric(one["truth"], one["second"]) - metric(one["truth"], one["first"]) for one in drawn]
            np.quantile(gains, [0.025, 0.975])


def main(items: int = 100_000, candidates: int = 20, resamples: int = 2) -> None:
    """Print both."""
    rng = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as home, Lake.open(Settings(home=Path(home))) as lake:
        store = lake.store("sentiment")
        truth, systems, parts = filled(store, items, candidates, rng)
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.process_time()
        stood = stand(store, declared())
        spent, most = time.process_time() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        rows_ = store.read("SELECT (SELECT count(*) FROM candidate_scores), (SELECT count(*) FROM comparisons)").row(0)
    print(f"ours: {spent:.1f} CPU s, {most:,.0f} MiB at most ({before:,.0f} before), {stood.changed:,} rows {rows_}")
    if resamples:
        began = time.process_time()
        peer(truth, systems[0], systems[1], parts, resamples)
        one = (time.process_time() - began) / resamples
        whole = one * RESAMPLES * candidates
        print(
            f"loop: {one:.1f} CPU s a resample and candidate, {whole:,.0f} CPU s in all, {whole / spent:.0f} times ours"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
