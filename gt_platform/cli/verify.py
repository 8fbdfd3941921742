"""`gt verify` and `gt keys`: whether the lake and its releases are what was written, and what proves it to others."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import duckdb
import typer

from gt_platform.checks import structure
from gt_platform.cli.app import ProjectName, UsageError, app, out, project_named, settings, store_of
from gt_platform.errors import GroundTruthError
from gt_platform.feedback import verify_conservation
from gt_platform.lake import Lake, LakeError, Store, proof
from gt_platform.lake.outages import in_words
from gt_platform.lake.tables import DECISIONS, DUPLICATES, GROUND_TRUTH, SETTLEMENTS, SPLITS, TABLES
from gt_platform.project import Project
from gt_platform.signing import Signer, key_file, make, public_key
from gt_platform.truth import redacted, verify_fold, verify_releases

keys = typer.Typer(no_args_is_help=True, help="What releases are signed with.")
app.add_typer(keys, name="keys")

Check = Callable[[], Iterable[str]]


@app.command()
def verify(
    project: ProjectName = None,
    given: Annotated[
        str | None, typer.Option("--public-key", help="A PEM file or 64 hex digits: who must have signed the releases.")
    ] = None,
    head: Annotated[
        str | None, typer.Option(help="A head that was printed before: nothing up to it was changed.")
    ] = None,
) -> None:
    """Prove the lake by scanning and hashing: every commit and row, keys, conservation, truth, releases, bundles."""
    declared = project_named(project)
    key = public_key(given) if given else None
    try:
        with store_of(declared) as (lake, store), store.snapshot():
            chain = proof.chain_of(store)
            folds = chain.follows(store, GROUND_TRUTH, DECISIONS, SETTLEMENTS, DUPLICATES, SPLITS)
            wrong = list(_problems(lake, store, declared, chain, folds=folds, key=key))
            items = redacted(store)
    except duckdb.Error as error:
        raise LakeError(f"the lake cannot be read: {in_words(error)}") from None
    if head and head.lower() not in chain.heads:
        wrong.append(f"no commit of this lake has the head {head}: commits were changed or lost, or it is another lake")
    for problem in wrong:
        out.print(f"✗ {problem}", style="red", markup=False, soft_wrap=True)
    if wrong:
        raise typer.Exit(1)
    out.print("✓ commits, rows, keys, conservation, ground truth and releases are as they should be")
    if not folds:
        out.print(
            "  ground_truth is as it was written; decisions that came since are folded into it by the next refresh"
        )
    if items:
        out.print(f"  redacted: {items:,} items, by erasures on record; all that is left is as it was written")
    out.print(f"  head {chain.heads[-1]}: kept elsewhere, it proves later that nothing was rewritten", soft_wrap=True)


@keys.command("make")
def make_key() -> None:
    """Make the private key that releases are signed with; the first release does so where there is none."""
    if settings().signing_key is not None:
        raise UsageError("GT_SIGNING_KEY names the key; without it the home can have one of its own")
    if not make(settings()):
        raise UsageError(f"{key_file(settings())} is there; releases are signed with it. Move it away to begin another")
    out.print(f"{key_file(settings())}: keep a copy where the lake is not; `gt keys show` has the public key")


@keys.command("show")
def show_key() -> None:
    """Print the public key as PEM, for those who verify: `gt keys show > gt.pem`, `gt verify --public-key gt.pem`."""
    signer = Signer(settings())
    if settings().signing_key is None and not key_file(settings()).exists():
        raise UsageError(f"there is no key at {key_file(settings())}; `gt keys make` makes one")
    typer.echo(signer.pem.decode(), nl=False)


def _problems(
    lake: Lake, store: Store, project: Project, chain: proof.Chain, *, folds: bool, key: str | None
) -> Iterator[str]:
    yield from chain.wrong
    yield from _told("the tables", lambda: proof.altered(store, chain))
    yield from _told("the schema", lambda: _misshapen(store))
    yield from _told("keys", lambda: _doubled(store))
    yield from _told("the ledger of files", lambda: verify_conservation(store))
    if folds:  # a night that was cut off before has not come to it
        yield from _told("ground_truth", lambda: _unfolded(store))
    yield from _told("releases", lambda: verify_releases(store, project, bundles=lake.files, public_key=key))


def _misshapen(store: Store) -> Iterator[str]:
    found = structure(store, TABLES).items()
    return (f"{table}: {finding.said}" for (table, _), finding in found if finding.verdict == "fail")


def _doubled(store: Store) -> Iterator[str]:
    return (f"{table}: keys held more than once: {keys}" for table, keys in store.doubled_keys().items())


def _unfolded(store: Store) -> Iterator[str]:
    return (f"ground_truth: item {item} is not what its decisions make it" for item in verify_fold(store)[:10])


def _told(what: str, check: Check) -> Iterator[str]:
    """The sentences of a check; where what it asks cannot be answered, that sentence."""
    try:
        yield from check()
    except (duckdb.Error, GroundTruthError, OSError, ValueError) as error:
        yield f"{what}: cannot be checked: {(str(error).splitlines() or [''])[0]}"
