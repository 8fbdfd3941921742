"""The reviewers' queue: cases go in, rulings come out."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gt_platform.labeling.backends.label_studio.client import Json
from gt_platform.labeling.backends.label_studio.config import OPINIONS, REF, shown
from gt_platform.labeling.backends.label_studio.elements import stored
from gt_platform.labeling.backends.label_studio.reading import Reader
from gt_platform.labeling.backends.label_studio.session import Session
from gt_platform.labeling.backends.label_studio.setup import Setup
from gt_platform.labeling.dealing.refs import Ref, ref_of
from gt_platform.labeling.dealing.staff import REVIEW
from gt_platform.labeling.messages import Case, Ruling

LOG = logging.getLogger(__name__)
BLIND = "Answer this one on your own."
"""What stands in place of annotators' answers where these must lead nobody."""


def ask_reviewers(at: Session, setup: Setup, cases: Sequence[Case]) -> None:
    """Put in the cases that are missing, the most urgent first, and take out what is no case any more."""
    if not setup.reviewers:
        if cases:
            LOG.warning("%s: %d cases wait for a reviewer; name one in labeling.options.reviewers",
                        setup.project.name, len(cases))  # fmt: skip
        return
    queue = at.queue(REVIEW, setup.settings(REVIEW)) if cases or at.has_queue(REVIEW) else None
    urgent = sorted(filter(setup.can_show, cases), key=lambda case: -case.priority)
    wanted, reads = {ref_of(case): case for case in urgent}, _reader(at, setup)
    kept: set[Ref | None] = set()
    surplus = []
    for task, ref in at.tasks(REVIEW):
        state = reads.state(task)
        if state == "open" and ref is not None and (task.project_id != queue or ref not in wanted or ref in kept):
            surplus.append((task.project_id, task.task_id))
        elif state is not None:
            kept.add(ref)
    missing = [_task(at, setup, ref, case) for ref, case in wanted.items() if ref not in kept]
    if queue is not None and missing:
        at.add(queue, missing)
    at.remove(surplus)


def rulings(at: Session, setup: Setup, cases: Sequence[Case]) -> Iterator[Ruling]:
    """What reviewers said to these cases."""
    if not at.has_queue(REVIEW):
        return
    # what was ruled on openly before it was drawn comes back as that
    opened = [replace(case, blind=False) for case in cases]
    wanted, reads = {ref_of(case): case for case in (*opened, *cases)}, _reader(at, setup)
    for task, ref in at.tasks(REVIEW):
        if ref in wanted and (ruling := reads.ruling(task, wanted[ref])) is not None:
            yield ruling


def _reader(at: Session, setup: Setup) -> Reader:
    people = {at.user(name, staff.email): name for name, staff in setup.reviewers.items()}
    return Reader(setup.project.answer_kind, people, at.sides(REVIEW))


def _task(at: Session, setup: Setup, ref: Ref, case: Case) -> Json:
    swapped = at.swapped(ref, REVIEW) if setup.project.sided else None
    said = [
        f"{number}. {_opinion(setup.words(one.answer, swapped=swapped), one.comment)}"
        for number, one in enumerate(case.opinions, 1)
    ]
    opinions = BLIND if case.blind else stored("\n".join([case.why, "", *said]))
    return {"data": {REF: at.sealer.seal(ref, REVIEW), OPINIONS: opinions, **setup.data(case.input, swapped=swapped)}}


def _opinion(answer: object, comment: str | None) -> str:
    return shown(answer) if comment is None else f"{shown(answer)}\n   {comment}"
