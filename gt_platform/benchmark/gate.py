"""May a candidate ship? Held against its baseline on what decides, and on the items it must get right."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gt_platform.benchmark.candidacy import ESTIMANDS, alike, metrics_of, systems
from gt_platform.benchmark.candidates import JUDGED
from gt_platform.benchmark.compared import (
    UNSURE,
    Changed,
    better,
    changed,
    comparisons,
    margins,
    primary,
)
from gt_platform.benchmark.differences import Apart, Measured, differences, measured
from gt_platform.benchmark.pins import Pinned, pinned
from gt_platform.benchmark.reads import Once, Reads
from gt_platform.benchmark.standing import Standing
from gt_platform.canonical import canonical, digest
from gt_platform.errors import GroundTruthError
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import GATES
from gt_platform.project import Project
from gt_platform.project.candidates import PRODUCTION
from gt_platform.stats.comparisons.verdict import Decision, non_inferiority
from gt_platform.stats.looks import level_of

RELEASE = "SELECT release, digest FROM releases ORDER BY release DESC LIMIT 1"
LOOKS = "SELECT look, evidence FROM gates WHERE candidate = ? AND baseline = ? ORDER BY look"
ASKED = "SELECT candidate, bit_xor(md5_number(content_digest)) AS content FROM current_predictions GROUP BY candidate"
UNKNOWN = "experts have checked too few answers to say how often the truth is wrong"


class GateError(GroundTruthError):
    """A candidate that cannot be held to the gate; the message says what is missing."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """One primary comparison: what the gate decides by, the row of `comparisons`, and its verdict at this look."""

    row: dict[str, Any]
    decision: Decision
    reason: str
    needed: int | None


@dataclass(frozen=True, kw_only=True)
class Gated:
    """The verdict on a candidate, all it rests on, and what else is known: its `rows` of comparisons by both estimands.

    `parted` are the items of the first primary comparison that one got right and the other wrong, by `items`. `covered`
    is the share of the traffic that it speaks of.
    """

    candidate: str
    baseline: str
    release: int
    look: int
    level: float
    verdict: Decision
    held: list[Held]
    pins: list[Pinned]
    rows: list[dict[str, Any]]
    parted: Changed
    items: list[str]
    missing: int
    against: str
    covered: float


def gate(store: Store, project: Project, candidate: str, baseline: str | None = None) -> Gated:
    """Hold a candidate to the gate on the latest release, and note it.

    It passes where each margin surely holds on all items and on every slice that must not lose, and no pinned item is
    wrong: all have to, so that none needs a correction for the others. It fails where one surely does not hold, after
    Bonferroni's correction, or a pinned item is wrong. Later looks, and many candidates, ask for more: `stats.looks`.
    Raises GateError.
    """
    baseline = baseline or project.candidates.baseline
    with store.snapshot():
        found, row = _gated(store, project, candidate, baseline)
    store.commit(f"{candidate} at the gate", lambda writer: _note(writer, row))
    return found


def _gated(store: Store, project: Project, candidate: str, baseline: str) -> tuple[Gated, dict[str, Any]]:
    """The verdict, and the row of `gates` that keeps it."""
    release, content = _release(store, project)
    known = Once(store)
    found = _found(known, project, candidate, baseline)
    first, second = alike(known, project, found[baseline], found[candidate])
    evidence = _evidence(store, project, content, (candidate, baseline))
    look = _look(store, (candidate, baseline), evidence)
    level = level_of(look, project.candidates.at_once)
    apart = differences(known, project, first, second)
    rows = comparisons(project, (candidate, baseline), first, second, apart)
    held = _held(project, second.standing, apart, rows, level)
    if not held:
        nothing = f"{candidate} and {baseline} share no answered item"
        raise GateError(f"{nothing} by the estimand {project.candidates.estimand}, which decides")
    pins = pinned(store, second.system)
    verdict = _verdict(held, pins)
    noted = [{"said": one.reason, **{name: one.row[name] for name in ("metric", "label", "slice")}} for one in held]
    noted += [{"said": f"{sum(not one.right for one in pins)} of {len(pins)} pinned items are wrong"}] if pins else []
    row = {"candidate": candidate, "baseline": baseline, "look": look, "release": release, "evidence": evidence}
    row |= {"level": level, "verdict": verdict, "reasons": json.dumps(noted), "gated_at": datetime.now(UTC)}
    top = held[0].row
    made = Gated(
        candidate=candidate,
        baseline=baseline,
        release=release,
        look=look,
        level=level,
        verdict=verdict,
        held=held,
        pins=pins,
        rows=rows + _besides(known, project, (candidate, baseline)),
        parted=changed(project, first, second, top["slice"])[top["metric"], top["label"]],
        items=second.standing.evidence.events,
        missing=second.missing(),
        against=top["against"],
        covered=second.standing.covered,
    )
    return made, row


def _release(store: Reads, project: Project) -> tuple[int, str]:
    if project.judges_outputs:
        raise GateError(JUDGED.format(project.name))
    if not margins(project):
        metric = project.headline
        told = f"by how much a candidate's {metric} may be worse is not known"
        raise GateError(f"{told}: declare candidates: {{margins: {{{metric}: ...}}}}")
    found = store.read(RELEASE)
    if found.is_empty():
        raise GateError("there is no release yet; `gt refresh` makes one once items are settled")
    return found.row(0)


def _found(store: Reads, project: Project, candidate: str, baseline: str) -> dict[str, Measured]:
    known = store.read(ASKED)["candidate"].to_list()
    for name in (candidate, baseline):
        if name != PRODUCTION and name not in known:
            told = f"{', '.join(sorted(known))} have some" if known else "no candidate has any"
            raise GateError(f"{name} has no predictions; {told}: `gt predict` or `gt evaluate` brings them")
    if candidate == baseline:
        raise GateError(f"{candidate} is the baseline; name another by --baseline, or declare one under candidates:")
    named = systems(store, project, [baseline, candidate])
    estimand, metrics = project.candidates.estimand, metrics_of(project)
    return {name: measured(store, project, system, metrics, estimand) for name, system in named.items()}


def _evidence(store: Reads, project: Project, content: str, named: tuple[str, str]) -> str:
    """Digest of all that the verdict follows from: outputs, truth, experts' checks, margins."""
    asked = {name: str(value) for name, value in store.read(ASKED).iter_rows() if name in named}
    checks = store.read("SELECT count(*) AS n, max(answered_at)::VARCHAR AS last FROM current_checks").row(0)
    declared = project.candidates.model_dump(mode="json")
    return digest(canonical([content, asked, list(checks), declared, margins(project)]))


def _look(store: Reads, named: tuple[str, str], evidence: str) -> int:
    """Which look this is: one at evidence that was seen before is that one again."""
    seen = {known: look for look, known in store.read(LOOKS, list(named)).iter_rows()}
    return int(seen.get(evidence, max(seen.values(), default=0) + 1))


def _note(writer: Writer, row: dict[str, Any]) -> int:
    """Keep a look, unless it is kept; another one at other evidence, that came meanwhile, has spent what it may err."""
    seen = dict(writer.read(LOOKS, [row["candidate"], row["baseline"]]).iter_rows())
    kept = seen.get(row["look"])
    if kept not in (None, row["evidence"]):
        raise GateError(f"{row['candidate']} was held to the gate meanwhile, on other evidence; ask again")
    return 0 if kept else writer.append(GATES, GATES.frame([row]))


def _held(
    project: Project, standing: Standing, apart: Sequence[Apart], rows: Sequence[dict[str, Any]], level: float
) -> list[Held]:
    """What decides, each at the level of the look; that one surely fails has to hold for all of them together."""
    decisive = [(one, row) for one, row in zip(apart, rows, strict=True) if primary(project, standing.estimand, one)]
    sure = 1 - (1 - level) / max(len(decisive), 1)
    held = [_decided(project, one, row, (level, sure), decides=standing.decides) for one, row in decisive]
    return sorted(held, key=lambda one: (one.row["slice"] != "*", one.row["metric"] != project.headline))


def _decided(
    project: Project, apart: Apart, row: dict[str, Any], levels: tuple[float, float], *, decides: bool
) -> Held:
    margin, gain = margins(project)[apart.column[0]], better(project, apart)
    said, surely = (non_inferiority(gain and gain.at(level), margin) for level in levels)
    told = surely if said.decision == "fail" else said
    if not decides:
        return Held(row=row, decision=UNSURE, reason=UNKNOWN, needed=said.needed)
    return Held(row=row, decision=told.decision, reason=told.reason, needed=told.needed)


def _verdict(held: Sequence[Held], pins: Sequence[Pinned]) -> Decision:
    decisions = {one.decision for one in held}
    if "fail" in decisions or not all(one.right for one in pins):
        return "fail"
    return "pass" if decisions == {"pass"} else UNSURE


def _besides(store: Reads, project: Project, named: tuple[str, str]) -> list[dict[str, Any]]:
    """The comparisons by the estimand that does not decide."""
    (other,) = (one for one in ESTIMANDS if one != project.candidates.estimand)
    every = systems(store, project, list(named))
    both = (measured(store, project, every[name], metrics_of(project), other) for name in reversed(named))
    first, second = alike(store, project, *both)
    return comparisons(project, named, first, second, differences(store, project, first, second))
