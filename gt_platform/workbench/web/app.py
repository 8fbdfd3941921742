"""The workbench as one application: its only table of routes, each with those who may."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from gt_platform.project import Project
from gt_platform.workbench.accounts.people import Role
from gt_platform.workbench.exchange.backend import Workbench
from gt_platform.workbench.store import rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web import accounts, api, batch, dashboard, label, quality, render, review
from gt_platform.workbench.web.access import Endpoint, Page
from gt_platform.workbench.web.refusals import from_router
from gt_platform.workbench.web.security import Shield, Site
from gt_platform.workbench.web.static import Static, send

THREADS = 8  # of handlers: writing takes turns anyway, and many more only wait for one another
HASHING_THREADS = 4  # of their own, so that guesses keep nobody from a page

ANYBODY = None
EVERYBODY: frozenset[Role] = frozenset({"annotator", "reviewer", "lead"})
ANNOTATORS: frozenset[Role] = frozenset({"annotator"})
REVIEWERS: frozenset[Role] = frozenset({"reviewer"})
LEADS: frozenset[Role] = frozenset({"lead"})
PROGRAMS: frozenset[Role] = frozenset({"service", "lead"})

P = "/p/{project}"
PAGES: tuple[Page, ...] = (
    Page("GET", "/", accounts.home, EVERYBODY),
    Page("GET", "/signin", accounts.sign_in_form, ANYBODY),
    Page("POST", "/signin", accounts.sign_in, ANYBODY, hashes=True),
    Page("POST", "/signout", accounts.sign_out, EVERYBODY),
    Page("GET", "/account", accounts.account, EVERYBODY),
    Page("POST", "/account", accounts.change_password, EVERYBODY, hashes=True),
    Page("GET", f"{P}", label.queue, ANNOTATORS),
    Page("GET", f"{P}/next", label.next, ANNOTATORS),
    Page("GET", f"{P}/task/{{task_id}}", label.task, ANNOTATORS),
    Page("POST", f"{P}/task/{{task_id}}/submit", label.submit, ANNOTATORS),
    Page("POST", f"{P}/task/{{task_id}}/draft", label.draft, ANNOTATORS),
    Page("POST", f"{P}/task/{{task_id}}/skip", label.skip, ANNOTATORS),
    Page("POST", f"{P}/task/{{task_id}}/suggestion", label.suggestion, ANNOTATORS),
    Page("POST", f"{P}/undo", label.undo, ANNOTATORS),
    Page("GET", f"{P}/batch/{{batch_id}}", batch.show, ANNOTATORS),
    Page("POST", f"{P}/batch/{{batch_id}}/hand-in", batch.hand_in, ANNOTATORS),
    Page("GET", f"{P}/quality", quality.show, ANNOTATORS),
    Page("GET", f"{P}/guideline", label.guideline, EVERYBODY),
    Page("GET", f"{P}/review", review.queue, REVIEWERS),
    Page("GET", f"{P}/review/{{case_id}}", review.case, REVIEWERS),
    Page("POST", f"{P}/review/{{case_id}}/rule", review.rule, REVIEWERS),
    Page("GET", f"{P}/review/{{case_id}}/others", review.others, REVIEWERS),
    Page("POST", f"{P}/review/{{case_id}}/put-back", review.put_back, REVIEWERS),
    Page("POST", f"{P}/review/{{case_id}}/draft", review.draft, REVIEWERS),
    Page("GET", f"{P}/dashboard", dashboard.show, LEADS),
    Page("GET", "/api/health", api.health, ANYBODY, blind=True),
    Page("GET", "/api/projects/{project}/figures", api.figures_of, PROGRAMS),
    Page("GET", "/static/{name}", send, ANYBODY, blind=True),
)


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def create_app(
    database: Database,
    projects: Mapping[str, Project],
    *,
    public_url: str | None = None,
    hosts: Iterable[str] = (),
    now: Callable[[], datetime] = utc_now,
    pages: Iterable[Page] = PAGES,
) -> Starlette:
    """The application over an open store. It answers to this machine's own names, to `hosts` and to the public URL.

    With a public URL that is https it takes itself to be behind a proxy that speaks TLS. Raises OriginError.
    """
    for project in projects.values():
        rules.declare(database, project)
    images = {origin for project in projects.values() for origin in Workbench.of(project).images}
    site = Site.at(public_url, hosts, sorted(images))
    threads, hashing = anyio.CapacityLimiter(THREADS), anyio.CapacityLimiter(HASHING_THREADS)
    app = Starlette(
        routes=[
            Route(page.path, Endpoint(page, hashing if page.hashes else threads).answer, methods=[page.method])
            for page in pages
        ],
        middleware=[Middleware(Shield, site=site)],
        exception_handlers={HTTPException: from_router},
    )
    app.router.redirect_slashes = False
    app.state.database, app.state.projects, app.state.now = database, dict(projects), now
    app.state.site, app.state.image_origins, app.state.static = site, site.images, Static.load()
    app.state.templates = render.environment()
    app.state.templates.globals["static"] = app.state.static.url
    return app
