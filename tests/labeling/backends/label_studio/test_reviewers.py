"""Reviewers in a real Label Studio: a case with what annotators said, and a drawn one without."""

from dataclasses import replace
from pathlib import Path

import pytest

from gt_platform.labeling.backends.label_studio.review import BLIND
from gt_platform.labeling.messages import Briefing, Case, Opinion
from tests.labeling.backends.label_studio.conftest import Studio, chosen, declared, written

pytestmark = pytest.mark.slow
CASE = Case(
    item_id="item",
    answers_digest="digest",
    input="the case",
    opinions=(Opinion("positive", None), Opinion("negative", "hm")),
    why="a tie",
)


def test_a_reviewer_rules_on_a_case(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "cases")
    backend = studio.backend(project, tmp_path)
    more = Case(item_id="other", answers_digest="digest", input="another", opinions=(), why="expert check", priority=1)
    backend.brief(Briefing(cases=(CASE, more)))
    backend.brief(Briefing(cases=(CASE, more)))
    queue = studio.projects("cases")["review"]
    first, second = studio.tasks(queue)
    assert [first["data"]["input"], second["data"]["input"]] == ["another", "the case"]
    assert second["data"]["opinions"] == "a tie\n\n1. positive\n2. negative\n   hm"
    said = [*chosen("positive"), written("reasoning", "it says so"), written("edge_case", "irony")]
    studio.annotate("ann", first["id"], said)  # no reviewer: the case comes again
    studio.annotate("rev", second["id"], said)
    backend.brief(Briefing(cases=(CASE, more)))
    assert [task["data"]["input"] for task in studio.tasks(queue)] == ["another", "the case", "another"]
    backend.brief(Briefing(cases=(CASE,)))
    assert [task["data"]["input"] for task in studio.tasks(queue)] == ["another", "the case"]
    (ruling,) = backend.rulings([CASE, more])
    assert (ruling.item_id, ruling.answers_digest, ruling.answer) == ("item", "digest", "positive")
    assert (ruling.adjudicator, ruling.reasoning, ruling.edge_case) == ("rev@example.test", "it says so", "irony")
    assert list(backend.rulings([])) == []


def test_an_expert_is_shown_nothing_of_what_annotators_said(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "drawn")
    backend = studio.backend(project, tmp_path)
    drawn = replace(CASE, blind=True)
    backend.brief(Briefing(cases=(CASE,)))
    queue = studio.projects("drawn")["review"]
    (opened,) = studio.tasks(queue)
    assert "a tie" in opened["data"]["opinions"]
    backend.brief(Briefing(cases=(drawn,)))
    (task,) = studio.tasks(queue)
    assert (task["data"]["input"], task["data"]["opinions"]) == ("the case", BLIND)
    assert not task.get("predictions")
    studio.annotate("rev", task["id"], [*chosen("positive"), written("reasoning", "it says so")])
    (ruling,) = backend.rulings([drawn])
    assert (ruling.answer, ruling.blind) == ("positive", True)


def test_what_was_ruled_on_openly_before_it_was_drawn_is_not_blind(studio: Studio, tmp_path: Path) -> None:
    backend = studio.backend(declared(tmp_path, "late"), tmp_path)
    backend.brief(Briefing(cases=(CASE,)))
    (task,) = studio.tasks(studio.projects("late")["review"])
    studio.annotate("rev", task["id"], [*chosen("positive"), written("reasoning", "it says so")])
    (ruling,) = backend.rulings([replace(CASE, blind=True)])
    assert (ruling.answer, ruling.blind) == ("positive", False)
