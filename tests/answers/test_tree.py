"""Nodes of a hierarchy: what is declared, how they settle, and measures worked by hand."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gt_platform.answers import InvalidAnswerError, Known
from gt_platform.answers.form import titles_in
from gt_platform.answers.tree import Tree
from tests.answers.settling import given as answers_of_one
from tests.answers.settling import settled
from tests.support.sentiment import declare

LABELS = {
    "animal": {"dog": "barks", "cat": "purrs", "bird": {"owl": "at night", "hen": ""}},
    "plant": {"oak": "", "herb": {"mint": ""}},
}
LEAVES = Tree(labels=LABELS)
NODES = Tree(labels=LABELS, inner=True)
TOPS = {("precision", top) for top in LABELS} | {("recall", top) for top in LABELS} | {("f1", top) for top in LABELS}


def measured(output: object, truth: str, kind: Tree = NODES) -> dict[tuple[str, str], tuple[float, float]]:
    return {(one.metric, one.label): (one.numerator, one.denominator) for one in kind.measure(output, truth)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": {"a": {"b/c": ""}, "d": ""}}, "a/b/c: the name 'b/c' holds '/', which stands between"),
        ({"labels": {"a>b": "", "d": ""}, "separator": ">"}, "or declare another `separator`"),
        ({"labels": {"a": {}, "d": ""}}, "a: nothing is below it; name labels, or give it a definition"),
        ({"labels": {"a": {"b": None}, "d": ""}}, "a/b: None is neither a definition, as text, nor labels below it"),
        ({"labels": {"a": {1: "", "c": ""}}}, "a/1: a name must be text; put it in quotes"),
        ({"labels": {"a": {"b": ""}}}, "nothing to choose from; declare two leaves or more"),
        ({"labels": {"a": {"b": "", "B ": ""}}}, "'B ' begins or ends with a space"),
        ({"labels": {"a": {"dog": "", "Dog": ""}}}, "differ in case or space only"),
        ({"labels": LABELS, "separator": "::"}, "separator"),
    ],
)
def test_what_is_declared_wrong_is_told_where(changes: dict[str, object], said: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="answer") as caught:
        declare(tmp_path, answer={"kind": "tree", **changes})
    assert said in str(caught.value)


def test_leaves_are_answers_and_inner_nodes_where_declared() -> None:
    assert list(LEAVES.paths) == [
        "animal/dog", "animal/cat", "animal/bird/owl", "animal/bird/hen", "plant/oak", "plant/herb/mint",
    ]  # fmt: skip
    assert NODES.validate("animal/bird") == LEAVES.validate_output("animal/bird") == "animal/bird"
    with pytest.raises(InvalidAnswerError, match="'animal/bird' has others below it: go on to one of them"):
        LEAVES.validate("animal/bird")
    with pytest.raises(InvalidAnswerError, match="is none of the declared paths"):
        LEAVES.validate_output("animal/fox")


def test_its_form_is_a_tree_whose_branches_have_names() -> None:
    form = LEAVES.form()
    assert titles_in(form) == list(form.above) == ["animal", "animal/bird", "plant", "plant/herb"]
    assert titles_in(NODES.form()) == []
    animal, plant = form.branches()
    assert [(one.path, one.name, one.at) for one in animal.below] == [
        ("animal/dog", "dog", 0), ("animal/cat", "cat", 1), ("animal/bird", "bird", None),
    ]  # fmt: skip
    assert (animal.numbers(), plant.numbers()) == ([0, 1, 2, 3], [4, 5])


def test_two_leaves_tie_and_what_is_above_both_leads() -> None:
    tied = settled(LEAVES, ["animal/dog", "animal/cat"])
    assert (tied.answer, tied.reason) == (None, "a tie for first place; animal leads surely")
    (up,) = NODES.settle(answers_of_one(["animal/dog", "animal/cat"])).values()
    assert (up.answer, up.leading, up.reason) == ("animal", "animal", None)
    assert up.confidence == pytest.approx(1, abs=0.01)
    assert up.agreed == ("annotator 0", "annotator 1")
    assert up.votes == {'"animal/cat"': 1, '"animal/dog"': 1}
    assert (up.soft or {})['"animal/dog"'] == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (["animal/bird/owl", "animal/bird/hen", "animal/dog"], "animal/bird"),  # two of three
        (["animal/bird/owl", "animal/dog", "animal/cat"], "animal"),
        (["animal/bird/owl", "animal/bird", "plant/oak"], "animal/bird"),
        (["animal", "animal/bird/hen"], "animal"),
        (["animal/dog", "animal/dog", "animal"], "animal/dog"),
        (["animal/dog", "plant/oak"], None),
        (["animal/dog", "animal/cat", "plant/oak", "plant/herb"], None),
    ],
)
def test_an_item_is_settled_as_deep_as_it_is_sure(said: list[str], answer: str | None) -> None:
    assert settled(NODES, said).answer == answer


@given(said=st.lists(st.sampled_from(list(LEAVES.paths)), min_size=1, max_size=6))
def test_with_inner_answers_nothing_that_leaves_settle_is_lost(said: list[str]) -> None:
    leaf, node = settled(LEAVES, said), settled(NODES, said)
    assert leaf.answer is None or node.answer == leaf.answer
    assert node.answer is None or any(f"{one}/".startswith(f"{node.answer}/") for one in said)
    assert (node.answer is None) == (leaf.answer is None and "leads surely" not in (leaf.reason or ""))


def test_what_is_known_stands() -> None:
    said = answers_of_one(["animal/dog", "animal/cat"])
    known = Known({"item": "plant/oak"}, {})
    assert LEAVES.settle(said, known)["item"].answer == NODES.settle(said, known)["item"].answer == "plant/oak"


@pytest.mark.parametrize(
    ("output", "truth", "exact", "levels", "both", "given", "true"),
    [
        ("animal/bird/owl", "animal/bird/owl", 1, [(1, 1), (1, 1), (1, 1)], 3, 3, 3),
        ("animal/bird/owl", "animal/bird/hen", 0, [(1, 1), (1, 1), (0, 1)], 2, 3, 3),
        ("animal/dog", "animal/bird/hen", 0, [(1, 1), (0, 1), (0, 1)], 1, 2, 3),
        ("animal", "animal/bird/hen", 0, [(1, 1), (0, 1), (0, 1)], 1, 1, 3),
        ("animal/bird/hen", "animal", 0, [(1, 1), (0, 0), (0, 0)], 1, 3, 1),
        ("plant/oak", "animal/dog", 0, [(0, 1), (0, 1), (0, 0)], 0, 2, 2),
        ("dog", "animal/dog", 0, [(0, 1), (0, 1), (0, 0)], 0, 0, 2),
        (None, "animal/dog", 0, [(0, 1), (0, 1), (0, 0)], 0, 0, 2),
    ],
)
def test_an_output_is_measured_level_by_level_and_by_what_is_above(
    output: object, truth: str, exact: int, levels: list[tuple[int, int]], both: int, given: int, true: int
) -> None:
    found = measured(output, truth)
    assert found[("accuracy", "*")] == (exact, 1)
    assert [found[("accuracy", f"level {level}")] for level in (1, 2, 3)] == levels
    assert found[("hierarchical_precision", "*")] == (both, given)
    assert found[("hierarchical_recall", "*")] == (both, true)
    assert found[("hierarchical_f1", "*")] == (2 * both, given + true)
    assert found.keys() - {("accuracy", "*"), *(("accuracy", f"level {level}") for level in (1, 2, 3))} == TOPS | {
        (f"hierarchical_{name}", "*") for name in ("precision", "recall", "f1")
    }


def test_the_first_level_has_measures_by_label() -> None:
    wrong = measured("animal/dog", "plant/oak")
    assert (wrong[("precision", "animal")], wrong[("recall", "plant")], wrong[("f1", "plant")]) == (
        (0, 1),
        (0, 1),
        (0, 1),
    )
    right = measured("animal/dog", "animal/cat", LEAVES)
    assert (right[("precision", "animal")], right[("f1", "animal")], right[("f1", "plant")]) == ((1, 1), (2, 2), (0, 0))


def test_the_schema_of_a_file_is_what_its_paths_make() -> None:
    flat = Tree.fitting(["animal/dog", "animal/cat", "plant"])
    assert (flat.labels, flat.inner) == ({"animal": {"cat": "", "dog": ""}, "plant": ""}, False)
    assert Tree.fitting(["a", "a/b"]).paths.keys() == {"a", "a/b"}
    assert Tree.fitting(["a/b"]).paths.keys() == {"a/b", "not a/b"}
    with pytest.raises(InvalidAnswerError, match="'a//b' is no path"):
        Tree.fitting(["a//b", "c"])


def test_a_text_is_a_path_or_as_much_of_its_end_as_tells_it() -> None:
    kind = Tree(labels={"animal": {"dog": "", "fox": ""}, "toy": {"dog": ""}})
    assert [kind.parse(text) for text in ("animal / dog", "fox")] == ["animal/dog", "animal/fox"]
    with pytest.raises(InvalidAnswerError):
        kind.parse("dog")
