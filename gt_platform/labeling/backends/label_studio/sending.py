"""Handing out: what everybody holds, as the deal needs it, and the deal, as tasks."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from gt_platform.answers import InvalidAnswerError
from gt_platform.labeling.backends.label_studio.client import Json
from gt_platform.labeling.backends.label_studio.config import REF, can_show
from gt_platform.labeling.backends.label_studio.reading import Reader
from gt_platform.labeling.backends.label_studio.results import results
from gt_platform.labeling.backends.label_studio.session import Session
from gt_platform.labeling.backends.label_studio.setup import Setup
from gt_platform.labeling.backends.label_studio.tasks import Task, moment
from gt_platform.labeling.dealing.briefed import Briefed
from gt_platform.labeling.dealing.deal import Deal, deal
from gt_platform.labeling.dealing.mixing import Mixing
from gt_platform.labeling.dealing.refs import ref_of
from gt_platform.labeling.dealing.seats import Annotator, Holding, Key
from gt_platform.labeling.messages import Assignment, Honeypot
from gt_platform.project.sides import flipped

LOG = logging.getLogger(__name__)


def hand_out(at: Session, setup: Setup, assignments: Sequence[Assignment], now: datetime) -> None:
    """Deal what nobody holds and send it; take back what is no longer asked. Raises BackendError."""
    briefed = Briefed.of_json(at.mirror.briefing)
    wanted = {name: setup.settings(name, _notice(briefed, name)) for name in setup.annotators}
    queues = {name: at.queue(name, wanted[name]) for name in setup.annotators if at.has_queue(name)}
    outdated: list[Key] = []
    annotators = [_annotator(at, setup, briefed, name, queues.get(name), outdated, now) for name in setup.annotators]
    shown = [one for one in assignments if setup.can_show(one)]
    dealt = _dealt(at, setup, briefed, shown, annotators)
    for name, given in dealt.given.items():
        queue = queues[name] if name in queues else at.queue(name, wanted[name])
        at.add(queue, [_task(at, setup, name, one) for one in given])
    # last, so that a task that moves is in two places for a moment, and never in none
    at.remove([*outdated, *dealt.taken_back])
    if dealt.nobody:
        LOG.warning("%s: nobody may be asked for %d assignments: annotators who are able and have not had the item "
                    "are missing from labeling.options", setup.project.name, len(dealt.nobody))  # fmt: skip


def reader(at: Session, setup: Setup, name: str) -> Reader:
    """Reads an annotator's queue. Raises BackendError for one without an account."""
    people = {at.user(name, setup.annotators[name].email): name}
    return Reader(setup.project.answer_kind, people, at.sides(name))


def _dealt(
    at: Session, setup: Setup, briefed: Briefed, assignments: Sequence[Assignment], annotators: Sequence[Annotator]
) -> Deal:
    labeling = setup.project.labeling
    checks = labeling.honeypots
    return deal(
        assignments,
        annotators,
        chance=at.sealer.chance,
        honeypots=[one for one in briefed.honeypots if setup.can_show(one)] if checks else (),
        mixing=Mixing(checks.share, checks.newcomer) if checks else None,
        queue=setup.queue,
        steal=labeling.batch,
    )


def _annotator(
    at: Session, setup: Setup, briefed: Briefed, name: str, queue: int | None, outdated: list[Key], now: datetime
) -> Annotator:
    """An annotator with what they hold; open tasks in queues of older settings go to `outdated` instead."""
    staff, reads = setup.annotators[name], reader(at, setup, name)
    holdings, tasks = [], []
    for task, ref in at.tasks(name):
        state = reads.state(task)
        if ref is None or state is None:
            continue
        if state == "open" and task.project_id != queue:
            outdated.append((task.project_id, task.task_id))
        else:
            holdings.append(Holding(key=(task.project_id, task.task_id), ref=ref, state=state))
            tasks.append(task)
    paused = not staff.active or briefed.reason(name) is not None
    lease = timedelta(minutes=setup.project.labeling.lease_minutes)
    return Annotator(
        name=name,
        abilities=staff.abilities,
        holdings=tuple(holdings),
        paused=paused,
        absent=_absent(tasks, now - lease),
    )


def _absent(tasks: Iterable[Task], since: datetime) -> bool:
    """Whether tasks wait, and neither did one come nor was one answered since then."""
    tasks = list(tasks)
    signs = [moment(one.updated_at) for task in tasks for one in task.handed]
    signs += [moment(task.created_at) for task in tasks]
    return bool(signs) and max(signs) < since and any(not task.handed for task in tasks)


def _notice(briefed: Briefed, name: str) -> str:
    reason = briefed.reason(name)
    return "" if reason is None else f"You are paused and get no new work: {reason}"


def _task(at: Session, setup: Setup, name: str, one: Assignment | Honeypot) -> Json:
    swapped = at.swapped(ref_of(one), name) if setup.project.sided else None
    task: Json = {"data": {REF: at.sealer.seal(ref_of(one), name), **setup.data(one.input, swapped=swapped)}}
    suggested = list(_suggested(setup, one, swapped)) if setup.project.labeling.suggestions else []
    return {**task, "predictions": suggested} if suggested else task


def _suggested(setup: Setup, one: Assignment | Honeypot, swapped: bool | None) -> Iterator[Json]:
    answer = one.suggestion
    if answer is None or not can_show(setup.form):
        return
    try:
        valid = setup.project.answer_kind.validate(answer)
    except InvalidAnswerError:
        return
    yield {"model_version": "suggestion", "result": results(setup.form, flipped(valid, swapped=swapped))}
