"""Releases as commits of a real repository."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gt_platform.exports import ExportError, handed
from gt_platform.exports.repositories import to_git
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from gt_platform.truth.tags import tag
from tests.support.released import lines, published
from tests.support.sentiment import declare


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(Settings(home=tmp_path / "home")) as opened:
        yield opened


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty one, whose user has a name."""
    folder = tmp_path / "repository"
    folder.mkdir()
    for words in (("init", "-q"), ("config", "user.name", "Lee"), ("config", "user.email", "lee@example.org")):
        git(folder, *words)
    return folder


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_a_release_is_a_commit_with_a_tag_once(lake: Lake, tmp_path: Path, repository: Path) -> None:
    store, project = lake.store("sentiment"), declare(tmp_path)
    published(lake, project, {"good": "positive"})
    tag(store, "1", "v1.0", who="lee")
    first = handed(store, project, "v1.0", bundles=lake.files)
    assert to_git(first, str(repository)).endswith("release 1 committed below sentiment/ and tagged sentiment-v1.0")
    assert to_git(first, str(repository)).endswith("has release 1 already, as sentiment-v1.0")
    published(lake, project, {"bad": "negative"})
    to_git(handed(store, project, "newest", bundles=lake.files), str(repository))
    assert git(repository, "log", "--format=%s").splitlines() == ["sentiment: release-2", "sentiment: v1.0"]
    assert git(repository, "tag").split() == ["sentiment-release-2", "sentiment-v1.0"]
    old = git(repository, "show", "sentiment-v1.0:sentiment/ground_truth.jsonl")
    assert [record["input"] for record in lines(old.encode())] == ["good"]
    assert "# sentiment, release 2" in (repository / "sentiment" / "README.md").read_text()


def test_what_is_staged_or_no_repository_is_left_alone(lake: Lake, tmp_path: Path, repository: Path) -> None:
    project = declare(tmp_path)
    published(lake, project, {"good": "positive"})
    release = handed(lake.store("sentiment"), project, "1", bundles=lake.files)
    (repository / "mine.txt").write_text("mine")
    git(repository, "add", "mine.txt")
    with pytest.raises(ExportError, match="something is staged already"):
        to_git(release, str(repository))
    assert git(repository, "diff", "--cached", "--name-only") == "mine.txt\n"
    with pytest.raises(ExportError, match="there is no such folder"):
        to_git(release, str(tmp_path / "nowhere"))
    with pytest.raises(ExportError, match="not a git repository"):
        to_git(release, str(tmp_path))
    assert not (tmp_path / "sentiment").exists()
