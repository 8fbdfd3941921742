"""Bringing a backup back, into an empty home. The catalog comes last: until then there is no lake."""

from pathlib import Path

from gt_platform.backup import home
from gt_platform.backup.copying import digested, sound_blocks
from gt_platform.backup.manifest import DATA, HOME, STORE, BackupError, Manifest
from gt_platform.lake import backup as catalogs
from gt_platform.lake.storage import Storage
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from gt_platform.workbench.store import copying as stores
from gt_platform.workbench.store.place import Place


def restore(settings: Settings, source: Path) -> Manifest:
    """Bring a backup back to where the settings say, and say what it held.

    Nothing is written unless the places are empty and everything is there. Raises BackupError, LakeError or
    DatabaseError.
    """
    manifest, place = Manifest.read(source), Place(home=settings.home)
    data = open_storage(settings.data_url, settings)
    _refuse(settings, manifest, place, data)
    _refuse_lacking(source, manifest)
    for one in manifest.objects if manifest.copied else []:
        data.write(one.path, sound_blocks(source / DATA / one.path, one.sha256))
    settings.home.mkdir(parents=True, exist_ok=True)
    home.bring_back(settings, manifest.home, source)
    if manifest.store:
        stores.bring_back(source / STORE, place.url)
    catalogs.bring_back(settings, source)
    return manifest


def _refuse(settings: Settings, manifest: Manifest, place: Place, data: Storage) -> None:
    if settings.home.exists() and (not settings.home.is_dir() or any(settings.home.iterdir())):
        raise BackupError(f"{settings.home} is not empty; a backup is brought back into an empty home: set GT_HOME")
    if not settings.catalog_url.startswith(f"{manifest.catalog}:"):
        raise BackupError(f"the backup is of a {manifest.catalog} catalog; set GT_CATALOG to an empty one of that kind")
    catalogs.refuse_catalog(settings)
    if manifest.store and stores.is_made(place.url):
        raise BackupError("there is a store of the workbench already where GT_WORKBENCH says; name an empty place")
    home.refuse_astray(manifest.home)
    _refuse_data(manifest, data)


def _refuse_data(manifest: Manifest, data: Storage) -> None:
    """Copied files go where there are none; listed ones must be there as they were."""
    listed = {one.path: one for one in data.list()}
    if manifest.copied:
        if listed:
            raise BackupError(f"{data.url} holds {len(listed)} files; a lake is brought back where there are none")
        return
    lost = [
        one.path
        for one in manifest.objects
        if one.path not in listed or (listed[one.path].size, listed[one.path].version) != (one.size, one.version)
    ]
    if lost:
        raise BackupError(
            f"{data.url} lacks {len(lost)} of the {len(manifest.objects)} files that the backup needs, or has them "
            f"changed, such as {lost[0]}: bring them back first, from the bucket's versions or its copy"
        )


def _refuse_lacking(source: Path, manifest: Manifest) -> None:
    files = [(source / HOME / one.path, one.size) for one in manifest.home if one.sha256]
    files += [(source / DATA / one.path, one.size) for one in manifest.objects if one.sha256]
    files += [(source / one.path, one.size) for one in manifest.own]
    lost = [file for file, size in files if not file.is_file() or file.stat().st_size != size]
    lost += [source / one.path for one in manifest.own if not lost and digested(source / one.path)[1] != one.sha256]
    if lost:
        raise BackupError(f"{lost[0]} is not what was copied; {len(lost)} files are not: restore from another backup")
