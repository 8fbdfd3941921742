"""What is asked of the tables after every run: each check reads them through a Store and returns a finding.

Checks compute and write nothing, and know no scheduler; `assets/checks.py` shows their findings in Dagster. What is
asked of production scores is in scores.py.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Literal

import polars as pl

from gt_platform import labeling
from gt_platform.drift import tell
from gt_platform.labeling.agreement import NEEDS as AGREEMENT_NEEDS
from gt_platform.lake import Store, statements
from gt_platform.lake.tables import Table
from gt_platform.project import AgreementGate, Project

Verdict = Literal["pass", "fail", "insufficient_evidence"]
Days = tuple[date, date]
EVER: Days = (date.min, date.max)

# The names DuckDB reports for types that tables.py spells shorter.
FULL_NAMES = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns()
    WHERE database_name = 'gt' AND schema_name = ?
"""
TOTALS = """
    SELECT count(*) AS files, coalesce(sum(COLUMNS(c -> c IN
        ('lines', 'events', 'feedback', 'duplicates', 'quarantined'))), 0)::BIGINT
    FROM files WHERE frame_day BETWEEN $first AND $last
"""
VERDICTS = """
    SELECT frame_day, column_name, statistic, value, threshold, q_value, verdict, detail FROM drift
    WHERE frame_day BETWEEN $first AND $last ORDER BY frame_day, column_name
"""
STANDINGS = """
    SELECT annotator, state, reason FROM current_standings ORDER BY annotator
"""

UNASKED = """
    SELECT count(DISTINCT item_id) FROM sample
    WHERE item_id NOT IN (SELECT item_id FROM assignments) AND item_id NOT IN (SELECT item_id FROM ground_truth)
      AND item_id NOT IN (FROM retired_items)
      AND NOT ($once AND item_id IN (SELECT item_id FROM spared_items))
"""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check found: its verdict, one sentence, and the figures behind it."""

    verdict: Verdict
    said: str
    facts: dict[str, int | float | str] = field(default_factory=dict)


def structure(
    store: Store, tables: Iterable[Table], *, scanned: Iterable[Table] = ()
) -> dict[tuple[str, str], Finding]:
    """By table and check: the `schema` of tables, in one query for all, and the `keys` of those that are scanned."""
    found: dict[str, dict[str, tuple[str, bool]]] = defaultdict(dict)
    for table_name, column, kind, nullable in store.read(COLUMNS, [store.project]).iter_rows():
        found[table_name][column] = (kind, nullable)
    findings = {(table.name, "schema"): _schema(table, found[table.name]) for table in tables}
    return findings | {(table.name, "keys"): _keys(store, table) for table in scanned}


def _schema(table: Table, found: dict[str, tuple[str, bool]]) -> Finding:
    """Whether a table has the columns, types and NOT NULLs it is defined with, in any order."""
    defined = {c.name: (FULL_NAMES.get(c.type, c.type), c.nullable) for c in table.columns}
    wrong = [_difference(name, defined.get(name), found.get(name)) for name in sorted(defined.keys() | found.keys())]
    return _judged([text for text in wrong if text], f"{len(defined)} columns as defined", columns=len(found))


def _keys(store: Store, table: Table) -> Finding:
    """Whether no key stands twice, found by scanning: DuckLake has no constraints."""
    doubled = [", ".join(map(str, key)) for key in store.read(statements.doubled_keys(table)).rows()]
    key = f"({', '.join(table.key)})"
    return _judged([f"{key} = {shown} stands twice" for shown in doubled], f"every {key} stands once")


def conservation(store: Store, wrong: Iterable[str], days: Days = EVER) -> Finding:
    """Whether no line was lost: `wrong` has a sentence for each file that does not add up, of whatever day."""
    totals = store.read(TOTALS, _span(days)).row(0, named=True)
    return _judged(list(wrong), f"{totals['lines']} lines of {totals['files']} files are all accounted for", **totals)


def quarantined_share(store: Store, project: Project, days: Days = EVER) -> Finding:
    """Whether the share of quarantined lines is within the project's gate."""
    totals = store.read(TOTALS, _span(days)).row(0, named=True)
    share = totals["quarantined"] / totals["lines"] if totals["lines"] else 0.0
    gate = project.gates.quarantined_share
    said = f"{totals['quarantined']} of {totals['lines']} lines ({share:.1%}) are in quarantine; the gate is {gate:.1%}"
    return Finding(verdict="fail" if share > gate else "pass", said=said, facts={"share": share, "gate": gate})


def drift(store: Store, project: Project, days: Days = EVER) -> Finding:
    """Whether the frames look like the reference; names the columns that do not, and what became of them."""
    verdicts = store.read(VERDICTS, _span(days))
    drifted = verdicts.filter(pl.col("verdict") == "drift")
    frames = verdicts.filter(pl.col("column_name") == "*")
    columns = sorted({name for name in drifted["column_name"] if name != "*"})
    facts: dict[str, int | float | str] = {"frames": frames.height, "columns": ", ".join(columns)}
    drifted_days = sorted({str(day) for day in drifted["frame_day"]})
    if drifted_days:
        last = drifted.sort("frame_day")["frame_day"][-1]
        became = {one.column_name: f" ({one.said})" for one in tell(store, project, last, last) if one.drifts}
        what = ", ".join(f"{name}{became.get(name, '')}" for name in columns) or "the frame as a whole"
        facts["accept"] = f"gt drift accept {last} {project.name} --why REASON"
        return Finding(verdict="fail", said=f"drift on {', '.join(drifted_days)}: {what}", facts=facts)
    unsure = frames.filter(pl.col("verdict") == "insufficient_evidence")
    if unsure.height or frames.is_empty():
        why = "; ".join(dict.fromkeys(unsure["detail"].drop_nulls())) or "no frame was measured"
        return Finding(verdict="insufficient_evidence", said=f"insufficient evidence: {why}", facts=facts)
    return Finding(verdict="pass", said=f"{frames.height} frames without drift", facts=facts)


def agreement_and_rules(store: Store, project: Project) -> Finding:
    """The agreement there is, and beside it whether the rules that changed last helped, where any did."""
    found, effect = agreement(store, project), labeling.effect_of_latest(store, project)
    if effect is None:
        return found
    gain = f": gain {effect.gain.said()} over {effect.gain.units} items" if effect.gain.said() else ""
    return replace(found, facts=found.facts | {"rules": f"{effect.verdict}{gain}; {effect.reason}"})


def agreement(store: Store, project: Project) -> Finding:
    """Whether annotators agree as far as the gate asks, judged on the interval of its coefficient.

    Without a gate the mean over items of the share of agreeing pairs is shown, and passes.
    """
    gate = project.gates.agreement
    if gate is not None and gate.coefficient != "pairs":
        return _coefficient(store, project, gate)
    found = labeling.agreement(store, project)
    if found.mean is None or found.low is None or found.high is None:
        said = f"insufficient evidence: {found.items} items with two answers or more, {AGREEMENT_NEEDS} are needed"
        return Finding(
            verdict="pass" if gate is None else "insufficient_evidence", said=said, facts={"items": found.items}
        )
    numbers = {"agreement": found.mean, "low": found.low, "high": found.high}
    said = f"mean agreement {found.mean:.3f} [{found.low:.3f}, {found.high:.3f}] over {found.items} items"
    if gate is None:
        facts: dict[str, int | float | str] = {"items": found.items, **numbers}
        return Finding(verdict="pass", said=f"{said}; no gate is declared", facts=facts)
    return _against(gate.at_least, found.low, found.high, said, {"items": found.items, **numbers})


def _coefficient(store: Store, project: Project, gate: AgreementGate) -> Finding:
    found, name = labeling.coefficient(store, project, gate.coefficient), gate.coefficient.replace("_", " ")
    facts: dict[str, int | float | str] = {"items": found.units}
    if found.value is None or found.low is None or found.high is None:
        said = f"insufficient evidence: {name} {found.reason}"
        return Finding(verdict="insufficient_evidence", said=said, facts=facts)
    said = f"{name} {found.value:.3f} [{found.low:.3f}, {found.high:.3f}] over {found.units} items"
    numbers = {gate.coefficient: found.value, "low": found.low, "high": found.high}
    return _against(gate.at_least, found.low, found.high, said, facts | numbers)


def _against(gate: float, low: float, high: float, said: str, facts: Mapping[str, int | float | str]) -> Finding:
    """What an interval says to a lower bound."""
    verdict: Verdict = "pass" if low >= gate else "fail" if high < gate else "insufficient_evidence"
    unsure = "insufficient evidence: " if verdict == "insufficient_evidence" else ""
    return Finding(verdict=verdict, said=f"{unsure}{said}; the gate is {gate:.3f}", facts={**facts, "gate": gate})


def budget(store: Store, project: Project) -> Finding:
    """Whether a declared budget still pays for an item; says what labels cost, and what is not asked for want of it."""
    found, declared = labeling.costs(store, project), project.labeling.cost
    facts: dict[str, int | float | str] = {"paid": found.paid, "this_month": found.month, "waiting": found.waiting}
    said = f"{found.paid:g} paid for answers, {found.month:g} of it this month, and {found.waiting:g} is asked for"
    if found.left is None:
        return Finding(verdict="pass", said=f"{said}; no budget is declared", facts=facts)
    of = [f"{most:g} {what}" for most, what in ((declared.month, "a month"), (declared.total, "in all")) if most]
    said, facts = f"{said}; the budget is {' and '.join(of)}", facts | {"left": found.left}
    if not labeling.is_spent(store, project):
        return Finding(verdict="pass", said=said, facts=facts)
    unasked = store.read(UNASKED, {"once": project.duplicates.ask_once}).item()
    said = f"{said}: it is spent, {unasked} sampled items are not asked, and nothing is until there is more"
    return Finding(verdict="fail", said=said, facts=facts | {"unasked": unasked})


def annotator_quality(store: Store, project: Project) -> Finding:
    """Whether every annotator may go on as they are; names those who are watched or paused, by their pseudonyms."""
    if project.labeling.annotators is None:
        return Finding(verdict="pass", said="the project does not judge annotators")
    standings = store.read(STANDINGS).rows(named=True)
    doubtful = [row for row in standings if row["state"] in {"watched", "paused"}]
    counted = {state: sum(row["state"] == state for row in standings) for state in ("active", "watched", "paused")}
    said = [f"{row['annotator']} is {row['state']}: {row['reason']}" for row in doubtful]
    return _judged(said, f"none of {len(standings)} annotators is watched or paused", **counted)


def stale(store: Store, project: Project) -> Finding:
    """Whether all truth was decided under the present guidelines, and is allowed by the present answer schema."""
    count = labeling.still_stale(store, project)
    said = f"{count} items have truth from before the guidelines or the schema changed" if count else "none is stale"
    return Finding(verdict="fail" if count else "pass", said=said, facts={"items": count})


def expired(store: Store, project: Project) -> Finding:
    """Whether all truth is younger than the project lets it become; says how much of it is asked again by now."""
    if not project.upkeep.expires_after:
        return Finding(verdict="pass", said="truth does not expire: none is declared to")
    found = labeling.expired(store, project, datetime.now(UTC))
    facts: dict[str, int | float | str] = {"items": found.height, "asked": int(found["asked"].sum())}
    if found.is_empty():
        return Finding(verdict="pass", said="no truth is too old", facts=facts)
    said = f"{found.height} items have truth that is too old, {facts['asked']} of them are asked again"
    return Finding(verdict="fail", said=said, facts=facts)


def stability(store: Store, project: Project) -> Finding:
    """How often truth was the same when it was asked again: told with its interval, which nothing is held against."""
    if not project.upkeep.retest:
        return Finding(verdict="pass", said="truth is not asked again to try it: none is declared to")
    found = labeling.stability(store, project)
    if found.share is None or found.low is None or found.high is None:
        said = f"insufficient evidence: {found.items} items were tried, {AGREEMENT_NEEDS} are needed"
        return Finding(verdict="insufficient_evidence", said=said, facts={"items": found.items})
    said = f"{found.share:.3f} [{found.low:.3f}, {found.high:.3f}] of {found.items} items came to the same truth again"
    facts: dict[str, int | float | str] = {"items": found.items, "share": found.share, "low": found.low}
    return Finding(verdict="pass", said=said, facts=facts | {"high": found.high})


def items(wrong: Iterable[str], fine: str) -> Finding:
    """A finding from a list of mistakes, empty when all is well."""
    return _judged(list(wrong), fine)


def listed(said: list[str]) -> str:
    """The first few of a list, in a sentence."""
    return "; ".join(said[:5]) + (f"; and {len(said) - 5} more" if len(said) > 5 else "")


def _judged(wrong: list[str], fine: str, **facts: Any) -> Finding:
    return Finding(verdict="fail" if wrong else "pass", said=listed(wrong) or fine, facts=facts)


def _difference(name: str, defined: tuple[str, bool] | None, found: tuple[str, bool] | None) -> str | None:
    if defined == found:
        return None
    return f"{name} is {_described(found)} and should be {_described(defined)}"


def _described(column: tuple[str, bool] | None) -> str:
    return "absent" if column is None else f"{column[0]}{'' if column[1] else ' NOT NULL'}"


def _span(days: Days) -> dict[str, date]:
    return {"first": days[0], "last": days[1]}
