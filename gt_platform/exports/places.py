"""Where files of an export go: a file or a folder of this machine, S3, or whatever fsspec knows by its URL."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from gt_platform.exports.handed import ExportError
from gt_platform.exports.layouts import Files
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings


class Place(Protocol):
    """What files are written to, by paths below it."""

    def write(self, path: str, content: bytes) -> object:
        """Write a file in one step."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""


def write_files(files: Files, target: str, settings: Settings, *, force: bool = False) -> list[str]:
    """Write files at or below a target, and return where. Raises ExportError where some are there, unless forced."""
    single = set(files) == {""}
    root, name = _parent(target) if single else (target, "")
    place = _place(root, settings)
    paths = {name or path: content for path, content in files.items()}
    _refuse(place, root, paths, force=force)
    for path, content in paths.items():
        place.write(path, content)
    return [f"{root.rstrip('/')}/{path}" for path in paths]


def _parent(target: str) -> tuple[str, str]:
    if "://" not in target:
        path = Path(target)
        return str(path.parent), path.name
    root, _, name = target.rpartition("/")
    if root.endswith("/") or not name:
        raise ExportError(f"{target}: names no file; write it as in s3://bucket/truth.jsonl")
    return root, name


def _refuse(place: Place, root: str, paths: Iterable[str], *, force: bool) -> None:
    there = [path for path in paths if place.exists(path)]
    if there and not force:
        raise ExportError(f"{root.rstrip('/')}/{there[0]} exists; choose another name or add --force")


def _place(root: str, settings: Settings) -> Place:
    scheme, separator, _ = root.partition("://")
    if not separator:
        return open_storage(str(Path(root).resolve()), settings)
    return open_storage(root, settings) if scheme == "s3" else Remote(root)


class Remote:
    """A place that fsspec knows: gs://, abfs://, sftp:// …; each needs the package that fsspec says."""

    def __init__(self, url: str) -> None:
        import fsspec

        try:
            self._files, self._root = fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise ExportError(f"{url}: {error}") from None

    def write(self, path: str, content: bytes) -> None:
        """Write a file; object stores have all of it or nothing."""
        full = str(PurePosixPath(self._root) / path)
        self._files.makedirs(str(PurePosixPath(full).parent), exist_ok=True)
        self._files.pipe_file(full, content)

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        return bool(self._files.exists(str(PurePosixPath(self._root) / path)))
