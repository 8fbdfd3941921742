"""Backups on every backend, taken while others write; and what is refused, with the places left as they were."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from gt_platform.backup import BackupError, restore, take
from gt_platform.lake import Lake, LakeError, Writer
from gt_platform.lake.outages import NoLakeError
from gt_platform.lake.tables import EVENTS
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from tests.support.programs import start
from tests.support.rights import obeyed
from tests.support.rows import keyed

SettingsFor = Callable[[str], Settings]
EMBEDDED = "sqlite+folder"


def fill(settings: Settings, *events: str) -> None:
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        for event in events:
            store.commit(event, partial(Writer.append, table=EVENTS, rows=keyed(EVENTS, event)))
        lake.files.write("bundles/one/manifest.json", b"{}")


def events(settings: Settings) -> list[str]:
    with Lake.open(settings, read_only=True) as lake:
        return lake.store("sentiment").read("SELECT event_id FROM events ORDER BY ALL").to_series().to_list()


def everything(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("backend", [EMBEDDED, "postgres+s3"])
@pytest.mark.slow
def test_a_backup_that_is_taken_while_others_write_is_one_moment_of_the_lake(
    settings_for: SettingsFor, tmp_path: Path, backend: str
) -> None:
    settings = settings_for(backend)
    fill(settings, "a", "b")
    writer = start(settings, "-m", "tests.support.writer", "sentiment", "1", "25", "20")
    taken = []
    for number in range(4):
        take(settings, tmp_path / f"{number}", copy_s3=True)
        taken.append(tmp_path / f"{number}")
    landed = json.loads(writer.output())
    assert landed == [20] * 25
    for number, backup in enumerate(taken):
        back = settings_for(backend)
        restore(back, backup)
        with Lake.open(back) as lake:
            store = lake.store("sentiment")
            found = store.read("SELECT count(*) AS events, count(DISTINCT event_id) AS once FROM events").row(0)
            commits, rest = divmod(found[0] - 2, 20)
            assert (found[0], rest) == (found[1], 0), number
            scores = store.read("SELECT DISTINCT drift_score FROM row_scores").to_series().to_list()
            assert scores == ([commits - 1.0] if commits else [])  # what is committed together comes back together
            assert lake.files.read("bundles/one/manifest.json") == b"{}"
            store.commit("on", lambda writer: writer.append(EVENTS, keyed(EVENTS, "after")))
            lake.compact()
            assert lake.store("sentiment").doubled_keys() == {}
        assert "after" in events(back)


@pytest.mark.parametrize("backend", ["sqlite+s3", "postgres+s3"])
def test_what_is_on_s3_may_stay_there_and_is_looked_for(
    settings_for: SettingsFor, tmp_path: Path, backend: str
) -> None:
    settings = settings_for(backend)
    fill(settings, "a", "b")
    made = take(settings, tmp_path / "backup")
    assert not (tmp_path / "backup" / "data").exists()
    assert not made.copied
    fresh = settings_for(backend)
    back = Settings(**fresh.model_dump() | {"data": settings.data})
    data = open_storage(settings.data_url, settings)
    lost = next(one.path for one in made.objects if "/events/" in one.path)
    content = data.read(lost)
    for change in (
        lambda: data.remove(lost),
        lambda: data.write(lost, content[:-1]),
        lambda: data.write(lost, content[::-1]),
    ):
        change()
        with pytest.raises(BackupError, match=rf"lacks 1 of the \d+ files that the backup needs.*{lost}"):
            restore(back, tmp_path / "backup")
        with pytest.raises(NoLakeError):
            Lake.open(back, read_only=True)
    data.write(lost, content)
    restore(back, tmp_path / "backup")
    assert events(back) == ["a", "b"]


def test_nothing_is_written_where_something_is(settings_for: SettingsFor, tmp_path: Path) -> None:
    settings, other = settings_for(EMBEDDED), settings_for(EMBEDDED)
    fill(settings, "a")
    fill(other, "b")
    take(settings, tmp_path / "backup")
    elsewhere = tmp_path / "data"
    elsewhere.mkdir()
    (elsewhere / "a.parquet").write_bytes(b"x")
    before = everything(tmp_path)
    wrong = {
        "is not empty; a backup is brought back into an empty home": other,
        "there is a catalog already": Settings(home=tmp_path / "new", catalog=SecretStr(other.catalog_url)),
        "holds 1 files; a lake is brought back where there are none": Settings(
            home=tmp_path / "new", data=str(elsewhere)
        ),
        "of a sqlite catalog": Settings(home=tmp_path / "new", catalog=SecretStr("postgres:dbname=x")),
    }
    for said, there in wrong.items():
        with pytest.raises((BackupError, LakeError), match=said):
            restore(there, tmp_path / "backup")
    assert everything(tmp_path) == before


@pytest.mark.slow
def test_a_database_with_a_catalog_is_not_written_over(settings_for: SettingsFor, tmp_path: Path) -> None:
    settings, other = settings_for("postgres"), settings_for("postgres")
    fill(settings, "a")
    fill(other, "b")
    take(settings, tmp_path / "backup")
    there = Settings(home=tmp_path / "new", catalog=other.catalog)
    with pytest.raises(LakeError, match="holds a lake's catalog already"):
        restore(there, tmp_path / "backup")
    assert events(other) == ["b"]


def test_a_backup_goes_into_a_new_folder_outside_of_the_home(settings_for: SettingsFor, tmp_path: Path) -> None:
    settings = settings_for(EMBEDDED)
    with pytest.raises(NoLakeError, match="there is no lake at"):
        take(settings, tmp_path / "none")
    fill(settings, "a")
    take(settings, tmp_path / "backup")
    with pytest.raises(BackupError, match="is not empty"):
        take(settings, tmp_path / "backup")
    with pytest.raises(BackupError, match="is inside the home"):
        take(settings, settings.home / "backup")
    assert not (settings.home / "backup").exists()


@pytest.mark.parametrize("what", ["cut", "flipped", "gone"])
@pytest.mark.parametrize("where", ["catalog.sqlite", "home/notes", "data/sentiment/events/*.parquet", "backup.json"])
@pytest.mark.slow
def test_a_backup_that_was_changed_makes_no_lake(
    settings_for: SettingsFor, tmp_path: Path, where: str, what: str
) -> None:
    settings = settings_for(EMBEDDED)
    fill(settings, "a")
    (settings.home / "notes").write_text("keep")
    take(settings, tmp_path / "backup")
    (file,) = (tmp_path / "backup").glob(where)
    content = file.read_bytes()
    if what == "gone":
        file.unlink()
    else:
        file.write_bytes(content[:-1] if what == "cut" else bytes([content[0] ^ 1]) + content[1:])
    back = Settings(home=tmp_path / "back")
    with pytest.raises(BackupError, match=r"is not what was copied|is no backup|cannot be read"):
        restore(back, tmp_path / "backup")
    with pytest.raises(NoLakeError):
        Lake.open(back, read_only=True)


@pytest.mark.parametrize("path", ["../astray", "/astray", "away/astray", "a/../../astray"])
def test_nothing_is_brought_back_to_outside_of_the_home(settings_for: SettingsFor, tmp_path: Path, path: str) -> None:
    settings, backup, fresh = settings_for(EMBEDDED), tmp_path / "backup", settings_for(EMBEDDED)
    fill(settings, "a")
    (settings.home / "note").write_text("kept")
    (settings.home / "away").symlink_to(tmp_path)
    take(settings, backup)
    said = json.loads((backup / "backup.json").read_text())
    next(one for one in said["home"] if one["path"] == "note")["path"] = path
    (backup / "backup.json").write_text(json.dumps(said))
    with pytest.raises(BackupError, match="outside of the home"):
        restore(fresh, backup)
    assert not (tmp_path / "astray").exists()
    assert not Path(fresh.catalog_url.removeprefix("sqlite:")).exists()


def test_a_folder_that_may_not_be_looked_into_is_not_left_out_without_a_word(
    settings_for: SettingsFor, tmp_path: Path
) -> None:
    settings = settings_for(EMBEDDED)
    fill(settings, "a")
    closed = settings.home / "inbox" / "closed"
    closed.mkdir(parents=True)
    closed.chmod(0)
    with obeyed(), pytest.raises(BackupError, match="closed cannot be looked into"):
        take(settings, tmp_path / "backup")
    closed.chmod(0o700)
    take(settings, tmp_path / "another")


def test_a_file_of_the_lake_that_is_lost_is_found_by_the_backup(settings_for: SettingsFor, tmp_path: Path) -> None:
    settings = settings_for(EMBEDDED)
    fill(settings, "a")
    next(Path(settings.data_url).glob("sentiment/events/*.parquet")).unlink()
    with pytest.raises(BackupError, match="is not what the catalog says; 1 files are not: `gt verify`"):
        take(settings, tmp_path / "backup")
    with pytest.raises(BackupError, match="one that was not finished"):
        restore(Settings(home=tmp_path / "back"), tmp_path / "backup")
