"""What somebody means who corrects an output."""

import json

from gt_platform.answers import InvalidAnswerError
from gt_platform.canonical import canonical
from gt_platform.project.outputs import Read
from gt_platform.project.project import Project

NO_JUDGEMENT = "outputs are judged here, and a correction is what the output should have been: no judgement of it"


def meant(project: Project, correction: str) -> Read:
    """The answer in a correction (JSON), said as an answer or as outputs are; else why it is none.

    Where outputs are judged it never is one.
    """
    given = json.loads(correction)
    if project.judges_outputs:
        return Read(plain=given, reason="not_allowed", why=NO_JUDGEMENT)
    try:
        return Read(plain=given, answer=project.answer_kind.validate(given))
    except InvalidAnswerError:
        return project.outputs.read(given)


def differs(project: Project, correction: str, output: str) -> bool:
    """Whether something else than the output (JSON, as it is compared with truth) is meant.

    Where outputs are judged a correction is no judgement, but what the output should have been.
    """
    if project.judges_outputs:  # an output has its keys in the order they came in
        return canonical(json.loads(correction)) != canonical(json.loads(output))
    found = meant(project, correction)
    # of what is no answer nobody can tell what it corrects
    return found.reason is None and not project.answer_kind.agrees(found.answer, json.loads(output))
