"""What releases are called: tags that stay, roles that move, notes; and finding a release by any of its names."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from gt_platform.errors import GroundTruthError
from gt_platform.held_out.training_files import blocking
from gt_platform.lake import Store, Writer
from gt_platform.lake.tables import TAGS

Role = Literal["champion", "candidate"]
ROLES: tuple[Role, ...] = ("champion", "candidate")
"""What a release can be to those who use it: the one to measure by, and the one that may be next."""
NEWEST = "newest"
TAG = re.compile(r"(?=.*[^\d])[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
RESERVED = {*ROLES, NEWEST, "restore"}

NUMBERS = "SELECT release FROM releases ORDER BY release"
NAMED = """
    SELECT release FROM tags WHERE kind IN ('tag', 'role') AND name = ? ORDER BY number DESC LIMIT 1
"""
KNOWN = "SELECT DISTINCT name FROM tags WHERE kind = ? ORDER BY name"
HELD = "SELECT release FROM tags WHERE kind = 'tag' AND name = ?"
SAID = "FROM tags WHERE release = ? AND note = ?"
NEXT = "SELECT coalesce(max(number), 0) + 1 FROM tags"


class ReleaseError(GroundTruthError):
    """A release that there is not, or that cannot be called so; the message says which there are."""


@dataclass(frozen=True, kw_only=True)
class Promoted:
    """A release that has a role now, and the one that had it before."""

    release: int
    role: Role
    before: int | None


def releases(tables: Store | Writer) -> list[int]:
    """The numbers of those there are."""
    return tables.read(NUMBERS)["release"].to_list()


def release_named(tables: Store | Writer, name: str) -> int:
    """The release of a number, a tag, a role, or the newest. Raises ReleaseError with those there are."""
    numbers = releases(tables)
    if not numbers:
        raise ReleaseError("there is no release yet; `gt refresh` makes one once items are settled")
    if name == NEWEST:
        return int(numbers[-1])
    if name.isdecimal():
        if int(name) not in numbers:
            raise ReleaseError(f"there is no release {name}; there are {numbers[0]} to {numbers[-1]}")
        return int(name)
    found = tables.read(NAMED, [name])
    if found.is_empty():
        tags = ", ".join(tables.read(KNOWN, ["tag"])["name"]) or "none"
        raise ReleaseError(f"no release is called {name!r}; tags: {tags}; numbers: {numbers[0]} to {numbers[-1]}")
    return int(found.item())


def tag(store: Store, name: str, tagged: str, *, note: str | None = None, who: str) -> int:
    """Give a release a tag that stays with it; return its number. Raises ReleaseError for a tag that is taken."""
    if not TAG.fullmatch(tagged) or tagged in RESERVED:
        raise ReleaseError(
            f"{tagged!r} cannot be a tag: up to 64 letters, digits, '.', '_' and '-', not digits alone, and not "
            f"{', '.join(sorted(RESERVED))}"
        )

    def write(writer: Writer) -> int:
        release, held = release_named(writer, name), writer.read(HELD, [tagged])
        if not held.is_empty() and held.item() != release:
            raise ReleaseError(f"{tagged} is release {held.item()} already, and a tag stays; choose another")
        if held.is_empty():
            _give(writer, release, "tag", tagged, note, who)
        elif note:
            _note(writer, release, note, who)
        return release

    return store.commit(f"tag {tagged}", write)


def note(store: Store, name: str, said: str, *, who: str) -> int:
    """Note something of a release; return its number. Raises ReleaseError."""
    if not said.strip():
        raise ReleaseError("the note says nothing")

    def write(writer: Writer) -> int:
        release = release_named(writer, name)
        _note(writer, release, said, who)
        return release

    return store.commit("note of a release", write)


def promote(store: Store, name: str, role: str, *, note: str | None = None, who: str) -> Promoted:
    """Give a release a role, which another may lose by it.

    Raises ReleaseError, also for a champion whose items lie in a known training file.
    """
    if role not in ROLES:
        raise ReleaseError(f"{role!r} is no role; roles: {', '.join(ROLES)}")
    if role == "champion" and (why := blocking(store)):
        raise ReleaseError(f"{name} cannot be the champion: {why}")

    def write(writer: Writer) -> Promoted:
        release, held = release_named(writer, name), writer.read(NAMED, [role])
        before = None if held.is_empty() else int(held.item())
        if before != release:
            _give(writer, release, "role", role, note, who)
        return Promoted(release=release, role=role, before=before)

    return store.commit(f"promotion to {role}", write)


def _note(writer: Writer, release: int, note: str, who: str) -> None:
    """Note it once, however often it is said: a command may be given again that nobody knows the end of."""
    if writer.read(SAID, [release, note]).is_empty():
        _give(writer, release, "note", None, note, who)


def _give(writer: Writer, release: int, kind: str, name: str | None, note: str | None, who: str) -> None:
    row = {"number": writer.read(NEXT).item(), "release": release, "kind": kind, "name": name, "note": note}
    writer.append(TAGS, TAGS.frame([row | {"given_by": who, "given_at": datetime.now(UTC)}]))
