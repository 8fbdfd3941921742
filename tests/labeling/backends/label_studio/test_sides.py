"""Two answers side by side in Label Studio: in an order drawn for each task, recorded, and told by nothing in it."""

from pathlib import Path
from typing import Any

from gt_platform.labeling import open_backend
from gt_platform.labeling.base import Staffed
from gt_platform.labeling.messages import Assignment, Briefing, Case, Opinion, Submission
from gt_platform.settings import Settings
from tests.labeling.backends.label_studio.fake import Fake, fake
from tests.support.label_studio import served_at
from tests.workbench.examples import PAIR, SIDES, project

ANN, REV = "ann@example.test", "rev@example.test"


def preferring(home: Path, server: Fake) -> Staffed:
    labeling: dict[str, Any] = {"backend": "label_studio", "options": {"annotators": [ANN], "reviewers": [REV]}}
    one = project("sides", {"kind": "preference"}, show=SIDES, labeling={**labeling, "suggestions": True})
    with served_at(server.url):
        backend = open_backend(one, Settings(home=home))
    assert isinstance(backend, Staffed)
    return backend


def chosen(alias: str) -> dict[str, Any]:
    return {"from_name": "answer", "to_name": "input", "type": "choices", "value": {"choices": [alias]}}


def has_second_first(task: dict[str, Any]) -> bool:
    a, b = task["data"]["shown_1"], task["data"]["shown_2"]
    assert sorted([a, b]) == sorted(f"<p>{PAIR[side]}</p>\n" for side in ("first", "second"))
    return bool(PAIR["second"] in a)


def test_what_is_chosen_as_a_is_stored_as_the_side_it_was(tmp_path: Path) -> None:
    with fake(ANN, REV) as server:
        backend = preferring(tmp_path, server)
        asked = [
            Assignment(assignment_id=f"a{at}", item_id=f"i{at}", slot=1, input=PAIR, suggestion="first")
            for at in range(12)
        ]
        backend.send(asked)
        orders = []
        for _, task in server.waiting():
            orders.append(has_second_first(task))
            assert task["data"]["sides"] == "drawn"
            (suggested,) = task["predictions"][0]["result"]
            assert suggested["value"]["choices"] == ["second" if orders[-1] else "first"]
            server.annotate(task, 1, [chosen("first")])  # which stands under A
        came = [one for one in backend.collect(asked) if isinstance(one, Submission)]
        assert sorted(bool(one.swapped) for one in came) == sorted(orders)
        assert {(one.answer, one.swapped) for one in came} <= {("first", False), ("second", True)}


def test_reviewers_see_opinions_in_their_own_order(tmp_path: Path) -> None:
    with fake(ANN, REV) as server:
        backend = preferring(tmp_path, server)
        opinions = (Opinion("first", None), Opinion("tie", "both"))
        cases = [Case(item_id=f"i{at}", answers_digest="d", input=PAIR, opinions=opinions, why="") for at in range(6)]
        backend.brief(Briefing(cases=tuple(cases)))
        for _, task in server.waiting():
            said = task["data"]["opinions"].split()
            assert said == ["1.", "B" if has_second_first(task) else "A", "2.", "tie", "both"]
            reasoning = {"from_name": "reasoning", "to_name": "input", "type": "textarea", "value": {"text": ["so"]}}
            server.annotate(task, 2, [chosen("first"), reasoning])
        ruled = list(backend.rulings(cases))
        assert len(ruled) == 6
        assert {(one.answer, one.swapped) for one in ruled} <= {("first", False), ("second", True)}
