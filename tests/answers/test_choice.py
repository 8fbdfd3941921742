"""Single labels settled together: majority, annotators weighed, refusals, known truth, labels of an older schema."""

import numpy as np
import pytest

from gt_platform.answers import Answers, Known
from gt_platform.answers.choice import Choice
from tests.stats.consensus.panels import panel

NAMES = ("cat", "dog", "fox")
KIND = Choice(labels=dict.fromkeys(NAMES, ""))


def named(seed: int, **how: object) -> tuple[Answers, dict[str, str]]:
    """A panel's answers with names for its codes, and the truth of each item."""
    cast, truth = panel(seed, **how)  # type: ignore[arg-type]
    items = tuple(f"item {code:03}" for code in cast.item)
    said = Answers(
        items, tuple(f"annotator {code}" for code in cast.annotator), tuple(NAMES[code] for code in cast.label)
    )
    return said, {f"item {code:03}": NAMES[label] for code, label in enumerate(truth)}


def test_a_settlement_says_who_agreed_how_sure_and_why() -> None:
    said = Answers(("a", "a", "a", "b", "b"), ("x", "y", "z", "x", "y"), ("cat", "cat", "dog", "dog", "cat"))
    found = KIND.settle(said)
    assert found["a"].answer == "cat"
    assert found["a"].agreed == ("x", "y")
    assert found["a"].confidence == pytest.approx(2 / 3, abs=0.01)
    assert found["a"].confidence_is == "share of votes"
    assert found["a"].soft == {
        '"cat"': found["a"].confidence,
        '"dog"': pytest.approx(1 / 3, abs=0.01),
        '"fox"': pytest.approx(0, abs=0.01),
    }
    assert found["a"].method == ("weighted votes + skill + habits + matrices; answers to an item correlate by 0.12")
    assert found["b"].answer is None
    assert found["b"].leading in ("cat", "dog")
    assert found["b"].reason == "a tie for first place"


def test_better_raters_weigh_more_than_the_majority_would() -> None:
    said, truth = named(1, items=300, manner="random", bad=3)
    found = KIND.settle(said)
    right = np.mean([found[item].leading == label for item, label in truth.items()])
    votes: dict[str, list[str]] = {}
    for item, answer in zip(said.items, said.answers, strict=True):
        votes.setdefault(item, []).append(answer)
    majority = np.mean([max(NAMES, key=votes[item].count) == label for item, label in truth.items()])
    assert right > majority + 0.02


def test_dishonest_halves_settle_nothing_and_say_so() -> None:
    found = KIND.settle(named(2, items=300, manner="copying", bad=6)[0])
    assert {settlement.answer for settlement in found.values()} == {None}
    assert "no honest majority can be made out" in str(found["item 000"].reason)
    assert "give gold answers" in str(found["item 000"].reason)


def test_known_truth_stands_and_teaches() -> None:
    said, truth = named(2, items=300, manner="copying", bad=6)
    known = {item: truth[item] for item in sorted(truth)[:150]}
    found = KIND.settle(said, known)
    assert all(found[item].answer == label for item, label in known.items())
    rest = [item for item in truth if item not in known]
    assert np.mean([found[item].leading == truth[item] for item in rest]) > 0.8


def test_truth_drawn_by_chance_makes_confidences_probabilities() -> None:
    said, truth = named(5, items=300)
    drawn = dict.fromkeys(sorted(truth)[::6], 1 / 6)
    found = KIND.settle(said, Known({item: truth[item] for item in drawn}, drawn))
    assert {one.confidence_is for one in found.values()} == {"probability"}
    assert found["item 001"].method.endswith("calibrated by known items")
    chosen = KIND.settle(said, Known({item: truth[item] for item in drawn}, {}))
    assert {item for item, one in chosen.items() if one.confidence_is == "probability"} == set(drawn)


def test_labels_of_an_older_schema_count_as_labels_of_their_own() -> None:
    said = Answers(("a", "a", "a"), ("x", "y", "z"), ("wolf", "wolf", "dog"))
    assert KIND.settle(said)["a"].answer == "wolf"
    assert KIND.settle(Answers((), (), ())) == {}


def test_a_file_of_one_label_can_still_be_settled() -> None:
    kind = Choice.fitting(["cat", "cat"])
    assert kind.settle(Answers(("a", "b"), ("x", "x"), ("cat", "cat")))["b"].answer == "cat"


@pytest.mark.slow
def test_texts_taken_for_labels_list_only_the_answers_that_were_given() -> None:
    cells = [(item, annotator) for item in range(2_500) for annotator in range(3)]
    said = tuple(f"{item}, {'differently' if item % 3 == annotator else 'as most say'}" for item, annotator in cells)
    items, annotators = zip(*((f"item {item}", "xyz"[annotator]) for item, annotator in cells), strict=True)
    found = Choice.fitting(said).settle(Answers(items, annotators, said))
    assert found["item 7"].answer == "7, as most say"
    soft = found["item 7"].soft
    assert soft is not None
    assert {'"7, as most say"', '"7, differently"'} <= soft.keys()
    assert soft['"7, as most say"'] > 0.6
    assert len(soft) < 10
    assert found["item 7"].agreed == ("x", "z")
