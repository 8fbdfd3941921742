"""The same body on a real folder and on a real S3 service: callers must not notice the difference."""

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gt_platform.lake import s3
from gt_platform.lake.entries import Stored
from gt_platform.lake.storage import Storage, StorageError
from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from tests.support.backends import s3_prefix
from tests.support.servers import S3Server


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return open_storage("inbox", Settings(home=tmp_path))
    server: S3Server = request.getfixturevalue("s3_server")
    return open_storage(f"{s3_prefix()}/inbox", Settings(home=tmp_path, s3_endpoint=server.endpoint))


@pytest.fixture
def folder(tmp_path: Path) -> Storage:
    return open_storage(str(tmp_path / "inbox"), Settings(home=tmp_path))


def paths(listed: list[Stored]) -> list[str]:
    return [stored.path for stored in listed]


def test_what_is_written_is_read_back(storage: Storage) -> None:
    url = storage.write("day=2026-01-05/ä b+%20.jsonl", b"one\n\x00two")
    assert url == f"{storage.url}/day=2026-01-05/ä b+%20.jsonl"
    assert storage.read("day=2026-01-05/ä b+%20.jsonl") == b"one\n\x00two"
    assert [(one.path, one.size) for one in storage.list()] == [("day=2026-01-05/ä b+%20.jsonl", 8)]


def test_a_missing_place_is_empty(storage: Storage) -> None:
    assert storage.list() == []
    assert storage.list("day=2026-01-05/") == []
    assert not storage.exists("nothing.jsonl")


def test_a_missing_file_says_which(storage: Storage) -> None:
    for read in (storage.read, storage.open):
        with pytest.raises(FileNotFoundError, match=r"nothing\.jsonl"):
            read("nothing.jsonl")


def test_exists(storage: Storage) -> None:
    storage.write("a/b.jsonl", b"")
    assert storage.exists("a/b.jsonl")
    assert not storage.exists("a")
    assert not storage.exists("a/b")


def test_listing_is_sorted_recursive_and_by_prefix(storage: Storage) -> None:
    written = ["b.jsonl", "a/z.jsonl", "a/b/c.jsonl", "a.jsonl", "a-1.jsonl", "é.jsonl", "𝄞.jsonl", "\uffee.jsonl"]
    for path in written:
        storage.write(path, b"x")
    assert paths(storage.list()) == sorted(written)
    assert paths(storage.list("a/")) == ["a/b/c.jsonl", "a/z.jsonl"]
    assert paths(storage.list("a")) == ["a-1.jsonl", "a.jsonl", "a/b/c.jsonl", "a/z.jsonl"]
    assert paths(storage.list("a/b/c")) == ["a/b/c.jsonl"]


def test_listing_leaves_out_hidden_and_temporary_files(storage: Storage) -> None:
    for path in (".hidden", "_SUCCESS", "half.tmp", "_temporary/part.jsonl", ".git/x", "seen_.jsonl"):
        storage.write(path, b"x")
    assert paths(storage.list()) == ["seen_.jsonl"]


@pytest.mark.slow
def test_listing_goes_on_after_the_first_page(s3_server: S3Server, tmp_path: Path) -> None:
    storage = open_storage(s3_prefix(), Settings(home=tmp_path, s3_endpoint=s3_server.endpoint))
    for number in range(1005):  # S3 returns a thousand at once
        storage.write(f"many/{number:04}", b"")
    assert paths(storage.list("many/")) == [f"many/{number:04}" for number in range(1005)]


def test_the_version_follows_the_content(storage: Storage) -> None:
    storage.write("a", b"one")
    (first,) = storage.list()
    assert storage.list() == [first]
    storage.write("a", b"two")
    (second,) = storage.list()
    assert second.version != first.version
    assert storage.read("a") == b"two"


def test_a_stream_gives_what_is_asked_for(storage: Storage) -> None:
    content = bytes(range(256)) * 10_000
    storage.write("a", content)
    with storage.open("a") as stream:
        assert stream.read(3) == content[:3]
        assert stream.read(1_500_000) == content[3:1_500_003]
        assert stream.read() == content[1_500_003:]
        assert stream.read(1) == b""
    storage.write("lines", b"one\ntwo")
    with storage.open("lines") as stream:
        assert list(stream) == [b"one\n", b"two"]


def test_an_iterable_is_written_in_parts(storage: Storage) -> None:
    parts = [b"", b"a" * 9_000_000, b"", b"b" * 3, b"c" * 9_000_000]
    storage.write("big", iter(parts))
    (stored,) = storage.list()
    assert stored.size == 18_000_003
    assert storage.read("big") == b"".join(parts)
    storage.write("nothing", iter([]))
    assert storage.read("nothing") == b""


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(storage: Storage) -> None:
    storage.write("a", b"old")

    def broken() -> Iterator[bytes]:
        yield b"n" * 20_000_000
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        storage.write("a", broken())
    assert paths(storage.list()) == ["a"]
    assert storage.read("a") == b"old"


def test_a_reader_never_sees_half_a_file(storage: Storage) -> None:
    contents = {b"a" * 300_000, b"b" * 300_000}
    storage.write("a", min(contents))
    done = threading.Event()

    def rewrite() -> None:
        for _ in range(20):
            for content in contents:
                storage.write("a", content)
        done.set()

    writer = threading.Thread(target=rewrite)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(storage.read("a"))
    writer.join()
    assert seen <= contents


@pytest.mark.parametrize("path", ["../a", "a/../../a", "/etc/hostname", "", ".", "a\0b"])
def test_a_path_out_of_the_storage_is_refused(storage: Storage, path: str) -> None:
    with pytest.raises(StorageError, match="not a path inside"):
        storage.write(path, b"x")
    with pytest.raises((StorageError, FileNotFoundError)):  # S3 has no way out: there it is a missing file
        storage.read(path)


def test_a_link_out_of_a_folder_is_not_followed(folder: Storage, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "elsewhere").mkdir()
    folder.write("a", b"x")
    (tmp_path / "inbox" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "inbox" / "out").symlink_to(tmp_path / "elsewhere")
    assert paths(folder.list()) == ["a"]
    with pytest.raises(StorageError, match="link out of"):
        folder.read("link")
    with pytest.raises(StorageError, match="link out of"):
        folder.write("out/b", b"x")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_pipe_in_a_folder_is_left_out(folder: Storage, tmp_path: Path) -> None:
    folder.write("a", b"x")
    os.mkfifo(tmp_path / "inbox" / "pipe")  # reading it would wait for ever
    (tmp_path / "inbox" / "dangling").symlink_to(tmp_path / "inbox" / "gone")
    assert paths(folder.list()) == ["a"]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_bytes(b"")
    with pytest.raises(StorageError, match="inbox is a file; a folder is needed"):
        open_storage("inbox", Settings(home=tmp_path)).list()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="sees what is synced through /proc")
def test_a_folder_is_written_through_to_disk(folder: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[tuple[str, bool]] = []
    real = os.fsync

    def spy(descriptor: int) -> None:
        where = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append((where.name, (tmp_path / "inbox" / "day" / "a").exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", spy)
    folder.write("day/a", b"x")
    (temporary, replaced), *folders = synced
    assert temporary.startswith(".")
    assert not replaced
    assert folders == [("day", True), ("inbox", True)]


@pytest.mark.parametrize(
    ("url", "message"),
    [("gs://bucket/x", "only folders and s3:// are known"), ("s3:///x", "names no bucket")],
)
def test_a_url_that_is_no_storage(url: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=message):
        open_storage(url, Settings(home=tmp_path))


def wrong_secret(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")


def unknown_key(patch: pytest.MonkeyPatch) -> None:
    patch.setenv("AWS_ACCESS_KEY_ID", "unknown")


def no_keys(patch: pytest.MonkeyPatch) -> None:
    patch.delenv("AWS_ACCESS_KEY_ID")
    patch.delenv("AWS_SECRET_ACCESS_KEY")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (wrong_secret, "secret key is wrong; check AWS_SECRET_ACCESS_KEY"),
        (unknown_key, "access key is not known there; check AWS_ACCESS_KEY_ID"),
        (no_keys, "no credentials; set AWS_ACCESS_KEY_ID"),
    ],
)
def test_credentials_that_do_not_do(
    spoil: Callable[[pytest.MonkeyPatch], None],
    message: str,
    s3_server: S3Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoil(monkeypatch)
    storage = open_storage(s3_prefix(), Settings(home=tmp_path, s3_endpoint=s3_server.endpoint))
    with pytest.raises(StorageError, match=message):
        storage.list()


def test_storages_share_a_client_until_keys_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def client() -> object:
        return s3.S3Prefix("bucket", uuid.uuid4().hex, "http://127.0.0.1:9")._client

    monkeypatch.setattr(s3, "RENEWED", 1e9)  # seconds: not while this test runs
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "one")
    shared = client()
    assert client() is shared
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "two")
    assert client() is not shared
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "one")
    assert client() is shared
    monkeypatch.setattr(s3, "RENEWED", 1e-9)
    assert client() is not client()


def test_a_missing_bucket_says_so(s3_server: S3Server, tmp_path: Path) -> None:
    storage = open_storage("s3://gt-no-such-bucket/x", Settings(home=tmp_path, s3_endpoint=s3_server.endpoint))
    for use in (storage.list, lambda: storage.read("a")):
        with pytest.raises(StorageError, match=r"gt-no-such-bucket.*does not exist"):
            use()


def test_a_service_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    storage = open_storage(s3_prefix(), Settings(home=tmp_path, s3_endpoint="http://127.0.0.1:9", patience=0))
    with pytest.raises(StorageError, match="Could not connect"):
        storage.list()
