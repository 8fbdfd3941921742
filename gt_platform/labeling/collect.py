"""Taking in what people handed to the backend, and asking again where that is not enough.

One run does one round: mark what went stale, ask what is lacking, take in what came, judge annotators, set answers
aside, and tell a backend with people how things stand. Settling follows, and the next run looks at what it left.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from gt_platform.canonical import digest
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.labeling.base import Backend, Staffed
from gt_platform.labeling.briefing import brief
from gt_platform.labeling.cases import cases
from gt_platform.labeling.exclusions import set_aside
from gt_platform.labeling.expiry import ask_expired
from gt_platform.labeling.honeypots import Kept, inject, known_honeypots
from gt_platform.labeling.intake import keep_audit, led, news, receive, take_in
from gt_platform.labeling.leading import any_voided, set_aside_voided
from gt_platform.labeling.messages import Standing
from gt_platform.labeling.overlap import ask_more, lacking, saved
from gt_platform.labeling.stale import mark_stale, newly_stale
from gt_platform.labeling.standings import Stood, keep, standings
from gt_platform.lake import Store, Writer
from gt_platform.project import Project


@dataclass(frozen=True, kw_only=True)
class Collected:
    """What a run took in and did: annotations, rejections, and assignments still waiting for an answer.

    `asked_again` counts assignments made for weak, excluded, stale and expired answers; `saved` the labels that
    settled items did not need of the most they may get.
    """

    annotations: int
    rejected: int
    waiting: int
    honeypot_answers: int = 0
    rulings: int = 0
    asked_again: int = 0
    excluded: int = 0
    stale: int = 0
    paused: int = 0
    saved: int = 0


def collect(store: Store, project: Project, *, backend: Backend) -> Collected:
    """Do one round. Raises BackendError; what was committed before stands, and the next run goes on from there."""
    stale, asked = store.commit("asked again", lambda writer: _ask_again(writer, project))
    came = receive(store, project, backend)
    taken = store.commit("annotations", lambda writer: take_in(writer, project, came))
    now = datetime.now(UTC)
    kept = known_honeypots(store, project, now)
    voided = False
    if isinstance(backend, Staffed):
        keep_audit(store, project, backend)  # which may say what a lead decided about those who are judged now
        voided = any_voided(store)
    stood, excluded, replaced = _judge(store, project, kept, now, voided=voided)
    if isinstance(backend, Staffed):
        _tell(store, project, backend, kept, [one.standing for one in stood], now)
    # last, and whether or not there is something new: a backend with people hands out anew what somebody left behind
    asked_now = waiting_assignments(store, project)
    backend.send(asked_now)
    return Collected(
        annotations=taken.annotations,
        rejected=taken.rejected,
        waiting=len(asked_now),
        honeypot_answers=taken.honeypot_answers,
        rulings=taken.rulings,
        asked_again=asked + replaced,
        excluded=excluded,
        stale=stale,
        paused=sum(one.standing.state == "paused" for one in stood),
        saved=saved(store, project),
    )


def tell(store: Store, project: Project, *, backend: Backend) -> None:
    """Say how things stand once truth is settled: new cases, new honeypots; and copy the audit. Raises BackendError."""
    if isinstance(backend, Staffed):
        now = datetime.now(UTC)
        kept = known_honeypots(store, project, now)
        doubted = [one.honeypot.honeypot_id for one in kept if one.doubted]
        stood = [one.standing for one in standings(store, project, now=now, doubted=doubted)]
        _tell(store, project, backend, kept, stood, now)
        keep_audit(store, project, backend)


def waiting(store: Store, project: Project, backend: Backend) -> str | None:
    """A digest of what `collect` would take in, refuse or ask again; None when there is nothing."""
    found = news(store, project, receive(store, project, backend))
    found += [f"{item} {slot}" for item, slot in lacking(store, project).select("item_id", "slot").iter_rows()]
    found += sorted(row["decision_id"] for row in newly_stale(store, project))
    found += led(store, project, backend) if isinstance(backend, Staffed) else []
    return digest("\n".join(found), 16) if found else None


def _ask_again(writer: Writer, project: Project) -> tuple[int, int]:
    stale, asked = mark_stale(writer, project)
    return stale, asked + ask_more(writer, project) + ask_expired(writer, project, datetime.now(UTC))


def _judge(
    store: Store, project: Project, kept: list[Kept], now: datetime, *, voided: bool
) -> tuple[list[Stood], int, int]:
    """Judge annotators. What that sets aside is asked anew in the same transaction, lest it settle on too little."""
    doubted = [one.honeypot.honeypot_id for one in kept if one.doubted]
    stood = standings(store, project, now=now, doubted=doubted)

    def work(writer: Writer) -> tuple[int, int]:
        keep(writer, stood, now)
        excluded = set_aside(writer, stood, now) + (set_aside_voided(writer, now) if voided else 0)
        return excluded, ask_more(writer, project) if excluded else 0

    excluded, replaced = store.commit("standings", work) if stood or voided else (0, 0)
    return stood, excluded, replaced


def _tell(
    store: Store, project: Project, backend: Staffed, kept: list[Kept], stood: list[Standing], now: datetime
) -> None:
    """Put fresh honeypots to use, and say how things stand."""
    if store.commit("honeypots", lambda writer: inject(writer, project, kept, now)):
        kept = known_honeypots(store, project, now)
    backend.brief(brief(store, project, kept=kept, cases=cases(store, project, kept), standings=stood))
