"""A candidate that is a Python function, asked and looked at in a notebook: `gt_platform.evaluate`."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from gt_platform.benchmark import stand
from gt_platform.candidates import Run, candidate_name, lacking, refuse_judged
from gt_platform.candidates.asking import Function, ask, items_of
from gt_platform.candidates.asking.function import Predict
from gt_platform.declaration import load_project
from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings

PREDICTIONS = """
    SELECT p.item_id, g.input::VARCHAR AS input, g.answer::VARCHAR AS truth, p.repetition, p.output::VARCHAR AS output,
           p.error, p.confidence, p.seconds, p.cost
    FROM current_predictions p LEFT JOIN ground_truth g ON g.item_id = p.item_id
    WHERE p.candidate = ? ORDER BY p.item_id, p.repetition
"""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """What a candidate answered, beside the truth, and the items that it `lacks` still; JSON columns are texts.

    `scores` and `comparisons` are its rows of the tables `candidate_scores` and `comparisons`, on the latest release;
    there are none before the first.
    """

    candidate: str
    predictions: pl.DataFrame
    lacks: pl.DataFrame
    scores: pl.DataFrame
    comparisons: pl.DataFrame


def evaluate(
    project: str,
    predict: Predict,
    *,
    candidate: str,
    meta: Mapping[str, str] | None = None,
    split: str | None = None,
    limit: int | None = None,
    repetitions: int = 1,
    again: bool = False,
    settings: Settings | None = None,
) -> Evaluated:
    """Ask `predict`, from an input to an output, what the candidate lacks of all items, as `gt predict`.

    Raises ProjectError, CandidateError, LakeError. What came is kept whatever ends it.
    """
    known = settings or Settings()
    name, declared = candidate_name(candidate), load_project(known.projects / project)
    refuse_judged(declared)
    with Lake.open(known) as lake:
        store = lake.store(declared.name)
        asker = Function(predict)
        wanted = lacking(store, name, split=split, limit=limit, repetitions=repetitions, again=again)
        ask(store, declared, Run(candidate=name, source=asker.source, meta=meta or {}), asker, items_of(wanted))
        stand(store, declared)
        return _evaluated(store, name)


def _evaluated(store: Store, candidate: str) -> Evaluated:
    return Evaluated(
        candidate=candidate,
        predictions=store.read(PREDICTIONS, [candidate]),
        lacks=lacking(store, candidate).select("item_id", "input"),
        scores=store.read("FROM current_candidate_scores WHERE candidate = ? ORDER BY ALL", [candidate]),
        comparisons=store.read("FROM current_comparisons WHERE candidate = ? ORDER BY ALL", [candidate]),
    )
