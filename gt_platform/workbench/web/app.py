"""The workbench as one application: its only table of routes, each with those who may."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.workbench.accounts.people import Role
from gt_platform.workbench.archive.shelf import Shelves
from gt_platform.workbench.exchange.backend import Workbench
from gt_platform.workbench.store import rules
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.web import (
    accounts,
    agreement,
    annotator,
    api,
    batch,
    cases,
    conflicts,
    dashboard,
    guideline,
    item,
    joining,
    label,
    looking_back,
    people,
    proposals,
    quality,
    releases,
    render,
    report,
    review,
    truth,
)
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
CURATORS: frozenset[Role] = frozenset({"reviewer", "lead"})
LEADS: frozenset[Role] = frozenset({"lead"})
PROGRAMS: frozenset[Role] = frozenset({"service", "lead"})

P = "/p/{project}"
PAGES: tuple[Page, ...] = (
    Page(method="GET", path="/", handler=accounts.home, roles=EVERYBODY),
    Page(method="GET", path="/signin", handler=accounts.sign_in_form, roles=ANYBODY),
    Page(method="POST", path="/signin", handler=accounts.sign_in, roles=ANYBODY, hashes=True),
    Page(method="GET", path="/join/{token}", handler=joining.show, roles=ANYBODY),
    Page(method="POST", path="/join/{token}", handler=joining.join, roles=ANYBODY, hashes=True),
    Page(method="POST", path="/signout", handler=accounts.sign_out, roles=EVERYBODY),
    Page(method="GET", path="/account", handler=accounts.account, roles=EVERYBODY),
    Page(method="POST", path="/account", handler=accounts.change_password, roles=EVERYBODY, hashes=True),
    Page(method="GET", path=f"{P}", handler=label.queue, roles=ANNOTATORS),
    Page(method="GET", path=f"{P}/next", handler=label.next, roles=ANNOTATORS),
    Page(method="GET", path=f"{P}/task/{{task_id}}", handler=label.task, roles=ANNOTATORS),
    Page(method="POST", path=f"{P}/task/{{task_id}}/submit", handler=label.submit, roles=ANNOTATORS),
    Page(method="POST", path=f"{P}/task/{{task_id}}/draft", handler=label.draft, roles=ANNOTATORS),
    Page(method="POST", path=f"{P}/task/{{task_id}}/skip", handler=label.skip, roles=ANNOTATORS),
    Page(method="POST", path=f"{P}/task/{{task_id}}/suggestion", handler=label.suggestion, roles=ANNOTATORS),
    Page(method="POST", path=f"{P}/undo", handler=label.undo, roles=ANNOTATORS),
    Page(method="GET", path=f"{P}/batch/{{batch_id}}", handler=batch.show, roles=ANNOTATORS),
    Page(method="POST", path=f"{P}/batch/{{batch_id}}/hand-in", handler=batch.hand_in, roles=ANNOTATORS),
    Page(method="GET", path=f"{P}/done/{{batch_id}}", handler=looking_back.show, roles=ANNOTATORS),
    Page(method="GET", path=f"{P}/quality", handler=quality.show, roles=ANNOTATORS),
    Page(method="GET", path=f"{P}/guideline", handler=guideline.show, roles=EVERYBODY),
    Page(method="POST", path=f"{P}/guideline", handler=guideline.read, roles=ANNOTATORS),
    Page(method="GET", path=f"{P}/cases", handler=cases.index, roles=EVERYBODY),
    Page(method="GET", path=f"{P}/cases/{{case_id}}", handler=cases.show, roles=EVERYBODY),
    Page(method="POST", path=f"{P}/cases/{{case_id}}", handler=cases.say, roles=EVERYBODY),
    Page(method="POST", path=f"{P}/cases/{{case_id}}/resolve", handler=cases.resolve, roles=LEADS),
    Page(method="GET", path=f"{P}/review", handler=review.queue, roles=REVIEWERS),
    Page(method="GET", path=f"{P}/review/{{case_id}}", handler=review.case, roles=REVIEWERS),
    Page(method="POST", path=f"{P}/review/{{case_id}}/rule", handler=review.rule, roles=REVIEWERS),
    Page(method="GET", path=f"{P}/review/{{case_id}}/others", handler=review.others, roles=REVIEWERS),
    Page(method="POST", path=f"{P}/review/{{case_id}}/put-back", handler=review.put_back, roles=REVIEWERS),
    Page(method="POST", path=f"{P}/review/{{case_id}}/draft", handler=review.draft, roles=REVIEWERS),
    Page(method="GET", path=f"{P}/dashboard", handler=dashboard.show, roles=LEADS),
    Page(method="GET", path=f"{P}/report", handler=report.show, roles=LEADS),
    Page(method="GET", path=f"{P}/feedback", handler=report.feedback, roles=LEADS),
    Page(method="GET", path=f"{P}/annotators/{{code}}", handler=annotator.show, roles=LEADS),
    Page(method="POST", path=f"{P}/annotators/{{code}}/pause", handler=annotator.pause, roles=LEADS),
    Page(method="POST", path=f"{P}/annotators/{{code}}/reinstate", handler=annotator.reinstate, roles=LEADS),
    Page(method="POST", path=f"{P}/annotators/{{code}}/void", handler=annotator.void, roles=LEADS),
    Page(method="GET", path=f"{P}/people", handler=people.index, roles=LEADS),
    Page(method="POST", path=f"{P}/people", handler=people.invite, roles=LEADS),
    Page(method="GET", path=f"{P}/people/{{code}}", handler=people.show, roles=LEADS),
    Page(method="POST", path=f"{P}/people/{{code}}", handler=people.change, roles=LEADS),
    Page(method="POST", path=f"{P}/people/{{code}}/link", handler=people.link, roles=LEADS),
    Page(method="GET", path=f"{P}/conflicts", handler=conflicts.show, roles=CURATORS),
    Page(method="GET", path=f"{P}/agreement", handler=agreement.show, roles=CURATORS),
    Page(method="GET", path=f"{P}/proposals", handler=proposals.index, roles=CURATORS),
    Page(method="GET", path=f"{P}/proposals/{{item_id}}", handler=proposals.show, roles=CURATORS),
    Page(method="POST", path=f"{P}/proposals/{{item_id}}", handler=proposals.decide, roles=CURATORS),
    Page(method="GET", path=f"{P}/releases", handler=releases.index, roles=CURATORS),
    Page(method="GET", path=f"{P}/releases/{{release}}", handler=releases.show, roles=CURATORS),
    Page(method="GET", path=f"{P}/releases/{{release}}/proof", handler=releases.proof, roles=CURATORS),
    Page(method="GET", path=f"{P}/releases/{{release}}/diff", handler=releases.diff, roles=CURATORS),
    Page(method="POST", path=f"{P}/releases/{{release}}/call", handler=releases.call, roles=LEADS),
    Page(method="POST", path=f"{P}/releases/{{release}}/promote", handler=releases.promote, roles=LEADS),
    Page(method="GET", path=f"{P}/truth", handler=truth.show, roles=CURATORS),
    Page(method="GET", path=f"{P}/truth/{{item_id}}", handler=item.show, roles=CURATORS),
    Page(method="POST", path=f"{P}/truth/{{item_id}}/correct", handler=item.correct, roles=CURATORS),
    Page(method="POST", path=f"{P}/truth/{{item_id}}/retire", handler=item.retire, roles=CURATORS),
    Page(method="POST", path=f"{P}/truth/{{item_id}}/restore", handler=item.restore, roles=CURATORS),
    Page(method="POST", path=f"{P}/truth/{{item_id}}/honeypot", handler=item.honeypot, roles=CURATORS),
    Page(method="POST", path=f"{P}/truth/{{item_id}}/ask", handler=item.ask, roles=CURATORS),
    Page(method="GET", path="/api/health", handler=api.health, roles=ANYBODY, blind=True),
    Page(method="GET", path="/api/projects/{project}/figures", handler=api.figures_of, roles=PROGRAMS),
    Page(method="GET", path="/static/{name}", handler=send, roles=ANYBODY, blind=True),
)


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def create_app(
    database: Database,
    projects: Mapping[str, Project],
    *,
    platform: Platform | None = None,
    public_url: str | None = None,
    hosts: Iterable[str] = (),
    now: Callable[[], datetime] = utc_now,
    pages: Iterable[Page] = PAGES,
) -> Starlette:
    """The application over an open store. It answers to this machine's own names, to `hosts` and to the public URL.

    Pages about truth read the lake through `platform`, and are not there without it. With a public URL that is https
    it takes itself to be behind a proxy that speaks TLS. Raises OriginError.
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
    app.state.platform, app.state.shelves = platform, Shelves()
    app.state.conflicts, app.state.agendas, app.state.pairwise = {}, {}, {}
    app.state.reports, app.state.said = report.Reports(report.whole), report.Reports(report.said)
    app.state.site, app.state.image_origins, app.state.static = site, site.images, Static.load()
    app.state.templates = render.environment()
    app.state.templates.globals["static"] = app.state.static.url
    return app
