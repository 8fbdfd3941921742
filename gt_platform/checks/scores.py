"""What is asked of production scores after every run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gt_platform.benchmark import Missing, Regression
from gt_platform.checks import Finding
from gt_platform.lake import Store
from gt_platform.project import Project, ScoreGate

FEW_MISSING = 0.02
"""Share of events without truth that moves no score by more than its interval is wide."""
SURELY_UNLIKE = 0.01
KNOWN_FROM = 5
"""Experts' answers to undecided items from which these are known as a cell of their own."""

JUDGED = """
    SELECT release, model, label, estimate, low, high, n, n_invalid, population, method, against, sampling_share,
           checked, verdict
    FROM current_scores
    WHERE metric = ? AND slice = ? AND estimand = 'production' AND scope = 'all' AND model = '*' AND verdict <> 'none'
    QUALIFY label = '*' OR NOT bool_or(label = '*') OVER ()
    ORDER BY label
"""


def score(store: Store, project: Project) -> Finding:
    """Whether production scores keep their gates, judged on the bounds of their intervals."""
    if not project.gates.score:
        return Finding(verdict="pass", said="no score gate is declared")
    found = sorted((_kept(store, project, gate) for gate in project.gates.score), key=lambda one: _rank(one.verdict))
    return replace(found[0], said="; ".join(one.said for one in found))


def _kept(store: Store, project: Project, gate: ScoreGate) -> Finding:
    judged = store.read(JUDGED, [gate.metric, gate.of])
    bound = f"at least {gate.at_least:g}" if gate.at_least is not None else f"at most {gate.at_most:g}"
    if judged.is_empty():
        said = f"insufficient evidence: no {_named(gate)} yet; it must be {bound}"
        return Finding(verdict="insufficient_evidence", said=said)
    worst = min(judged.iter_rows(named=True), key=lambda row: _rank(row["verdict"]))
    facts = {name: value for name, value in worst.items() if value is not None}
    checked = f", {worst['checked']} of them checked by experts" if worst["checked"] else ""
    invalid = f", {worst['n_invalid']} of them without a valid answer and so wrong" if worst["n_invalid"] else ""
    named = _named(gate, worst["label"])
    said = f"{named} {_interval(worst)} on {worst['n']} labeled events{checked}{invalid}; it must be {bound}"
    if project.truth == "experts" and not checked:
        said += "; no gate is decided on annotators' word alone: declare labeling.expert_check, or truth: annotators"
    if worst["verdict"] == "insufficient_evidence":
        return Finding(verdict="insufficient_evidence", said=f"insufficient evidence: {said}", facts=facts)
    return Finding(verdict="pass" if worst["verdict"] == "pass" else "fail", said=said, facts=facts)


def _named(gate: ScoreGate, label: str = "*") -> str:
    of = [part for part in (label, gate.of) if part != "*"]
    return f"{gate.metric} of {' in '.join(of)}" if of else gate.metric


def regression(found: Sequence[Regression]) -> Finding:
    """Whether an alarm was raised on a gate's score by looking at it every night."""
    if not found:
        return Finding(verdict="pass", said="no score gate on a metric with bounds is declared")
    told = sorted((_looked_at(one) for one in found), key=lambda one: _rank(one.verdict))
    said = "; ".join(one.said for one in told)
    if told[0].verdict == "pass":
        said += ": no alarm, of which there is at most 1 false one in 20 years"
    return replace(told[0], said=said)


def _looked_at(found: Regression) -> Finding:
    if not found.nights:
        said = f"insufficient evidence: no day has a score of {_named(found.gate)} yet"
        return Finding(verdict="insufficient_evidence", said=said)
    facts: dict[str, int | float | str] = {"nights": found.nights, "labeled_events": found.answers}
    seen = f"{_named(found.gate)} looked at on {found.nights} days, {found.answers} labeled events"
    if found.day is None and found.since is None:
        return Finding(verdict="pass", said=seen, facts=facts)
    if found.day is None:
        said = f"insufficient evidence: {seen}: fallen since {found.since} if days differ by chance alone, which these "
        return Finding(verdict="insufficient_evidence", said=said + "days do not tell yet", facts=facts)
    said = f"{seen}: alarm on {found.day}, by evidence since {found.since}"
    return Finding(verdict="fail", said=said, facts=facts | {"alarm": str(found.day), "since": str(found.since)})


def missing_answers(project: Project, found: Missing) -> Finding:
    """Whether sampled events without truth are few, known from experts, or like the others."""
    share = found.missing / found.events if found.events else 0.0
    facts: dict[str, int | float | str] = {"events": found.events, "missing": found.missing, "share": share}
    said = f"{found.missing} of {found.events} sampled events ({share:.1%}) have no truth: skipped, tied or unruled"
    if share <= FEW_MISSING:
        return Finding(verdict="pass", said=said, facts=facts)
    if project.truth == "experts" and found.seen >= KNOWN_FROM:
        return Finding(
            verdict="pass", said=f"{said}; {found.seen} such items that experts answered correct the score", facts=facts
        )
    unlike = [one for one in found.differs if one.p < SURELY_UNLIKE]
    remedy = "let experts answer some of them (labeling.expert_check with truth: experts), or rule on them"
    if unlike:
        why = ", ".join(f"{one.name} (p = {one.p:.2g})" for one in unlike[:3])
        facts["differs"] = ", ".join(one.name for one in unlike)
        return Finding(
            verdict="fail",
            said=f"{said}, and not at random: they differ in {why}, so scores without them are off: {remedy}",
            facts=facts,
        )
    alike = "nothing known of all events tells them from the others, but hard ones are skipped more often"
    return Finding(
        verdict="insufficient_evidence", said=f"insufficient evidence: {said}; {alike}: {remedy}", facts=facts
    )


def _rank(verdict: str) -> int:
    return ("fail", "insufficient_evidence", "pass").index(verdict)


def _interval(row: dict[str, Any]) -> str:
    if row["estimate"] is None:
        return "unknown"
    if row["low"] is None:
        return f"{row['estimate']:.3f}"
    return f"{row['estimate']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"
