"""Half of a lake is refused: a catalog that was lost, and data that are elsewhere."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from gt_platform.lake import Lake, LakeError, Store
from gt_platform.lake.outages import NoLakeError
from gt_platform.lake.tables import EVENTS
from gt_platform.settings import Settings
from tests.support.backends import drop_everything, new_database
from tests.support.rows import keyed
from tests.support.servers import PostgresServer

SettingsFor = Callable[[str], Settings]


def fill(settings: Settings) -> None:
    with Lake.open(settings) as lake:
        lake.store("sentiment").commit("a", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a")))


def events(store: Store) -> list[str]:
    return store.read("SELECT event_id FROM events").to_series().to_list()


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("left", [None, b""], ids=["gone", "cut off"])
def test_a_lost_file_of_a_catalog_is_not_replaced(lake_home: Path, left: bytes | None) -> None:
    settings = Settings(home=lake_home)
    fill(settings)
    catalog = lake_home / "lake" / "catalog.sqlite"
    kept, data = catalog.read_bytes(), files(lake_home / "lake" / "data")
    catalog.unlink()
    if left is not None:
        catalog.write_bytes(left)
    for _ in range(2):
        with pytest.raises(LakeError, match=r"catalog is empty or gone, but .*data holds \d+ files"):
            Lake.open(settings)
    with pytest.raises(NoLakeError, match="there is no lake at"):
        Lake.open(settings, read_only=True)
    assert files(lake_home / "lake" / "data") == data
    catalog.write_bytes(kept)
    with Lake.open(settings) as lake:
        assert events(lake.store("sentiment")) == ["a"]


@pytest.mark.parametrize("backend", ["sqlite+s3", "postgres+s3"])
def test_a_lost_catalog_is_not_replaced(settings_for: SettingsFor, backend: str) -> None:
    settings = settings_for(backend)
    fill(settings)
    if backend == "postgres+s3":
        drop_everything(settings)
    else:
        shutil.rmtree(settings.home / "lake")
    with pytest.raises(LakeError, match=r"catalog is empty or gone, but s3://.* holds \d+ files"):
        Lake.open(settings)
    with pytest.raises(NoLakeError, match="there is no lake at"):
        Lake.open(settings, read_only=True)


@pytest.mark.slow
@pytest.mark.parametrize("filled", [True, False])
def test_two_homes_on_one_catalog_need_one_place_of_data(
    settings_for: SettingsFor, tmp_path: Path, *, filled: bool
) -> None:
    first = settings_for("postgres")
    second = Settings(home=tmp_path / "second", catalog=first.catalog)
    if filled:
        fill(first)
    else:
        Lake.open(first).close()
    for read_only in (False, True):
        with pytest.raises(LakeError, match=r"keeps its data in .*, and not in .*second.*: set GT_DATA"):
            Lake.open(second, read_only=read_only)
    assert not (tmp_path / "second" / "lake").exists()
    fill(first)
    together = Settings(home=tmp_path / "second", catalog=first.catalog, data=first.data_url)
    with Lake.open(together) as lake:
        assert events(lake.store("sentiment")) == ["a"]


def test_two_homes_on_one_file_of_a_catalog_need_one_place_of_data(tmp_path: Path) -> None:
    first, second = (
        Settings(home=tmp_path / home, catalog=SecretStr(f"sqlite:{tmp_path}/catalog.sqlite")) for home in "ab"
    )
    fill(first)
    with pytest.raises(LakeError, match="set GT_DATA to where they are"):
        Lake.open(second)


@pytest.mark.slow
def test_a_lake_is_moved_with_its_files(tmp_path: Path) -> None:
    fill(Settings(home=tmp_path / "before"))
    shutil.move(tmp_path / "before", tmp_path / "after")
    for data in (None, f"{tmp_path}/after/lake/data"):
        settings = Settings(home=tmp_path / "after", data=data)
        fill(settings)
        with Lake.open(settings, read_only=True) as lake:
            assert events(lake.store("sentiment")) == ["a"]


@pytest.mark.slow
def test_a_database_that_is_not_there_is_no_lost_lake(postgres_server: PostgresServer, tmp_path: Path) -> None:
    there = new_database(postgres_server)
    (tmp_path / "data" / "main").mkdir(parents=True)
    (tmp_path / "data" / "notes.parquet").write_bytes(b"somebody else's")
    fill(Settings(home=tmp_path, catalog=SecretStr(f"postgres:{there}"), data=f"{tmp_path}/data"))
    with pytest.raises(LakeError, match="does not exist"):
        Lake.open(Settings(home=tmp_path, catalog=SecretStr(f"postgres:{there}x"), data=f"{tmp_path}/data"))
