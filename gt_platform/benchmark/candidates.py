"""A system that is not in production, on the events that a release's truth was asked for: by the project's own metric,
and by the design those events were drawn with.

Whether the difference is good enough belongs in `stats.comparisons`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from gt_platform.benchmark.columns import shared, statistics
from gt_platform.benchmark.corpus import lines
from gt_platform.benchmark.evidence import Codes, Evidence, Flags, Floats, gather
from gt_platform.canonical import canonical
from gt_platform.lake import LakeError, Store
from gt_platform.lake.forgetting import UNERASED
from gt_platform.metrics import Measuring, fitting
from gt_platform.project import Project
from gt_platform.stats.between import Sampled
from gt_platform.stats.comparisons.drawn import Drawn
from gt_platform.stats.design import Design, stratified, unit_weights

RELEASE = (
    "SELECT release, snapshot_id FROM releases WHERE release = coalesce(?::BIGINT, (SELECT max(release) FROM releases))"
)
TRUTH = f"SELECT * FROM ground_truth AT (VERSION => ?) WHERE {UNERASED}"  # noqa: S608
UNITS = """
    SELECT s.event_id, s.item_id, e.output, t.answer FROM sample s JOIN events e ON e.event_id = s.event_id
    LEFT JOIN truth t ON t.item_id = s.item_id
"""


JUDGED = (
    "{} judges outputs, so a candidate's need judgements of their own; send them to the inbox as events of another "
    "model: `scores` has each model's, by the same design"
)


@dataclass(frozen=True, kw_only=True)
class Marked:
    """What one system adds to the metric on n events: `value` (n,) averages to its score by the design's weights, and
    `own` (n,) is each event's share alone. `invalid` of its outputs are no valid answers, such as `example`.
    """

    value: Floats
    own: Floats
    invalid: int
    example: str


@dataclass(frozen=True, kw_only=True)
class Paired:
    """Two systems on the n sampled `events` that have a truth in the `release` and an output of both.

    `unsaid` more have a truth, but no output of one of them. `drawn` is how the n events were.
    """

    release: int
    metric: str
    lowest: float
    highest: float
    lower_is_better: bool
    events: list[str]
    first: Marked
    second: Marked
    drawn: Drawn
    unsaid: int


@dataclass(frozen=True)
class _Said:
    """An output as it is measured, a JSON text, and why it is no valid answer, if it is none."""

    output: str
    wrong: str = ""


def paired(
    store: Store,
    project: Project,
    *,
    second: Mapping[str, str | None],
    first: Mapping[str, str | None] | None = None,
    release: int | None = None,
    metric: str | None = None,
) -> Paired:
    """Both systems on a release, the newest if none is named; the first is production where it has no outputs.

    Outputs are texts by event or by item. Raises LakeError for a release that is not there, ValueError where the
    project judges outputs, for a metric that is none over all labels, and where nothing is left to compare.
    """
    if project.judges_outputs:
        raise ValueError(JUDGED.format(project.name))
    number, truth = truth_of(store, release)
    measuring = _measuring(project, metric or project.headline)
    metric = measuring.names[0]
    evidence = gather(store, project, {metric})
    every = pl.DataFrame({"event_id": evidence.events}, schema={"event_id": pl.String})
    units = every.join(store.read(UNITS, frames={"truth": truth}), on="event_id", how="left", maintain_order="left")
    said = [_produced(project, units) if first is None else _given(project, units, first)]
    said.append(_given(project, units, second))
    true = units["answer"].is_not_null().to_numpy()
    both = np.array([None not in pair for pair in zip(*said, strict=True)], dtype=np.bool_)
    kept = true & both
    if not kept.any():
        asked = f"the {int(true.sum()):,} sampled events that release {number} has a truth for"
        raise ValueError(
            f"no answer is to one of {asked}, nor to one of their items; --task names the column of either"
        )
    return _paired(
        project, number, measuring, evidence, units["answer"].to_list(), said, kept, int((true & ~both).sum())
    )


def truth_of(store: Store, release: int | None) -> tuple[int, pl.DataFrame]:
    """The number of a release, the newest if none is named, and its labels, as the lake had them; LakeError."""
    found = store.read(RELEASE, [release])
    if found.is_empty():
        named = (
            "yet; `gt refresh` makes one once items are settled" if release is None else f"{release}; see `gt releases`"
        )
        raise LakeError(f"there is no release {named}")
    number, snapshot = found.row(0)
    return number, store.read(TRUTH, [snapshot])


def _measuring(project: Project, metric: str) -> Measuring:
    """By one metric alone, which need not be one that the project declares."""
    found = Measuring(kind=project.answer_kind, names=(metric,))
    if metric not in found.bounds or metric not in {*project.answer_kind.metrics(), *fitting(project.answer_kind)}:
        offered = ", ".join([*project.answer_kind.metrics(), *fitting(project.answer_kind)])
        raise ValueError(f"there is no metric {metric!r}; this kind of answer has {offered}")
    if found.reads_confidence:
        raise ValueError(f"{metric} is made of confidences, which files of outputs do not have; name another metric")
    return found


def _paired(
    project: Project,
    release: int,
    measuring: Measuring,
    evidence: Evidence,
    truth: list[Any],
    said: list[list[_Said | None]],
    kept: Flags,
    unsaid: int,
) -> Paired:
    # truth is a few people's answers: other ones might have said otherwise, so that a whole stratum is no census
    design = stratified(evidence.stratum[kept], evidence.sizes, evidence.frame_of, noisy=True)
    places = np.flatnonzero(kept).tolist()
    first, second = (
        _system(measuring, [one for at in places if (one := outputs[at])], [truth[at] for at in places], design)
        for outputs in said
    )
    metric = measuring.names[0]
    lowest, highest = measuring.bounds[metric]
    gate = project.gates.binding(metric, "*")
    return Paired(
        release=release,
        metric=metric,
        lowest=lowest,
        highest=highest,
        lower_is_better=metric in measuring.lower_is_better or bool(gate and gate.at_most is not None),
        events=[evidence.events[at] for at in places],
        first=first,
        second=second,
        drawn=Drawn(design, _clusters(evidence, kept)),
        unsaid=unsaid,
    )


def _clusters(evidence: Evidence, kept: Flags) -> Codes | Sampled | None:
    """Whose events these are, where some are the same one's."""
    code = evidence.cluster[kept]
    if len(np.unique(code)) == len(code):
        return None
    return Sampled(code=code, told=np.ones((len(code), 1))) if evidence.sampled else code


def _system(measuring: Measuring, said: list[_Said], truth: list[str], design: Design) -> Marked:
    """A metric is a ratio of totals, or made one: each event's value is such that the weighted mean is the metric."""
    metric, weight = measuring.names[0], unit_weights(design)
    added = [measuring.added(one.output, (true,)) for one, true in zip(said, truth, strict=True)]
    columns, shares = shared(measuring, added, {metric}, label="*")
    found = statistics(measuring, columns)
    ratios = len(columns) if not found else found[0].first
    made = lines(found, ratios, shares, weight)(shares)
    numerator, denominator = (
        part[:, -1] if part.shape[1] else np.zeros(len(said)) for part in (made.numerator, made.denominator)
    )
    total = float(weight @ denominator)
    if not total:
        raise ValueError(f"{metric} is measured label by label, and has no value over all of them; name another metric")
    ratio = float(weight @ numerator) / total
    wrong = [one.wrong for one in said if one.wrong]
    return Marked(
        value=ratio + (numerator - ratio * denominator) * float(weight.sum()) / total,
        own=np.divide(numerator, denominator, out=np.zeros(len(said)), where=denominator > 0),
        invalid=len(wrong),
        example=wrong[0] if wrong else "",
    )


def _produced(project: Project, units: pl.DataFrame) -> list[_Said | None]:
    read = project.outputs.frame(units.select("output"))
    return [_Said(output, invalid or "") for output, invalid in read.select("output", "invalid").iter_rows()]


def _given(project: Project, units: pl.DataFrame, given: Mapping[str, str | None]) -> list[_Said | None]:
    """A candidate's outputs, known by event or else by item; one that is empty is said, and is no answer."""
    texts: dict[str, _Said] = {}

    def said(text: str | None) -> _Said:
        text = text or ""
        if text not in texts:
            texts[text] = _read(project, text)
        return texts[text]

    names = units.select("event_id", "item_id").iter_rows()
    keys = (event if event in given else item for event, item in names)
    return [said(given[key]) if key in given else None for key in keys]


def _read(project: Project, text: str) -> _Said:
    found = project.outputs.written(text)
    return _Said(canonical(text), found.why) if found.reason else _Said(canonical(found.answer))
