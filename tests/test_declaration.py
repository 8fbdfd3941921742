"""Declarations: what loads, and that a mistake is named with its file, line, path and what is allowed."""

import os
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


@pytest.mark.parametrize("name", ["project.yaml", "guidelines.md"])
def test_a_pipe_is_not_waited_for(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path, GOOD)
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(ProjectError, match=rf"{name}: is no file; put one in its place"):
        load_project(folder)


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
