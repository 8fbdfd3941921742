"""Making a backup, while the lake is in use: nights go on, and annotators work."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from gt_platform.backup import home
from gt_platform.backup.copying import copy_out, digested
from gt_platform.backup.manifest import DATA, STORE, BackupError, Manifest, Object
from gt_platform.lake import backup as catalogs
from gt_platform.lake.entries import Stored
from gt_platform.lake.named import Named
from gt_platform.lake.storage import Storage
from gt_platform.lake.sync import sync_to_disk
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from gt_platform.workbench.store import copying as stores
from gt_platform.workbench.store.place import Place

FILES = "files/"
"""Where reports and bundles are, below the lake's data."""


def take(settings: Settings, target: Path, *, copy_s3: bool = False, history: bool = False) -> Manifest:
    """Make a backup in a new folder. Files on S3 are listed, and copied with `copy_s3`; `history` adds Dagster's runs.

    The catalog comes first. What it names is never changed, and removed a day after it was replaced at the earliest;
    the workbench comes after it, so that whatever the lake has collected is there. Raises BackupError or LakeError.
    """
    _prepare(settings, target)
    named, place = catalogs.save(settings, target), Place(home=settings.home)
    copied = copy_s3 or not settings.data_url.startswith("s3://")
    objects = _objects(settings, named, target if copied else None)
    if has_store := stores.is_made(place.url):
        stores.save(place.url, target / STORE)
    own = [
        file for file in sorted(target.rglob("*")) if file.is_file() and DATA not in file.relative_to(target).parts[:1]
    ]
    done = Manifest(
        software=version("gt-platform"),
        made_at=datetime.now(UTC),
        catalog="postgres" if settings.catalog_url.startswith("postgres:") else "sqlite",
        data=settings.data_url,
        copied=copied,
        own=[_own(file, target) for file in own],
        objects=objects,
        home=home.keep(settings, stores.file_of(place.url), target, history=history),
        store=has_store,
    )
    sync_to_disk(target)
    done.write(target)
    sync_to_disk(target)
    return done


def _prepare(settings: Settings, target: Path) -> None:
    inside = target.resolve().is_relative_to(settings.home.resolve())
    if inside:
        raise BackupError(f"{target} is inside the home that it is to be a backup of; choose a place elsewhere")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} is not empty; a backup goes into a folder of its own")
    target.mkdir(parents=True, exist_ok=True)
    target.chmod(0o700)  # it will hold password hashes and private keys


def _own(file: Path, target: Path) -> Object:
    size, sha256 = digested(file)
    return Object(path=file.relative_to(target).as_posix(), size=size, sha256=sha256)


def _objects(settings: Settings, named: list[Named], target: Path | None) -> list[Object]:
    """The tables' files that the catalog names, and reports and bundles; copied, if there is a target."""
    data = open_storage(settings.data_url, settings)
    listed = {one.path: one for one in data.list()}
    beside = [Named(path=one.path, size=one.size) for path, one in listed.items() if path.startswith(FILES)]
    if lost := [one for one in named if one.path not in listed or listed[one.path].size != one.size]:
        raise BackupError(
            f"{data.url}/{lost[0].path} is not what the catalog says; {len(lost)} files are not: `gt verify`"
        )
    return [_object(data, listed[one.path], target) for one in [*named, *beside]]


def _object(data: Storage, stored: Stored, target: Path | None) -> Object:
    if target is None:
        return Object(path=stored.path, size=stored.size, version=stored.version)
    with data.open(stored.path) as stream:
        size, sha256 = copy_out(stream, target / DATA / stored.path)
    if size != stored.size and not stored.path.startswith(FILES):
        raise BackupError(f"{data.url}/{stored.path} was copied with {size} of {stored.size} bytes; do it again")
    return Object(path=stored.path, size=size, sha256=sha256)
