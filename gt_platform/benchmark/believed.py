"""What the truth may be where no expert was asked: by annotators' answers and the output that is scored.

Reads tables and asks the answer kind; the statistics are in `gt_platform.stats.label_error.imputation`.
"""

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from gt_platform.answers import form_of
from gt_platform.answers.form import Pick
from gt_platform.benchmark.evidence import Codes, Evidence, Flags, shares_if
from gt_platform.benchmark.reads import Reads
from gt_platform.benchmark.systems import Production, System
from gt_platform.canonical import number
from gt_platform.project import Project
from gt_platform.stats.consensus.votes import votes
from gt_platform.stats.label_error.imputation import ASSUMING, ASSUMING_ALONE, Believed, believed, unknowable
from gt_platform.stats.label_error.shares import Shares

NOT_LABELS = "answers that are no single labels need experts to tell how often they are wrong"
IMPUTED = f"truth imputed from annotators' answers and the output, {ASSUMING}"
IMPUTED_ALONE = f"judgements imputed from annotators' answers, {ASSUMING_ALONE}"
# Of an item that follows another nobody answered but that one's annotators.
UNITS = """
    SELECT s.event_id, s.item_id, coalesce(f.followed, s.item_id) AS answered, e.output, t.answer AS truth
    FROM sample s JOIN events e ON e.event_id = s.event_id LEFT JOIN ground_truth t ON t.item_id = s.item_id LEFT JOIN (
        SELECT d.item_id, any_value(l.item_id) AS followed
        FROM current_decisions d JOIN decisions l ON l.decision_id = d.follows
        WHERE $once AND d.method = 'near_duplicate' GROUP BY d.item_id
    ) f ON f.item_id = s.item_id
    ORDER BY s.frame_day, s.stratum, s.event_id
"""
ANSWERS = """
    SELECT item_id, annotator, answer FROM live_annotations SEMI JOIN sample USING (item_id)
    ORDER BY item_id, annotator
"""


@dataclass(frozen=True, kw_only=True)
class Beliefs:
    """Of the evidence's n units the `item` (n,) in `truth`, -1 without any, and its shares by each of K labels.

    `candidates` are K of (n, m); `vague` marks, of the scored metrics, those of labels that are too rare to be believed
    anything of. `how` says what they follow from.
    """

    item: Codes
    candidates: tuple[Shares, ...]
    truth: Believed
    vague: Flags
    how: str = IMPUTED

    def expected(self, evidence: Evidence) -> Shares:
        """What each unit is expected to add to each metric, (n, m)."""
        posterior = self.truth.posterior[self.item] * evidence.answered[:, None]
        numerator, denominator = np.zeros_like(evidence.numerator), np.zeros_like(evidence.denominator)
        for at, one in enumerate(self.candidates):
            numerator += posterior[:, [at]] * one.numerator
            denominator += posterior[:, [at]] * one.denominator
        return Shares(numerator=numerator, denominator=denominator)


def beliefs(store: Reads, project: Project, evidence: Evidence, system: System | None = None) -> Beliefs | str:
    """What annotators' answers and the outputs tell of the truth, or why they do not."""
    system = system or Production(project)
    form = form_of(project.answer_kind)
    if not isinstance(form, Pick):
        return NOT_LABELS
    labels = {option.value: code for code, option in enumerate(form.options)}
    once = {"once": project.duplicates.ask_once}
    units, answers = system.read(store.read(UNITS, once)), store.read(ANSWERS)
    answers = answers.with_columns(label=_codes(answers["answer"], labels)).filter(pl.col("label") >= 0)
    if answers.is_empty():
        return "nobody has answered yet"
    items = {item: code for code, item in enumerate(answers["item_id"].unique(maintain_order=True))}
    annotators = {name: code for code, name in enumerate(answers["annotator"].unique().sort())}
    given = votes(
        np.array([items[one] for one in answers["item_id"]]),
        np.array([annotators[one] for one in answers["annotator"]]),
        answers["label"].to_numpy(),
        labels=len(labels),
    )
    item = np.array([items.get(one, -1) for one in units["answered"]], dtype=np.int64)
    output = None if project.judges_outputs else _said(item, _codes(units["output"], labels).to_numpy(), len(items))
    reason = unknowable(given, output)
    if reason is not None:
        return reason
    seed = number(json.dumps(["imputation", given.items, len(given.item)])) >> 1
    truth = believed(given, output, seed=seed)
    rare = {label for label, code in labels.items() if truth.rare[code]}
    item, truth = _with_given(item, _codes(units["truth"].fill_null("null"), labels).to_numpy(), truth)
    candidates = tuple(shares_if(evidence, units["output"], label) for label in labels)
    # a statistic of the corpus is of all labels together, the rare ones too
    of_all = [bool(rare)] * len(evidence.statistics)
    vague = np.array([label in rare for _, label in evidence.columns[: evidence.ratios]] + of_all, dtype=np.bool_)
    how = IMPUTED_ALONE if project.judges_outputs else IMPUTED
    return Beliefs(item=item, candidates=candidates, truth=truth, vague=vague, how=how)


def _with_given(item: Codes, said: Codes, truth: Believed) -> tuple[Codes, Believed]:
    """The same with what is true of units (n,) that nobody here answered, such as imported ones: that is sure."""
    known, labels = (item < 0) & (said >= 0), truth.posterior.shape[1]
    if not known.any():
        return item, truth
    sure = np.eye(labels)
    refits = [np.concatenate([refit, sure]) for refit in truth.refits]
    told = Believed(posterior=np.concatenate([truth.posterior, sure]), refits=np.array(refits))
    return np.where(known, len(truth.posterior) + said, item), told


def _said(item: Codes, output: Codes, items: int) -> Codes:
    """What was put out for each item, (items,): of several of the n events with `item` (n,) the first."""
    said = np.full(items, -1, dtype=np.int64)
    said[item[::-1][item[::-1] >= 0]] = output[::-1][item[::-1] >= 0]
    return said


def _codes(answers: pl.Series, labels: dict[str, int]) -> pl.Series:
    code = {text: _label(json.loads(text), labels) for text in answers.unique()}
    return pl.Series([code[text] for text in answers], dtype=pl.Int64)


def _label(answer: object, labels: dict[str, int]) -> int:
    if isinstance(answer, list):  # of repetitions the first
        answer = answer[0]
    return labels.get(answer, -1) if isinstance(answer, str) else -1
