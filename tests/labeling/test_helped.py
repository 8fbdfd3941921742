"""Whether rules helped: on what is compared, and that nothing is found where nothing changed."""

import json
from itertools import count

import numpy as np
import pytest

from gt_platform import checks
from gt_platform.labeling.asked_twice import taken_twice
from gt_platform.labeling.guidelines import keep_guidelines
from gt_platform.labeling.helped import effects, told_of
from gt_platform.labeling.touched import Reach
from gt_platform.lake import Store
from gt_platform.project import Project
from gt_platform.project.guidelines import Touches
from gt_platform.truth import fold, settle
from tests.bench.rules_helped import RULE, drawn, naive, rows
from tests.labeling.conftest import Declare, Sample
from tests.labeling.people import People
from tests.labeling.test_stale import once, ruled_by

IRONY = {"id": "irony", "labels": ["negative"], "definition": "Praise may mean its opposite."}
NEGATIVE, NEUTRAL, POSITIVE = '"negative"', '"neutral"', '"positive"'
UNSURE = ["negative", "negative", "positive"]


def test_a_pair_counts_where_the_other_answers_are_touched(project: Project) -> None:
    found = rows([[NEGATIVE, NEUTRAL, NEUTRAL], [NEUTRAL] * 3, [NEGATIVE] * 3], [[NEGATIVE] * 3] * 3)
    taken, missing = taken_twice(project, found, [Reach(touches=Touches(labels=("negative",)))])
    assert (taken.weight.tolist(), taken.before.tolist(), missing) == (pytest.approx([1 / 3, 1]), [1.0, 1.0], 0)
    at_odds, _ = taken_twice(project, found, [Reach(touches=Touches(pairs=(("negative", "neutral"),)))])
    assert at_odds.weight.tolist() == []  # of three answers two make it touched, and one is no pair
    web = [row | {"attributes": '{"channel":"web"}'} for row in found]
    everything, _ = taken_twice(project, web, [Reach(touches=Touches(slice={"channel": "web"}))])
    assert everything.weight.tolist() == [1.0, 1.0, 1.0]
    unanswered = [row | {"after": None} for row in found]
    assert taken_twice(project, unanswered, [RULE])[1] == 2


def test_nothing_is_gained_by_asking_again_what_people_disagreed_on(project: Project) -> None:
    rng = np.random.default_rng(3)
    found = drawn(rng, 6000, gain=0.0, slots=3)
    gain = told_of(project, found, None, [RULE])[0].gain
    assert naive(found, "negative") > 0.08
    assert gain.value == pytest.approx(0, abs=0.03)
    more = told_of(project, drawn(rng, 400, gain=1.0, slots=3), None, [RULE])[0]
    assert (more.verdict, more.gain.units > 100) == ("helped", True)


@pytest.mark.slow
def test_from_a_changed_rule_to_whether_it_helped(
    store: Store, labeled_by: Declare, ask: Sample, subtests: pytest.Subtests
) -> None:
    first = ruled_by(labeled_by, {"id": "irony", "labels": ["negative"]}, relabel="touched")
    said: dict[str, list[str]] = {}
    turns = count()
    people = People({f"a{at}": lambda item: said[item].pop() for at in range(9)})
    sure = [f"sure {at}" for at in range(3)]
    texts = [*(f"item {at}" for at in range(24)), *sure]
    ask(first, people, texts)
    asked = dict(store.read("SELECT DISTINCT item_id, input FROM assignments").iter_rows())
    said |= {
        item: ["positive"] * 3 if json.loads(text) in sure else UNSURE if next(turns) % 3 else ["negative"] * 3
        for item, text in asked.items()
    }
    said = {item: list(given) for item, given in said.items()}
    people.minds = {f"a{at}": lambda item: said[item].pop() for at in range(9)}
    people.work()
    once(store, first, people)
    store.commit("guidelines", lambda writer: keep_guidelines(writer, [first.guidelines]))
    newer = ruled_by(labeled_by, IRONY, relabel="touched")
    assert once(store, newer, people) == 24 * 3
    version = first.guideline_version

    with subtests.test("while they are asked nothing is said"):
        waiting = effects(store, newer, version, first.guidelines)[0]
        assert (waiting.missing, waiting.verdict) == (24, "insufficient evidence")
        assert "24 of its items have no new answers yet" in waiting.reason

    said |= {item: ["negative"] * 3 for item in asked}
    people.work()
    once(store, newer, people)
    settle(store, newer)
    fold(store, newer)

    with subtests.test("then it helped"):
        pairs, ac1 = effects(store, newer, version, first.guidelines)
        assert (pairs.measure, ac1.measure, pairs.rule, pairs.missing) == ("pairs", "gwet_ac1", None, 0)
        assert (pairs.verdict, pairs.gain.units, pairs.after.value) == ("helped", 24, 1.0)
        assert pairs.before.value == pytest.approx((8 + 16 * 0) / (8 + 16 * 2 / 3))
        assert str(checks.agreement_and_rules(store, newer).facts["rules"]).startswith("helped: gain 0.57 [")

    with subtests.test("more than can be gained it was not for"):
        assert effects(store, newer, version, first.guidelines, least=1.0)[0].verdict == "helped"

    with subtests.test("of versions without another rule nothing is said"):
        assert effects(store, newer, newer.guideline_version, newer.guidelines) == []
        assert checks.agreement_and_rules(store, first).facts.get("rules") is None
