"""From tasks and annotations to what the platform takes in. Whether an answer is valid is for the desk to say."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from gt_platform.answers import AnswerKind, InvalidAnswerError, form_of
from gt_platform.labeling.backends.label_studio.config import COMMENT, EDGE_CASE, REASONING
from gt_platform.labeling.backends.label_studio.controls.base import MalformedError
from gt_platform.labeling.backends.label_studio.results import Given, read
from gt_platform.labeling.backends.label_studio.tasks import Handed, Task, moment
from gt_platform.labeling.dealing.seats import State
from gt_platform.labeling.messages import Case, Ruling, Submission, Unreadable
from gt_platform.project.sides import flipped


@dataclass(frozen=True)
class Reader:
    """Reads the annotations in one queue. `people` are the users whose they may be, with what the lake calls them.

    `swapped` says how two sides stand in a task.
    """

    kind: AnswerKind
    people: Mapping[int, str]
    swapped: Callable[[Task], bool | None]

    def handed_in(self, task: Task, assignment_id: str) -> Iterator[Submission | Unreadable]:
        """Everything on a task: answers up to the first valid one, and why each other annotation is none."""
        valid = None
        for one in task.handed:
            try:
                given = self._given(task, one)
            except MalformedError as error:
                yield unreadable(task, one, error.reason, str(error))
                continue
            if valid is not None:
                yield unreadable(task, one, "several", f"annotation {valid} of the task was first, and it stands")
                continue
            yield self._submission(task, one, given, assignment_id)
            valid = one.annotation_id if self._valid(given) else None

    def state(self, task: Task) -> State | None:
        """Whether it waits, is answered, or was given up: skipped, or answered so that it cannot be used.

        None if only others were at it: it no longer waits in the queue, and its owner has done nothing.
        """
        if not task.handed:
            return "open"
        if self._first_valid(task) is not None:
            return "answered"
        return "given up" if any(one.by in self.people and _by_one(one) for one in task.handed) else None

    def checked(self, task: Task, honeypot_id: str) -> Submission | None:
        """The first valid answer to a honeypot."""
        found = self._first_valid(task)
        return None if found is None else self._submission(task, *found, honeypot_id)

    def ruling(self, task: Task, case: Case) -> Ruling | None:
        """The first valid answer to a case, with what was written beside."""
        found = self._first_valid(task)
        if found is None:
            return None
        one, given = found
        return Ruling(
            item_id=case.item_id,
            answers_digest=case.answers_digest,
            answer=given.answer,
            adjudicator=self.people[one.by or 0],
            reasoning=given.texts.get(REASONING, ""),
            edge_case=given.texts.get(EDGE_CASE) or None,
            ruled_at=moment(one.updated_at),
            blind=case.blind,
            swapped=self.swapped(task),
        )

    def _first_valid(self, task: Task) -> tuple[Handed, Given] | None:
        for one in task.handed:
            try:
                given = self._given(task, one)
            except MalformedError:
                continue
            if self._valid(given):
                return one, given
        return None

    def _given(self, task: Task, one: Handed) -> Given:
        if one.by is None or one.by not in self.people:
            whose = " and ".join(self.people.values())
            raise MalformedError("annotator", f"annotation by user {one.by} in the queue of {whose}")
        if not _by_one(one):
            detail = f"annotation under the name of {self.people[one.by]} was saved by user {one.changed_by}"
            raise MalformedError("annotator", detail)
        if one.skipped:
            raise MalformedError("skipped", f"{self.people[one.by]} skipped it")
        given = read(form_of(self.kind), one.results, task.text)
        return replace(given, answer=flipped(given.answer, swapped=self.swapped(task)))

    def _valid(self, given: Given) -> bool:
        try:
            self.kind.validate(given.answer)
        except InvalidAnswerError:
            return False
        return True

    def _submission(self, task: Task, one: Handed, given: Given, assignment_id: str) -> Submission:
        return Submission(
            assignment_id=assignment_id,
            annotator=self.people[one.by or 0],
            answer=given.answer,
            comment=given.texts.get(COMMENT) or None,
            submitted_at=moment(one.updated_at),
            seconds=one.seconds,
            suggested=task.suggested or given.suggested,
            swapped=self.swapped(task),
        )


def _by_one(one: Handed) -> bool:
    """Whether who is said to have made it also saved it last."""
    return one.changed_by in (None, one.by)


def vanished(task: Task, one: Handed) -> Unreadable:
    """An annotation that was read and is gone now. If it was taken in before, it stands."""
    return unreadable(task, one, "vanished", "the annotation was deleted in Label Studio")


def unreadable(task: Task, one: Handed, reason: str, detail: str) -> Unreadable:
    """The same annotation always makes the same of it, so that it is kept once."""
    raw = {"project": task.project_id, "task": task.task_id, "made_at": task.created_at, "annotation": vars(one)}
    text = json.dumps(raw, sort_keys=True, ensure_ascii=False)
    return Unreadable(raw=text, reason=reason, detail=f"project {task.project_id}, task {task.task_id}: {detail}")
