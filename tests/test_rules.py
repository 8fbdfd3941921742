"""Guidelines as rules: what annotators read of them, what is a version, and what is wrong with them."""

from pathlib import Path

import pytest

from gt_platform.declaration import load_project
from gt_platform.markdown import as_html
from gt_platform.project import ProjectError
from gt_platform.project.revised import ORDER, TEXT, Revision, revised, rules_in
from tests.test_declaration import GOOD, write

RULES = """\
changelog:
  2: Irony has a rule.
  2026-01-05: The first rules.
rules:
  - id: irony
    labels: [bad]
    definition: Praise that means
      its opposite.
    good: ["<b>Great</b>, *broken* again."]
    hard: ["1. ![x](y): ask"]
  - id: any_answer
    definition: Read to the end.
"""
READ = """\
Read it twice.

## Rules

### irony

- Labels: bad
- Definition: Praise that means its opposite.
- Good example: \\<b\\>Great\\</b\\>, \\*broken\\* again.
- Hard case: 1. \\!\\[x\\](y): ask

### any\\_answer

- Definition: Read to the end.
"""
PLACES = "kind: boxes\n  labels: {disc: round}"


def ruled(folder: Path, rules: str, declared: str = GOOD) -> Path:
    project = write(folder, declared)
    (project / "guidelines.yaml").write_text(rules, encoding="utf-8")
    return project


def test_rules_stand_below_the_text_in_one_form_and_people_write_no_markup(tmp_path: Path) -> None:
    project = load_project(ruled(tmp_path, RULES))
    assert project.guidelines == READ
    assert [rule.id for rule in project.rules] == ["irony", "any_answer"]
    shown = as_html(project.guidelines)
    assert "&lt;b&gt;Great&lt;/b&gt;, *broken* again." in shown
    assert "1. ![x](y): ask" in shown


def test_a_version_is_what_annotators_read_and_no_changelog(tmp_path: Path) -> None:
    first = load_project(ruled(tmp_path, RULES))
    renamed = load_project(ruled(tmp_path, RULES.replace("Irony has a rule", "Irony is new")))
    reworded = load_project(ruled(tmp_path, RULES.replace("to the end", "it all")))
    assert list(first.changelog) == ["2", "2026-01-05"]
    assert renamed.changelog["2"] == "Irony is new."
    assert renamed.guideline_version == first.guideline_version != reworded.guideline_version


def test_rules_do_without_a_text(tmp_path: Path) -> None:
    folder = ruled(tmp_path, RULES)
    (folder / "guidelines.md").unlink()
    assert load_project(folder).guidelines == READ.removeprefix("Read it twice.\n\n")


def test_what_a_version_changed_is_told_rule_by_rule_to_the_letter() -> None:
    assert list(rules_in(READ)) == ["irony", "any_answer"]
    assert rules_in(READ)["irony"][2] == "Good example: <b>Great</b>, *broken* again."
    _, irony, last = READ.split("### ")
    after = READ.replace("it twice", "it").replace("\\*broken\\*", "broken").replace(f"### {last}", "")
    new = "### new\n\n- Definition: Is new.\n"
    assert revised(READ, f"{after}{new}") == [
        Revision(part=TEXT, change="removed", line="Read it twice."),
        Revision(part=TEXT, change="added", line="Read it."),
        Revision(part="irony", change="removed", line="Good example: <b>Great</b>, *broken* again."),
        Revision(part="irony", change="added", line="Good example: <b>Great</b>, broken again."),
        Revision(part="any_answer", change="removed", line="Definition: Read to the end."),
        Revision(part="new", change="added", line="Definition: Is new."),
    ]
    other_way = READ.replace(f"### {irony}### {last}", f"### {last}\n### {irony.rstrip()}\n")
    assert revised(READ, other_way) == [
        Revision(part=ORDER, change="removed", line="irony, any_answer"),
        Revision(part=ORDER, change="added", line="any_answer, irony"),
    ]
    assert revised(READ, READ) == []


@pytest.mark.parametrize(
    "text",
    ["", "## Rules\n\n### Irony of fate\n\nAsk.\n", "## Rules\n\n- one\n", "Read.\n\n### Rules\n\n### a\n\n- b: c\n"],
)
def test_what_somebody_wrote_under_a_heading_of_that_name_is_text(text: str) -> None:
    assert rules_in(text) == {}
    assert [one.part for one in revised("", text)] == [TEXT] * len(text.splitlines())


@pytest.mark.parametrize("answer", [PLACES, "kind: number\n  minimum: 0\n  maximum: 9\n  unit: m"])
def test_precision_is_told_where_answers_have_one(tmp_path: Path, answer: str) -> None:
    declared = GOOD.replace("kind: choice\n  labels: {bad: unhappy, good: happy}", answer)
    declared = declared.replace("[accuracy]", "[mean_iou]" if answer == PLACES else "[absolute_error]")
    exact = "iou: 0.8" if answer == PLACES else "tolerance: 0.5"
    text = load_project(
        ruled(tmp_path, f"rules: [{{id: r, definition: d, precision: {{{exact}}}}}]", declared)
    ).guidelines
    assert text.endswith("0.8 at the least (intersection over union)\n" if answer == PLACES else "at most 0.5 away\n")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("labels: [bad]", "labels: [bed]", 6, "rules.0.labels.0: 'bed' is not one of bad, good"),
        ("id: any_answer", "id: irony", 11, "rules.1.id: is the id of rule 1 already; every rule has its own"),
        ("id: irony", "id: Irony", 5, "rules.0.id: 'Irony' is not lower-case letters, digits and _"),
        ("Read to the end.", '" "', 12, "rules.1.definition: must not be empty"),
        ("    definition: Read to the end.\n", "", 11, "rules.1.definition: is missing"),
        ("hard:", "harder:", 10, "rules.0.harder: unknown key; allowed here: bad, definition, good, hard, id, labels"),
        ("hard:", "good:", 10, "rules.0.good: is said on line 9 and on line 10; keep one"),
        ("Irony has a rule.", "", 2, "changelog.2: must be text, not nothing"),
        ("labels: [bad]", "precision: {iou: 0.8}", 6, "rules.0.precision.iou: is for spans and boxes"),
        ("labels: [bad]", "precision: {}", 6, "rules.0.precision: give one of iou and tolerance"),
        (
            "labels: [bad]",
            "touches: {pairs: [[bad, bed]]}",
            6,
            "rules.0.touches.pairs.0.1: 'bed' is not one of bad, good",
        ),
        (
            "labels: [bad]",
            "resolves: [case 7]",
            6,
            "rules.0.resolves.0: 'case 7' is not a case as `gt agenda` names it",
        ),
        (RULES, "rules: []", 1, "rules: has 0, and needs at least 1"),
        (RULES, "", 1, "must be a mapping of keys to values"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in RULES
    folder = ruled(tmp_path, RULES.replace(old, new))
    with pytest.raises(ProjectError) as caught:
        load_project(folder)
    assert str(caught.value).startswith(f"{folder / 'guidelines.yaml'}:{line}: {said}")


def test_rules_in_the_wrong_file_are_sent_to_theirs(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"project\.yaml:8: rules: belongs in guidelines\.yaml, beside this file"):
        load_project(write(tmp_path, GOOD.replace("drift:", "rules: []\ndrift:")))
