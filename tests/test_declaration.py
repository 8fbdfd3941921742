"""Declarations: what loads, and that a mistake is named with its file, line, path and what is allowed."""

from pathlib import Path

import pytest

from gt_platform.declaration import load_project
from gt_platform.project import ProjectError

GOOD = """\
name: mood
question: How does it feel?
inbox: inbox/dt={day}
start: 2026-01-05
answer:
  kind: choice
  labels: {bad: unhappy, good: happy}
drift:
  reference: {first: 2026-01-05, last: 2026-01-06}
  columns:
    - {name: output, of: output}
sampling: {budget: 40}
labeling: {backend: replay, overlap: 3, options: {answers: replay.jsonl}}
benchmark:
  metrics: [accuracy]
"""


def write(folder: Path, text: str, guidelines: str = "Read it twice.") -> Path:
    project = folder / "mood"
    project.mkdir(exist_ok=True)
    (project / "project.yaml").write_text(text, encoding="utf-8")
    (project / "guidelines.md").write_text(guidelines, encoding="utf-8")
    return project


def test_a_good_declaration_loads_with_its_defaults(tmp_path: Path) -> None:
    project = load_project(write(tmp_path, GOOD))
    assert (project.sampling.budget, project.sampling.floor, project.timezone) == (40, 0.5, "UTC")
    assert project.answer_kind.validate("good") == "good"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("budget: 40", "budgets: 40", 12, "sampling.budgets: unknown key; allowed here: budget, floor, minimum"),
        ("budget: 40", "budget: none", 12, "sampling.budget: Input should be a valid integer"),
        ("kind: choice", "kind: choose", 5, "answer: kind is 'choose'; known kinds: boxes, choice, choices"),
        ("labels:", "label:", 5, "answer: labels: Field required"),
        (
            "[accuracy]",
            "[acuracy]",
            1,
            "benchmark.metrics: choice has no 'acuracy', it offers accuracy, f1, precision, recall",
        ),
        ("last: 2026-01-06", "last: 2026-01-04", 9, r"last (2026-01-04) is before first (2026-01-05)"),
        ("of: output", "of: outputs", 11, "drift.columns.0.of: String should match pattern"),
        ("name: mood", "name: main", 1, "reserved by the lake"),
        ("name: mood", "name: Mood!", 1, "String should match pattern"),
        ("overlap: 3", "overlap: 3, maximum: 5", 13, "give both of maximum and confidence, or neither"),
        ("overlap: 3", "overlap: 3, spot_check: 0.1", 13, "labeling: spot_check is now expert_check"),
        ("overlap: 3", "overlap: 3, expert_check: {}", 13, "labeling.expert_check.budget: Field required"),
        ("overlap: 3", "overlap: 3, cost: {expert: 0}", 13, "labeling.cost.expert: Input should be greater than 0"),
        ("name: mood", "truth: oracles\nname: mood", 1, "truth: Input should be 'experts', 'annotators' or"),
        ("overlap: 3", "overlap: 3, maximum: 3, confidence: .8", 13, "maximum (3) must be above overlap (3)"),
        ("overlap: 3", "overlap: 3, annotators: {pause: .8}", 13, "pause (0.8) is above watch (0.7)"),
        ("overlap: 3", "overlap: 3, language: input.lang", 13, "labeling.language: String should match pattern"),
        ("overlap: 3", "overlap: 3, honeypots: {share: .9}", 13, "labeling.honeypots.share"),
        ("start:", "timezone: Mars/Olympus\nstart:", 4, "not an IANA time zone"),
        ("{day}", "{day}/{hour}", 3, "the only placeholder is {day}"),
    ],
)
def test_a_mistake_is_named_where_it_stands(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    folder = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ProjectError) as caught:
        load_project(folder)
    message = str(caught.value)
    assert says in message
    assert message.startswith(f"{folder / 'project.yaml'}:{line}: ")


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD.replace("budget: 40", "budget: 0").replace("overlap: 3", "overlap: 0"))
    with pytest.raises(ProjectError) as caught:
        load_project(folder)
    assert len(str(caught.value).splitlines()) == 2


def test_missing_or_broken_files_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="gt init mood"):
        load_project(tmp_path / "mood")
    with pytest.raises(ProjectError, match="not YAML"):
        load_project(write(tmp_path, "name: [mood"))
    with pytest.raises(ProjectError, match="must be a mapping"):
        load_project(write(tmp_path, "- mood"))


def test_the_folder_must_have_the_projects_name(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="name: is 'moods', but the folder is 'mood'"):
        load_project(write(tmp_path, GOOD.replace("name: mood", "name: moods")))


def test_versions_follow_content_and_nothing_else(tmp_path: Path) -> None:
    first = load_project(write(tmp_path, GOOD))
    reworded = load_project(write(tmp_path, GOOD, "Read it three times."))
    relabeled = load_project(write(tmp_path, GOOD.replace("unhappy", "sad")))
    rebudgeted = load_project(write(tmp_path, GOOD.replace("40", "50")))
    assert reworded.guideline_version != first.guideline_version
    assert reworded.schema_version == first.schema_version
    assert relabeled.schema_version != first.schema_version
    assert (rebudgeted.guideline_version, rebudgeted.schema_version) == (first.guideline_version, first.schema_version)


def test_the_order_of_a_scale_is_part_of_its_schema_and_that_of_labels_is_not(tmp_path: Path) -> None:
    def version(answer: str) -> str:
        text = GOOD.replace("kind: choice\n  labels: {bad: unhappy, good: happy}", answer)
        return load_project(write(tmp_path, text)).schema_version

    rising, falling = "{low: l, high: h}", "{high: h, low: l}"
    assert version(f"kind: ordinal\n  scale: {rising}") != version(f"kind: ordinal\n  scale: {falling}")
    assert version(f"kind: choice\n  labels: {rising}") == version(f"kind: choice\n  labels: {falling}")
