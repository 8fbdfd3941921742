"""What is known of the production model: each sampled event's share of every metric, and the frames' sizes.

Reads tables and asks the answer kind; what follows from it belongs in `score`.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from gt_platform.benchmark.columns import rows, said_confidence, shared, statistics
from gt_platform.benchmark.corpus import Lines, Statistic, lines
from gt_platform.benchmark.known import BESIDE, KNOWN, known, population, population_by, totals
from gt_platform.benchmark.reads import Reads
from gt_platform.benchmark.systems import Column, Production, System
from gt_platform.metrics import Measuring
from gt_platform.project import Project
from gt_platform.stats.label_error.shares import Shares

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int64]

CLUSTER = """
    CASE $users WHEN '' THEN coalesce(
                    'user ' || e.user_id, 'session ' || e.session_id,
                    'item ' || CASE WHEN $judged THEN sha256(e.input::VARCHAR)
                                    WHEN $once THEN coalesce(t.duplicate_group, s.item_id) ELSE s.item_id END
                )
                WHEN 'user_id' THEN coalesce('user ' || e.user_id, 'event ' || s.event_id)
                WHEN 'session_id' THEN coalesce('user ' || e.session_id, 'event ' || s.event_id)
                ELSE coalesce('user ' || json_extract_string(e.attributes, $path), 'event ' || s.event_id)
    END
"""
"""SQL: whose an event is, of `sample` s, `events` e and `ground_truth` t, as `clustered_by` says."""
# An item that waits for a ruling comes with the answers that count instead of a truth; so does every one where the
# distribution of answers is the truth, and nobody gave one. The order keeps a stratum's events together, and sums the
# same whatever order the lake stores rows in. Outputs to one input are alike, though they are judged as items apart.
UNITS = f"""
    WITH said AS (
        SELECT item_id, list(answer ORDER BY assignment_id) AS votes FROM live_annotations
        WHERE $opinions OR item_id IN (SELECT item_id FROM current_decisions WHERE status = 'adjudicate')
        GROUP BY item_id
    )
    SELECT s.event_id, s.item_id, s.frame_day, s.stratum, s.stratum_size, e.model, e.output,
           t.answer IS NOT NULL AS settled,
           t.status = 'adjudicated' OR t.method IN ('adjudication', 'import', 'correction', 'outcome') AS given,
           CASE WHEN NOT settled OR ($opinions AND NOT given) THEN w.votes END AS several,
           coalesce(several, CASE WHEN settled THEN [t.answer] END, []) AS answers, n.item_id IS NOT NULL AS outside,
           {CLUSTER} AS cluster,
           {KNOWN}
    FROM sample s JOIN events e ON e.event_id = s.event_id {BESIDE}
    LEFT JOIN ground_truth t ON t.item_id = s.item_id LEFT JOIN said w ON w.item_id = s.item_id
    LEFT JOIN (
        SELECT item_id FROM current_decisions WHERE status IN ('no_valid_answer', 'retired')
    ) n ON n.item_id = s.item_id
    ORDER BY s.frame_day, s.stratum, s.event_id
"""  # noqa: S608 - of the parts above
SLICE_MEMBERS = """
    SELECT s.event_id, json_extract_string(e.attributes, ?) AS value
    FROM sample s JOIN events e ON e.event_id = s.event_id
"""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A part of the traffic: which of n units belong to it, and how many events it has in each of F frames.

    `totals` (F, p) are those events' totals of what is known of each; the first is their number.
    """

    model: str
    slice: str
    member: Flags
    population: Codes
    totals: Floats


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """n sampled `events` by frame and stratum, m columns, H strata in F frames.

    `numerator` and `denominator` (n, m) are each event's shares of the metrics in `columns`: those that are ratios of
    totals come first, the others are parts of `statistics`. `answered` (n,)
    says who has any, or is `outside` (n,) of what is measured, since no answer is valid or the item was retired: of
    those both are 0; `labeled`
    (n,) who has a settled truth, and not only tied answers. `auxiliary` (n, p) is what is known of every event of the
    frames, `cluster` (n,) whose event it is: a user's, a session's or an input's code;
    `sampled` says that these are a sample of users like them. `outputs` has how each output was `read`, where that is
    not as it came, and why it is `invalid`, where it is.
    `stratum` (n,) and `frame` (n,) are codes into `sizes` (H,) with `frame_of` (H,), and into `days` (F).
    """

    events: list[str]
    measuring: Measuring
    columns: list[Column]
    statistics: tuple[Statistic, ...]
    numerator: Floats
    denominator: Floats
    answered: Flags
    outside: Flags
    labeled: Flags
    outputs: pl.DataFrame
    auxiliary: Floats
    cluster: Codes
    sampled: bool
    stratum: Codes
    frame: Codes
    sizes: Codes
    frame_of: Codes
    days: list[date]
    cuts: list[Cut]

    def of(self, columns: Sequence[int]) -> "Evidence":
        """Of some of the columns, where all are ratios of totals."""
        kept = list(columns)
        named = [self.columns[at] for at in kept]
        return replace(self, columns=named, numerator=self.numerator[:, kept], denominator=self.denominator[:, kept])

    @property
    def ratios(self) -> int:
        """How many of the columns are ratios of totals."""
        return min((one.first for one in self.statistics), default=len(self.columns))

    @property
    def scored(self) -> list[Column]:
        """The metrics with their labels, as `lines` gives them."""
        return [*self.columns[: self.ratios], *((one.metric.name, "*") for one in self.statistics)]

    @property
    def shares(self) -> Shares:
        """What each unit adds to each column, (n, m)."""
        return Shares(numerator=self.numerator, denominator=self.denominator)

    def within(self, units: slice, kept: Flags) -> Shares:
        """What those `kept` of consecutive units add to each column."""
        return Shares(numerator=self.numerator[units][kept], denominator=self.denominator[units][kept])

    def lines(self, shares: Shares, weight: Floats) -> Lines:
        """What makes of units' columns those of `scored`, at such units with these weights."""
        return lines(self.statistics, self.ratios, shares, weight)

    @property
    def confidence(self) -> list[float | None]:
        """How sure the model said it was of each, (n,)."""
        return said_confidence(self.auxiliary, self.measuring)

    @property
    def invalid(self) -> Flags:
        """Whose output is no valid answer, (n,)."""
        return self.outputs["invalid"].is_not_null().to_numpy()


def gather(store: Reads, project: Project, metrics: Iterable[str], system: System | None = None) -> Evidence:
    """Read everything the scores of a system rest on; of production, if none is named."""
    system = system or Production(project)
    units = system.read(store.read(UNITS, clustered_by(project) | {"opinions": project.truth == "distribution"}))
    measuring, auxiliary = system.measuring, known(units.with_columns(events=pl.lit(1)))
    columns, shares = shares_table(measuring, units, said_confidence(auxiliary, measuring), set(metrics))
    strata = units.select("frame_day", "stratum", "stratum_size").unique(["frame_day", "stratum"], maintain_order=True)
    days = units["frame_day"].unique(maintain_order=True).to_list()
    return Evidence(
        events=units["event_id"].to_list(),
        measuring=measuring,
        columns=columns,
        statistics=statistics(measuring, columns),
        numerator=shares.numerator,
        denominator=shares.denominator,
        answered=((units["answers"].list.len() > 0) | units["outside"]).to_numpy(),
        outside=units["outside"].to_numpy(),
        labeled=units["settled"].to_numpy(),
        outputs=units.select("read", "invalid"),
        auxiliary=auxiliary,
        cluster=(units["cluster"].rank("dense").cast(pl.Int64) - 1).to_numpy(),
        sampled=bool(project.benchmark.users),
        stratum=units.select(pl.struct("frame_day", "stratum").rle_id()).to_series().to_numpy().astype(np.int64),
        frame=units["frame_day"].rle_id().to_numpy().astype(np.int64),
        sizes=strata["stratum_size"].to_numpy(),
        frame_of=strata["frame_day"].rle_id().to_numpy().astype(np.int64),
        days=days,
        cuts=_cuts(store, project, units, days),
    )


def clustered_by(project: Project) -> dict[str, str | bool]:
    """The parameters of CLUSTER."""
    users = project.benchmark.users or ""
    path = f'$."{users.removeprefix("attributes.")}"' if users else "$"
    return {"users": users, "path": path, "judged": project.judges_outputs, "once": project.duplicates.ask_once}


def shares_table(
    measuring: Measuring, units: pl.DataFrame, sure: list[float | None], metrics: set[str]
) -> tuple[list[Column], Shares]:
    """Every column with each unit's share of it, (n, m); a tied item's is the mean over its answers."""
    told = sure if measuring.reads_confidence else [None] * units.height
    events = zip(units.select("output", "answers").to_dicts(), told, strict=True)
    cases = [(event["output"], tuple(event["answers"]), confident) for event, confident in events]
    shares = {case: measuring.added(*case) for case in dict.fromkeys(cases)}
    return shared(measuring, [shares[case] for case in cases], metrics)


def shares_if(evidence: Evidence, outputs: pl.Series, label: str) -> Shares:
    """Each unit's shares (n, m) if this label were the truth, from their `outputs` (n,); none of those outside."""
    told = evidence.confidence if evidence.measuring.reads_confidence else [None] * len(outputs)
    cases = list(zip(outputs, told, strict=True))
    known = {case: evidence.measuring.added(case[0], (json.dumps(label),), case[1]) for case in set(cases)}
    found = rows([known[case] for case in cases], evidence.columns)
    inside = ~evidence.outside[:, None]
    return Shares(numerator=found.numerator * inside, denominator=found.denominator * inside)


def _cuts(store: Reads, project: Project, units: pl.DataFrame, days: list[date]) -> list[Cut]:
    """All the traffic; each model where several served; each value a declared attribute has in the sample."""
    events = population(store)
    everything = np.ones(units.height, dtype=np.bool_)
    cuts = [_cut(everything, events, days)]
    models = sorted(units["model"].unique())
    for model in models if len(models) > 1 else []:
        member = (units["model"] == model).to_numpy()
        cuts.append(_cut(member, events.filter(value=model), days, model=model))
    for attribute in project.benchmark.slices:
        cuts += _slices(store, attribute, units, days)
    return cuts


def _slices(store: Reads, attribute: str, units: pl.DataFrame, days: list[date]) -> Iterator[Cut]:
    path = f'$."{attribute}"'
    events, members = population_by(store, path), store.read(SLICE_MEMBERS, [path])
    for value in members["value"].drop_nulls().unique().sort():
        member = units["event_id"].is_in(members.filter(value=value)["event_id"].to_list()).to_numpy()
        yield _cut(member, events.filter(value=value), days, slice_=f"{attribute}={value}")


def _cut(member: Flags, events: pl.DataFrame, days: list[date], *, model: str = "*", slice_: str = "*") -> Cut:
    """A cut of the units, with its own part of the population."""
    population, known_of = totals(events, days)
    return Cut(model=model, slice=slice_, member=member, population=population, totals=known_of)
