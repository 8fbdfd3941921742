"""Erasing a user or an item: each place that holds content forgets in its own way, one after the other.

First the places that are found by texts; then the lake's tombstones, in one commit; then the inbox, whose lines are
found as long as events are; and then all that follows from tombstones alone. So a run that was killed is finished by
the same command.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from gt_platform.erasure import bundles
from gt_platform.erasure.errors import ErasureError
from gt_platform.erasure.home import sweep, sweep_files
from gt_platform.erasure.inbox import Rewritten, rewritten
from gt_platform.erasure.record import Erasure, enter, refuse_key
from gt_platform.erasure.subject import LEAST, Found, Subject, find, item_named
from gt_platform.erasure.texts import forms
from gt_platform.labeling.base import Backend, BackendError, Forgetful, Forgetting, Forgotten
from gt_platform.lake import Lake, Store
from gt_platform.lake.proof import chain_of
from gt_platform.lake.pseudonyms import Key, key_of
from gt_platform.lake.storage import Storage
from gt_platform.lake.vanishing import clean_catalog
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.signing import Signer

ANY = "SELECT count(*) FROM erasures"
ON_RECORD = "SELECT count(*) FROM erasures WHERE erasure_id = ?"
RELEASED = "SELECT count(DISTINCT release) FROM changelog SEMI JOIN theirs USING (item_id)"


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where a project's content lies besides the lake; `others` are files of the home that forget by themselves."""

    settings: Settings
    inbox: Storage
    backend: Backend
    others: Sequence[Path] = ()


@dataclass(frozen=True, kw_only=True)
class Told:
    """What there is, or was: rows by table, files, items that others wrote too, and what is left to do by hand."""

    found: Found
    rows: dict[str, int] = field(default_factory=dict)
    releases: int = 0
    inbox: int = 0
    files: int = 0
    tasks: int = 0
    left: Sequence[str] = ()
    before: bool = False


def look(places: Places, project: Project, subject: Subject) -> Told:
    """What an erasure would empty; nothing is written. Raises ErasureError where there is nothing."""
    with Lake.open(places.settings, read_only=True) as lake:
        store = lake.store(project.name)
        found, subject, key = _found(store, places.settings, subject, make=False)
        rows = lake.redaction(project.name, key, _keyed(key, found)).counts()
        anew, left = rewritten(store, places.inbox, found)
        theirs = pl.DataFrame({"item_id": found.ids["item"]}, schema={"item_id": pl.String})
        releases = int(store.read(RELEASED, frames={"theirs": theirs}).item())
        before = _on_record(store, key, subject)
    return Told(found=found, rows=rows, releases=releases, inbox=len(anew), left=[*left, *_taken(found)], before=before)


def erase(places: Places, project: Project, subject: Subject, *, why: str, actor: str) -> Told:
    """Erase somebody from a project. The same again finds nothing, and finishes what was cut off."""
    if not why.strip():
        raise ErasureError("say why it is erased, for those who ask later: --why; without the person's name")
    Lake.open(places.settings, read_only=True).close()  # it makes none where there is none
    with Lake.open(places.settings) as lake:
        store = lake.store(project.name)
        found, subject, key = _found(store, places.settings, subject, make=True)
        refuse_key(store, key)
        names = [one for one in found.ids["user"] if len(one) >= LEAST]
        written = forms([*found.texts, *found.ids["item"], *names])
        forgotten = _backend(places.backend, key, found)
        anew, left = rewritten(store, places.inbox, found)
        swept = [sweep(places.settings, places.others, written), sweep_files(lake.files, written)] if written else []
        if found.anything:
            enter(lake, project, key, _erasure(project, subject, why, actor, forgotten, anew))
        for one in anew:  # the ledger knows them by now
            places.inbox.write(one.path, one.content)
        released = bundles.empty(lake, project, key, written, Signer(places.settings))
        done = lake.redact(project.name, key, _since(store, project), f"content erased from {project.name}")
    clean_catalog(places.settings)
    return Told(
        found=found,
        rows=done.by_table,
        releases=released,
        inbox=len(anew),
        files=sum(one.files for one in swept),
        tasks=forgotten.tasks,
        left=[*forgotten.left, *left, *_taken(found), *(sentence for one in swept for sentence in one.left)],
    )


def _taken(found: Found) -> list[str]:
    """What a reviewer had made true of items of others stays, since it is the reviewer's word, too."""
    return [
        f"what they proposed is the truth of item {item[:12]}, which others wrote: it stays, without them; "
        "`gt truth correct` or `gt truth retire` it if it must not"
        for item in found.taken
    ]


def _found(store: Store, settings: Settings, subject: Subject, *, make: bool) -> tuple[Found, Subject, Key]:
    if subject.what == "item":
        subject = Subject(what="item", id=item_named(store, subject.id))
    found = find(store, subject)
    known = bool(store.read(ANY).item())
    if not found.anything and not known:
        raise _nothing(store, subject)
    key = key_of(settings, make=make and not known) if make or known else _passing()
    if not found.anything and not _on_record(store, key, subject):
        raise _nothing(store, subject)
    return found, subject, key


def _nothing(store: Store, subject: Subject) -> ErasureError:
    return ErasureError(f"there is nothing of {subject.what} {subject.id!r} in {store.project}, so nothing was erased")


def _passing() -> Key:
    """A key for looking, where there is none yet: nothing is kept of what it made."""
    return Key(inner=secrets.token_hex(32), outer=secrets.token_hex(32))


def _on_record(store: Store, key: Key, subject: Subject) -> bool:
    return bool(store.read(ON_RECORD, [key.of(f"{subject.what} {subject.id}")]).item())


def _keyed(key: Key, found: Found) -> pl.DataFrame:
    rows = [{"kind": kind, "id": key.of(one)} for kind, ids in found.ids.items() for one in ids]
    return pl.DataFrame(rows, schema={"kind": pl.String, "id": pl.String})


def _backend(backend: Backend, key: Key, found: Found) -> Forgotten:
    items, assignments, honeypots = ({one: key.of(one) for one in found.ids[kind]} for kind in KINDS)
    if not items:
        return Forgotten()
    if not isinstance(backend, Forgetful):
        name = type(backend).__name__.removesuffix("Backend")
        return Forgotten(left=[f"{name} cannot forget: delete there what was asked of these {len(items)} items"])
    what = Forgetting(items=items, assignments=assignments, honeypots=honeypots, texts=found.texts)
    try:
        return backend.forget(what)
    except BackendError as error:  # what it still holds is only found as long as the lake knows the items
        raise ErasureError(f"{error}. The lake has erased nothing yet: the same again goes on") from None


KINDS = ("item", "assignment", "honeypot")


def _erasure(
    project: Project, subject: Subject, why: str, actor: str, forgotten: Forgotten, anew: Sequence[Rewritten]
) -> Erasure:
    return Erasure(
        subject=subject,
        why=why.strip(),
        actor=actor,
        audit=[f"{project.labeling.backend}:{number}" for number in forgotten.audit],
        files=[one.row for one in anew if one.row],
    )


def _since(store: Store, project: Project) -> dict[str, int]:
    """From which commit on the chain counts each table."""
    begun: dict[str, int] = {}
    for link in chain_of(store).links:
        for name in link.began:
            of, _, table = name.partition(".")
            if of == project.name:
                begun[table] = link.snapshot
    return begun
