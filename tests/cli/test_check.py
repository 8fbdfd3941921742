"""`gt check`: what it finds, and what CI sees of it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from gt_platform import feedback
from gt_platform.cli import app
from gt_platform.platform import Platform
from gt_platform.settings import Settings
from tests.support.home import DAYS, make_home, small, write_project


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GT_HOME", str(tmp_path))
    monkeypatch.setenv("GT_PROJECTS", str(tmp_path / "projects"))
    make_home(tmp_path, days=DAYS[:1])
    return tmp_path


def checked(*names: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["check", *names])
    return result.exit_code, result.output


def test_what_can_be_used_passes_and_nothing_is_made(home: Path) -> None:
    assert checked() == (0, "✓ small\n")
    assert not (home / "lake").exists()
    assert checked("large")[0] == 1


def test_every_mistake_is_a_line_and_the_exit_code_says_so(home: Path) -> None:
    file = home / "projects" / "wrong" / "project.yaml"
    write_project(file.parent, inbox="elsewhere", sampling={"budget": 0}, labeling={"backend": "replay"})
    code, said = checked()
    assert code == 1
    assert [line.split(": ", 1)[1] for line in said.splitlines() if line.startswith(f"✗ {file}:")] == [
        "sampling.budget: must be at least 1, and is 0"
    ]
    assert "✓ small" in said
    assert checked("small")[0] == 0
    write_project(file.parent, inbox="elsewhere", labeling={"backend": "replay", "options": {"answer": "a.jsonl"}})
    _, said = checked("wrong")
    assert "labeling.options.answers: is missing" in said
    assert "labeling.options.answer: unknown key; allowed here: answers" in said


def test_a_descriptor_whose_data_are_not_here_is_a_mistake(home: Path) -> None:
    columns = [{"name": "odd", "of": "input.text", "descriptor": "oov_share"}]
    reference = {"first": DAYS[0], "last": DAYS[0]}
    write_project(home / "projects" / "small", drift={"reference": reference, "columns": columns})
    code, said = checked()
    assert code == 1
    assert "drift.columns.0.descriptor: oov_share needs data of NLTK's that are not on this machine" in said


def test_two_that_share_an_inbox_or_a_label_folder_are_told_apart_by_who_was_first(home: Path) -> None:
    files = {"backend": "files", "options": {"folder": "labels"}}
    write_project(home / "projects" / "first", inbox="one", labeling=files)
    write_project(home / "projects" / "second", inbox="two", labeling=files)
    write_project(home / "projects" / "third", inbox="inbox/dt={day}/more")
    code, said = checked()
    assert code == 1
    assert "✓ first" in said
    assert "labeling.options: is, or overlaps with, the label folder of first" in said
    assert "inbox: is, or overlaps with, the inbox of small" in said


def test_a_file_by_another_name_is_not_overlooked(home: Path) -> None:
    folder = home / "projects" / "other"
    write_project(folder, inbox="elsewhere")
    (folder / "project.yaml").rename(folder / "project.yml")
    assert "rename it to project.yaml" in checked("other")[1]


def test_a_slice_no_event_has_is_a_warning(home: Path) -> None:
    settings = Settings()
    platform, project = Platform(settings), small(settings)
    feedback.ingest(platform.store(project), project, DAYS[0], inbox=platform.inbox(project), today=platform.today())
    platform.close()
    write_project(home / "projects" / "small", benchmark={"metrics": ["accuracy"], "slices": ["channel", "chanel"]})
    code, said = checked()
    assert code == 0
    assert "benchmark.slices.1: no event has 'chanel'; they have channel" in said
