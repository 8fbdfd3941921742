"""A release as a commit with a tag, in a repository of git that its user names; with DVC, which git then holds a
pointer for.

The working tree is touched below one folder alone, and nothing is pushed.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from gt_platform.exports.handed import ExportError, Handed
from gt_platform.exports.tables import as_jsonl

TRUTH = "ground_truth.jsonl"


def to_git(handed: Handed, target: str) -> str:
    """Commit the release and tag it; says what was made. Raises ExportError, and then nothing is committed."""
    repository = _Repository(Path(target))
    folder = handed.project.name
    return repository.commit(handed, _written(repository.root / folder, handed), folder)


def to_dvc(handed: Handed, target: str) -> str:
    """The same with the truth in DVC's cache, and its `.dvc` file in git. Raises ExportError."""
    try:
        from dvc.exceptions import DvcException
        from dvc.repo import Repo
    except ImportError:
        raise ExportError("DVC is not installed here: pip install 'gt-platform[dvc]'") from None
    repository = _Repository(Path(target))
    if not (repository.root / ".dvc").is_dir():
        raise ExportError(f"{repository.root}: is no repository of DVC; make it one with `dvc init`")
    written = _written(repository.root / handed.project.name, handed)
    truth = repository.root / handed.project.name / TRUTH
    try:
        with Repo(str(repository.root)) as repo:
            repo.add(str(truth))
    except DvcException as error:
        raise ExportError(f"{repository.root}: DVC could not add {TRUTH}: {error}") from None
    pointers = [truth.with_name(f"{TRUTH}.dvc"), truth.with_name(".gitignore")]
    return repository.commit(handed, [*(path for path in written if path != truth), *pointers], handed.project.name)


def _written(folder: Path, handed: Handed) -> list[Path]:
    contents = {
        TRUTH: as_jsonl(handed)[""],
        "README.md": handed.card.encode(),
        "CHANGELOG.md": handed.changelog.encode(),
        "guidelines.md": handed.project.guidelines.encode(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


class _Repository:
    """A repository as git itself sees it. Raises ExportError for a folder that is none, or has staged changes."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ExportError(f"{folder}: there is no such folder; name a repository, or make one with `git init`")
        self.root = folder
        self.root = Path(self._git("rev-parse", "--show-toplevel").strip())
        if self._git("diff", "--cached", "--name-only").strip():
            raise ExportError(f"{self.root}: something is staged already; commit it first, so that this commit is ours")

    def commit(self, handed: Handed, paths: Sequence[Path], folder: str) -> str:
        """Commit the paths, and tag that. A release that was committed before is not committed again."""
        tag = f"{handed.project.name}-{handed.name}"
        self._git("add", "--", *map(str, paths))
        if self._git("diff", "--cached", "--name-only").strip():
            self._git("commit", "-q", "-m", f"{handed.project.name}: {handed.name}\n\nContent digest {handed.digest}")
        elif self._tagged(tag):
            return f"{self.root}: has release {handed.release} already, as {tag}"
        if self._tagged(tag):
            raise ExportError(f"{self.root}: {tag} is another commit already; the release is committed without a tag")
        self._git("tag", "-a", tag, "-m", f"release {handed.release}, content digest {handed.digest}")
        return f"{self.root}: release {handed.release} committed below {folder}/ and tagged {tag}"

    def _tagged(self, tag: str) -> bool:
        return bool(self._git("tag", "--list", tag).strip())

    def _git(self, *words: str) -> str:
        try:
            command = ("git", "-C", str(self.root), *words)
            done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        except FileNotFoundError:
            raise ExportError("git is not installed here") from None
        if done.returncode:
            raise ExportError(f"{self.root}: git {words[0]}: {' '.join((done.stderr or done.stdout).split())}")
        return done.stdout
