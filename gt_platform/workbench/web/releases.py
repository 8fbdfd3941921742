"""The pages of releases: which there are, what one is and is called, and how two differ."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gt_platform.lake import Store
from gt_platform.truth import published, tags, verify_release
from gt_platform.truth.changelog import changes_of, counted_of
from gt_platform.truth.tags import ReleaseError, release_named
from gt_platform.workbench.archive.blind import to_be_answered
from gt_platform.workbench.store.errors import WorkError
from gt_platform.workbench.store.texts import plain
from gt_platform.workbench.web.asking import project_of
from gt_platform.workbench.web.filters import Filters
from gt_platform.workbench.web.render import page
from gt_platform.workbench.web.tables import platform_of, store_of

CHANGES = ("added", "changed", "retired")
FRONT = "---\n"


def index(request: Request) -> Response:
    """All releases; with `?proof=all`, whether each is what was published."""
    project, store = project_of(request), store_of(request)
    found = published.releases(store).rows(named=True)
    proofs = {row["release"]: _proof(request, store, row["release"]) for row in found if _proves(request)}
    return page(request, "releases.html", project=project, releases=found, proofs=proofs)


def show(request: Request) -> Response:
    """One release: what it changed, what it is called, its card."""
    return _shown(request)


def proof(request: Request) -> Response:
    """Whether a release is still what was published, by scanning and hashing all of it."""
    store = store_of(request)
    number = _number(store, request.path_params["release"])
    wrong = _proof(request, store, number)
    at = f"/p/{project_of(request).name}/releases/{number}"
    return page(request, "proof.html", at=at, project=project_of(request), release=number, wrong=wrong)


def diff(request: Request) -> Response:
    """How a release differs from another one: the one before it, where the address names none."""
    project, store = project_of(request), store_of(request)
    filters = Filters.of(request, ("against", "change", "category"))
    with store.snapshot():
        numbers = published.releases(store)["release"].to_list()
        number = _number(store, request.path_params["release"])
        against = filters["against"] or str(max((one for one in numbers if one < number), default=number))
        category = filters.given.get("category")  # an empty one asks for what has none
        found = published.difference_page(
            store, str(_number(store, against)), str(number),
            change=filters["change"], category=category, **filters.span,
        )  # fmt: skip
    hidden = to_be_answered(request.app.state.database, request.state.account, project.name)
    return page(request, "difference.html", project=project, found=found, filters=filters, releases=numbers,
                hidden=hidden, **_counts(found, filters["change"], category))  # fmt: skip


def call(request: Request) -> Response:
    """Give a release a tag, or note something of it."""
    form, name = request.state.form, request.path_params["release"]
    tag = form.get("tag", "").strip()

    def give(store: Store, who: str) -> None:
        said = plain(form.get("note", ""), "note")
        if tag:
            tags.tag(store, name, tag, note=said or None, who=who)
        else:
            tags.note(store, name, said, who=who)

    return _given(request, give)


def promote(request: Request) -> Response:
    """Give a release a role, which another may lose by it."""
    form, name = request.state.form, request.path_params["release"]

    def give(store: Store, who: str) -> None:
        tags.promote(store, name, form.get("role", ""), note=plain(form.get("note", ""), "note") or None, who=who)

    return _given(request, give)


def _given(request: Request, give: Any) -> Response:
    store = store_of(request)
    number = _number(store, request.path_params["release"])
    try:
        give(store, request.state.account.code)
    except (ReleaseError, WorkError) as error:
        return _shown(request, status=422, error=str(error))
    return RedirectResponse(f"/p/{project_of(request).name}/releases/{number}", 303)


def _shown(request: Request, *, status: int = 200, error: str = "") -> Response:
    project, store = project_of(request), store_of(request)
    with store.snapshot():
        number = _number(store, request.path_params["release"])
        made = published.releases(store)
        found = made.row(by_predicate=pl.col("release") == number, named=True)
        told = changes_of(counted_of(store, number))
    front, body = _split(published.card_of(platform_of(request).files, project, number, found["digest"]))
    return page(
        request, "release.html", status=status, at=f"/p/{project.name}/releases/{number}", project=project,
        release=found, others=[one for one in made["release"] if one != number], roles=tags.ROLES, front=front,
        card=body, told="\n".join(f"- {one}" for one in told), error=error, form=request.state.form,
    )  # fmt: skip


def _counts(found: published.Difference, change: str | None, category: str | None) -> Mapping[str, Any]:
    """Counts by category and change with their sums, and how many rows the list has."""
    rows = {(row["category"], row["change"]): row["items"] for row in found.counted.iter_rows(named=True)}
    categories = sorted({name for name, _ in rows})
    asked = [n for (name, kind), n in rows.items() if change in {None, kind} and category in {None, name}]
    sums = {kind: sum(n for (_, one), n in rows.items() if one == kind) for kind in CHANGES}
    return {"counts": rows, "categories": categories, "kinds": CHANGES, "sums": sums, "rows": sum(asked)}


def _split(card: str) -> tuple[str, str]:
    """A card's metadata and its text."""
    if card.count(FRONT) < 2 or not card.startswith(FRONT):
        return "", card
    _, front, body = card.split(FRONT, 2)
    return front, body


def _number(store: Store, name: str) -> int:
    try:
        return release_named(store, name)
    except ReleaseError as error:
        raise HTTPException(404, f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


def _proof(request: Request, store: Store, release: int) -> list[str]:
    return verify_release(store, project_of(request), release, bundles=platform_of(request).files)


def _proves(request: Request) -> bool:
    return request.query_params.get("proof") == "all"
