"""What experts said of the items that annotators settled: who was checked, and how the others are to be corrected.

Reads tables and asks the answer kind; how scores follow belongs in `estimate`.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from gt_platform.answers import AnswerKind, agreeing, form_of
from gt_platform.answers.form import Pick
from gt_platform.benchmark.contrast import Contrast
from gt_platform.benchmark.corpus import Lines
from gt_platform.benchmark.doubts import doubted
from gt_platform.benchmark.evidence import Codes, Evidence, Flags
from gt_platform.benchmark.reads import Reads
from gt_platform.benchmark.systems import Production, System
from gt_platform.project import Project
from gt_platform.stats.design import stratified, unit_weights
from gt_platform.stats.label_error.cells import PATTERNS, cells, patterns, signatures
from gt_platform.stats.label_error.corrections import Corrections, learned
from gt_platform.stats.label_error.shares import Shares

CORRECTED = "corrected by experts' blind checks in cells of votes"
CORRECTED_BY_OUTPUT = f"{CORRECTED} and output"
UNDECIDED = PATTERNS[0]
LEAST_CHECKS = 10
"""Experts' answers below which they correct nothing: as few labels make no interval either (`stats.intervals`)."""

# In the order of the evidence's units. A ruling that was not blind is truth, and says nothing of other items. Of items
# that were sought out for an expert not even that is taken: their cells are corrected for all that is wrong in them,
# and what was found on purpose would be corrected twice. Nor does a check of what is known from `elsewhere` by now say
# anything of the others: users correct what is wrong, and what is wrong has other outcomes. So cells are corrected by
# the checks of those that nobody but annotators and experts speaks for; outcomes that contradict each other do not.
UNITS = """
    SELECT s.event_id, e.output, t.answer AS truth,
           coalesce(d.method IN ('import', 'correction', 'outcome', 'retirement') AND d.status <> 'adjudicate', false)
               AS elsewhere,
           coalesce(t.status, d.status, '') IN ('adjudicated', 'no_valid_answer')
               OR coalesce(d.method = 'adjudication', false) OR elsewhere AS known,
           c.pattern, c.inclusion_probability AS chance, c.answer AS expert, d.votes, c.consensus, s.item_id,
           coalesce(s.item_id IN (SELECT item_id FROM expert_checks WHERE wave = 0) AND NOT c.drawn, false)
               AND coalesce(t.status = 'adjudicated', false) AND c.consensus IS NOT NULL AS sought
    FROM sample s JOIN events e ON e.event_id = s.event_id
    LEFT JOIN ground_truth t ON t.item_id = s.item_id LEFT JOIN current_decisions d ON d.item_id = s.item_id
    LEFT JOIN current_checks c ON c.item_id = s.item_id
    ORDER BY s.frame_day, s.stratum, s.event_id
"""
VOTES = """
    SELECT item_id, list(answer ORDER BY assignment_id) AS votes FROM live_annotations
    WHERE item_id IN (SELECT unnest($items::VARCHAR[])) GROUP BY item_id
"""


@dataclass(frozen=True, kw_only=True)
class Experts:
    """What is known of the evidence's n units: their `cell` (n,), whose truth is `known` (n,), and the corrections.

    `evidence` has experts' answers in it, and counts as answered, too, what annotators left and experts may be given:
    of such items nothing is known but what experts say of others. `checked` (n,) are those an expert answered blind;
    only they make the `corrections` of its columns, or `along` what is made of these; `how` says in which cells.
    """

    evidence: Evidence
    cell: Codes
    known: Flags
    checked: Flags
    corrections: Corrections
    along: Callable[[Lines], Corrections]
    how: str = CORRECTED_BY_OUTPUT

    def of(self, columns: Sequence[int]) -> "Experts":
        """Of some of the columns, where all are ratios of totals."""
        return replace(self, evidence=self.evidence.of(columns), corrections=self.corrections.of(columns))

    def expected(self, evidence: Evidence) -> Shares:
        """What each unit adds to each metric, (n, m): by its truth where known, else as its cell is corrected."""
        left = (evidence.answered & ~self.known)[:, None]
        return Shares(
            numerator=evidence.numerator + left * self.corrections.numerator[self.cell],
            denominator=evidence.denominator + left * self.corrections.denominator[self.cell],
        )


def experts(store: Reads, project: Project, evidence: Evidence, system: System | None = None) -> Experts | None:
    """What experts' blind answers say; None where the project's truth is not theirs, or they are too few to say it."""
    if project.truth != "experts":
        return None
    system = system or Production(project)
    units = system.read(store.read(UNITS))
    checked = (units["expert"].is_not_null() & (units["chance"] > 0)).fill_null(value=False).to_numpy()
    left = (units["pattern"] == UNDECIDED).fill_null(value=False).to_numpy()
    evidence = replace(evidence, answered=evidence.answered | left)
    if int(checked.sum()) < LEAST_CHECKS:
        return None
    evidence, units = _unsought(evidence, units)
    said = _said(store, units, checked)
    leading = _replaced(evidence, units, checked, said)
    says = [given[0] if len(given) == 1 else truth for given, truth in zip(said, units["truth"], strict=True)]
    pattern, agrees = _patterns(units), _agreeing(system.kind, units, says, evidence.answered)
    found = cells(pattern, _signatures(evidence, leading, units["output"], says), agrees)
    doubting = doubted(system.kind, evidence, units["output"], says, (found, pattern, agrees), leading)
    answered = evidence.answered
    design = stratified(evidence.stratum[answered], evidence.sizes, evidence.frame_of)
    weight = np.zeros(len(checked))
    weight[answered] = unit_weights(design)
    weight[units["elsewhere"].to_numpy()] = 0
    true = _true(evidence, units, checked)
    chance = units["chance"].fill_null(1.0).to_numpy()

    def along(lines: Lines) -> Corrections:
        doubts = doubting(lines) if doubting else None
        return learned(found, checked, weight, chance, lines(leading), lines(true), doubts)

    plain = along(Lines(ratios=evidence.ratios, points=()))
    seen = replace(evidence, numerator=true.numerator, denominator=true.denominator)
    known = (units["known"] & ~units["sought"]).to_numpy() | checked
    how = CORRECTED if project.judges_outputs else CORRECTED_BY_OUTPUT
    return Experts(
        evidence=seen, cell=found.code, known=known, checked=checked, corrections=plain, along=along, how=how
    )


def _signatures(evidence: Evidence, leading: Shares, outputs: pl.Series, says: Sequence[str | None]) -> list[str]:
    """By the ratios alone: parts of a corpus statistic are as many as texts, and would make a cell of each."""
    measuring, ratios = evidence.measuring, evidence.ratios
    if isinstance(measuring, Contrast) and isinstance(form_of(measuring.kind), Pick):
        return measuring.parted(outputs.to_list(), says)
    if not ratios:
        return ["0"] * len(leading.numerator)
    return signatures(leading.numerator[:, :ratios], leading.denominator[:, :ratios])


def _unsought(evidence: Evidence, units: pl.DataFrame) -> tuple[Evidence, pl.DataFrame]:
    """The same with what annotators had come to in place of what an expert said who was asked for that item."""
    sought = units["sought"].to_numpy()
    if not sought.any():
        return evidence, units
    said: list[tuple[str, ...]] = [(one or "null",) for one in units["consensus"]]
    shares = _replaced(evidence, units, sought, said)
    truth = pl.when("sought").then("consensus").otherwise("truth")
    evidence = replace(evidence, numerator=shares.numerator, denominator=shares.denominator)
    return evidence, units.with_columns(truth=truth)


def _said(store: Reads, units: pl.DataFrame, checked: Flags) -> list[tuple[str, ...]]:
    """What annotators' answers to each unit had come to; of undecided ones that an expert answered, each of them."""
    split = units.filter(pl.Series(checked) & pl.col("consensus").is_null())["item_id"].unique().to_list()
    votes = {item: tuple(given) for item, given in store.read(VOTES, {"items": split}).iter_rows()} if split else {}
    return [
        votes.get(item, ()) if consensus is None else (consensus,)
        for item, consensus in units.select("item_id", "consensus").iter_rows()
    ]


def _true(evidence: Evidence, units: pl.DataFrame, checked: Flags) -> Shares:
    said: list[tuple[str, ...]] = [() if answer is None else (answer,) for answer in units["expert"]]
    return _replaced(evidence, units, checked, said)


def _replaced(evidence: Evidence, units: pl.DataFrame, which: Flags, said: list[tuple[str, ...]]) -> Shares:
    sure = evidence.confidence
    numerator, denominator = evidence.numerator.copy(), evidence.denominator.copy()
    for at in np.flatnonzero(which):
        shares = evidence.measuring.added(units["output"][int(at)], said[at], sure[at])
        for column, (name, label) in enumerate(evidence.columns):
            numerator[at, column], denominator[at, column] = shares.get((name, label), (0.0, 0.0))
    return Shares(numerator=numerator, denominator=denominator)


def _patterns(units: pl.DataFrame) -> Codes:
    """As they were when items could first be drawn; of others, as their votes are now."""
    given = units["pattern"].to_list()
    votes = [json.loads(text or "{}").values() for text in units["votes"]]
    share = np.array([max(counts, default=0) / max(sum(counts), 1) for counts in votes])
    now = patterns(share, np.array([answer is not None for answer in units["truth"]], dtype=np.bool_))
    return np.array([code if name is None else PATTERNS.index(name) for name, code in zip(given, now, strict=True)])


def _agreeing(kind: AnswerKind, units: pl.DataFrame, says: list[str | None], answered: Flags) -> Flags:
    """Whether each output is right if what annotators say is true."""
    pairs = zip(units["output"], says, answered, strict=True)
    return np.array(
        [bool(any_) and it is not None and agreeing(kind, it, output) for output, it, any_ in pairs], dtype=np.bool_
    )
