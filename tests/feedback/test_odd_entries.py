"""Forty odd entries of an inbox: each is set aside with its reason, and what lies around it is taken in."""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gt_platform.feedback import try_again, unledgered, verify_conservation
from tests.feedback.conftest import TODAY, Desk
from tests.records.samples import event, lines
from tests.support import rights

DAY = "dt=2026-01-05"
GOOD = [f"{DAY}/a.jsonl", f"{DAY}/z.jsonl", "dt=2026-01-04/a.jsonl", "dt=2026-01-06/z.jsonl"]
Make = Callable[[Path], object]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Something odd made at a path of the inbox, and what its reason says."""

    make: Make
    says: str
    path: str = f"{DAY}/m.jsonl"


def linked(target: str | Path) -> Make:
    return lambda place: place.symlink_to(target)


def loop_of(links: int) -> Make:
    def make(place: Path) -> None:
        names = [place.with_name(f"{place.name}{number or ''}") for number in range(links)]
        for name, after in zip(names, [*names[1:], names[0]], strict=True):
            name.symlink_to(after)

    return make


def linked_to_a_pipe(place: Path) -> None:
    os.mkfifo(place.with_name(".pipe"))
    place.symlink_to(".pipe")


def bound(place: Path) -> None:
    here = Path.cwd()
    os.chdir(place.parent)  # the address of a socket may have 108 bytes
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(place.name)
    finally:
        os.chdir(here)


def sparse(size: int) -> Make:
    def make(place: Path) -> None:
        with place.open("wb") as file:
            file.write(lines(event(50)))
            file.truncate(size)

    return make


def deep(place: Path) -> None:
    """Folders in folders until no path leads to what is in the innermost."""
    here = os.open(place.parent, os.O_RDONLY)
    name = place.name
    for _ in range(20):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here, name = inner, "d" * 250
    os.close(here)


PIPE = Case(make=os.mkfifo, says="it is a named pipe")
ODD = {
    "pipe": PIPE,
    "pipe called parquet": Case(make=os.mkfifo, says="it is a named pipe", path=f"{DAY}/m.parquet"),
    "pipe without an ending": Case(make=os.mkfifo, says="it is a named pipe", path=f"{DAY}/m"),
    "pipe in place of a day": Case(make=os.mkfifo, says="it is a named pipe", path="dt=2026-01-05b"),
    "socket": Case(make=bound, says="it is a socket"),
    "link to itself": Case(make=loop_of(1), says="leads back to itself"),
    "loop of two": Case(make=loop_of(2), says="leads back to itself"),
    "loop of fifty": Case(make=loop_of(50), says="leads back to itself"),
    "loop in place of a day": Case(make=loop_of(2), says="leads back to itself", path="dt=2026-01-05b"),
    "link to its folder": Case(make=linked("."), says="a link to a folder"),
    "link to the folder above": Case(make=linked(".."), says="it is a link out of"),
    "link to another day": Case(make=linked("../dt=2026-01-04"), says="a link to a folder"),
    "link to nothing": Case(make=linked("gone.jsonl"), says="it is a link to nothing"),
    "link to nothing far away": Case(make=linked("/nowhere/at/all"), says="it is a link to nothing"),
    "link below a file": Case(make=linked("a.jsonl/below"), says="it is a"),
    "link with a name too long": Case(make=linked("n" * 300), says="it cannot be read"),
    "link out": Case(make=linked("/etc/hostname"), says="it is a link out of"),
    "link to the root": Case(make=linked("/"), says="it is a link out of"),
    "link to a device": Case(make=linked("/dev/zero"), says="it is a link out of"),
    "link to a pipe": Case(make=linked_to_a_pipe, says="it is a named pipe"),
    "empty folder called jsonl": Case(make=Path.mkdir, says="it is an empty folder"),
    "empty folder called parquet": Case(make=Path.mkdir, says="it is an empty folder", path=f"{DAY}/m.parquet"),
    "empty folder called gz": Case(make=Path.mkdir, says="it is an empty folder", path=f"{DAY}/m.jsonl.gz"),
    "folders too deep": Case(make=deep, says="it cannot be read", path=f"{DAY}/m"),
    "sparse": Case(make=sparse(1 << 40), says="next to nothing of it was ever written"),
    "sparse parquet": Case(make=sparse(1 << 31), says="next to nothing of it was", path=f"{DAY}/m.parquet"),
    "name with a newline": Case(make=os.mkfifo, says="it is a named pipe", path=f"{DAY}/m\n.jsonl"),
    "name that is not UTF-8": Case(make=os.mkfifo, says="it is a named pipe", path=f"{DAY}/m\udce9.jsonl"),
    "name as long as may be": Case(make=os.mkfifo, says="it is a named pipe", path=f"{DAY}/{'m' * 249}.jsonl"),
    "name of control characters": Case(make=os.mkfifo, says="it is a named pipe", path=f"{DAY}/m\x1b[31m\x07"),
    "name of markup": Case(make=os.mkfifo, says="it is a named pipe", path=f"{DAY}/[red]m<b>'; DROP TABLE"),
}

PARTS = 4
"""Inboxes that the odd entries are dealt out over: one for each took three minutes."""


def content(*given: bytes) -> Make:
    return lambda place: place.write_bytes(b"".join(given))


HELD = {  # in the ledger, and what is odd about them in quarantine
    "no bytes": (f"{DAY}/m.jsonl", content(), "empty"),
    "no ending": (f"{DAY}/m", content(lines(event(50))), "file"),
    "NUL": (f"{DAY}/m.jsonl", content(bytes(100_000)), "json"),
    "half a line": (f"{DAY}/m.jsonl", content(lines(event(50))[:-9]), "json"),
    "text called parquet": (f"{DAY}/m.parquet", content(lines(event(50))), "file"),
    "gzip cut off": (f"{DAY}/m.jsonl.gz", content(b"\x1f\x8b\x08\0\0\0\0\0\0\3"), "truncated"),
    "newline in its name": (f"{DAY}/m\n.jsonl", content(b"{"), "json"),
    "name that is not UTF-8": (f"{DAY}/m\udce9.jsonl", content(b"{"), "json"),
    "name as long as may be": (f"{DAY}/{'m' * 249}.jsonl", content(b"{"), "json"),
    "folder called jsonl": (f"{DAY}/m.jsonl/part.jsonl", content(b"{"), "json"),
}


@pytest.fixture
def around(desk: Desk) -> Iterator[Desk]:
    """An inbox with good files before and behind."""
    for number, path in enumerate(GOOD):
        desk.put(path, lines(event(number)))
    yield desk
    assert verify_conservation(desk.store) == []
    assert unledgered(desk.store, desk.project, inbox=desk.inbox, today=TODAY) == {}


def taken_in(desk: Desk) -> list[str]:
    return [path for (path,) in desk.rows("SELECT path FROM files WHERE events > 0 ORDER BY path")]


def beside(case: Case, number: int) -> str:
    """The case's path with a number in its name, so that several may lie in one inbox."""
    folder, _, name = case.path.rpartition("/")
    return f"{folder}/{number}{name[len(str(number)) * (len(name) > 200) :]}" if folder else f"{name}{number}"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.slow
def test_odd_entries_are_set_aside_after_three_tries(part: int, around: Desk) -> None:
    cases = list(ODD.values())[part::PARTS]
    for number, case in enumerate(cases):
        case.make(Path(around.inbox.url) / beside(case, number))
    for tries in (1, 2, 3):
        assert around.ingest().unread >= len(cases)
        assert taken_in(around) == sorted(GOOD)
        assert set(around.rows("SELECT tries FROM unread")) == {(tries,)}
    assert around.ingest().unread == 0
    found = around.rows("SELECT state, reason FROM unread")
    assert {state for state, _ in found} == {"set_aside"}
    assert all("\n" not in reason and len(reason) < 300 for _, reason in found)
    assert [case for case in cases if not any(case.says in reason for _, reason in found)] == []
    assert [reason for _, reason in found if not any(case.says in reason for case in cases)] == []
    (at,) = around.rows("SELECT max(tries), count(*) FILTER (outcome = 'set_aside') FROM attempts")
    assert at == (3, len(found))


def mode(number: int) -> Make:
    def make(place: Path) -> None:
        place.write_bytes(lines(event(50)))
        place.chmod(number)

    return make


def closed(number: int) -> Make:
    def make(place: Path) -> None:
        place.mkdir()
        (place / "inside.jsonl").write_bytes(lines(event(50)))
        place.chmod(number)

    return make


FORBIDDEN = {
    "file of mode 000": Case(make=mode(0), says="it may not be read"),
    "file one may only write": Case(make=mode(0o200), says="it may not be read"),
    "file one may only run": Case(make=mode(0o111), says="it may not be read", path=f"{DAY}/m.ndjson"),
    "folder of mode 000": Case(make=closed(0), says="it may not be read", path=f"{DAY}/m"),
    "day of mode 000": Case(make=closed(0), says="it may not be read", path="dt=2026-01-03"),
    "folder whose names alone are seen": Case(make=closed(0o400), says="it may not be read", path=f"{DAY}/m"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.slow
def test_what_may_not_be_read_is_set_aside_and_taken_in_once_it_may(name: str, around: Desk) -> None:
    case, place = FORBIDDEN[name], Path(around.inbox.url) / FORBIDDEN[name].path
    case.make(place)
    with rights.obeyed():
        for tries in (1, 2, 3):
            assert around.ingest().unread == 1
            assert taken_in(around) == sorted(GOOD)
            (found,) = around.rows("SELECT tries, reason FROM unread")
            assert (found[0], case.says in found[1]) == (tries, True)
        assert around.ingest().unread == 0
    place.chmod(0o700)
    with rights.obeyed():
        assert around.ingest().events == 1
        assert around.rows("FROM unread") == []


@pytest.mark.parametrize("name", HELD)
@pytest.mark.slow
def test_an_odd_file_is_in_the_ledger_at_once(name: str, around: Desk) -> None:
    path, make, reason = HELD[name]
    place = Path(around.inbox.url) / path
    place.parent.mkdir(exist_ok=True)
    make(place)
    assert around.ingest().quarantined == 1
    assert taken_in(around) == sorted(GOOD)
    assert around.reasons() == [reason]
    assert around.rows("SELECT count(*) FROM attempts") == [(0,)]


@pytest.mark.slow
def test_what_is_mended_is_taken_in_and_no_longer_listed(around: Desk) -> None:
    place = Path(around.inbox.url) / PIPE.path
    os.mkfifo(place)
    around.ingest()
    place.unlink()
    place.write_bytes(lines(event(50)))
    assert around.ingest().events == 1
    assert around.rows("FROM unread") == []
    assert around.rows("SELECT outcome FROM attempts ORDER BY number") == [("failed",), ("gone",)]


@pytest.mark.slow
def test_what_is_set_aside_is_tried_again_when_somebody_asks(around: Desk) -> None:
    os.mkfifo(Path(around.inbox.url) / PIPE.path)
    for _ in range(4):
        around.ingest()
    assert try_again(around.store, "no such path") == 0
    assert try_again(around.store, PIPE.path) == 1
    for _ in range(4):
        around.ingest()
    outcomes = [outcome for (outcome,) in around.rows("SELECT outcome FROM attempts ORDER BY number")]
    assert outcomes == ["failed", "failed", "set_aside", "again", "failed", "failed", "set_aside"]
