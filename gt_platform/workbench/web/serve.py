"""Runs the workbench: one process, its pages, and a thread each for webhooks and for leases that expire."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette

from gt_platform.errors import ServeError
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.waiting import terminable
from gt_platform.workbench.accounts import sessions
from gt_platform.workbench.desk import batches
from gt_platform.workbench.exchange.backend import Workbench
from gt_platform.workbench.hooks import webhooks
from gt_platform.workbench.hooks.delivery import Sender
from gt_platform.workbench.hooks.destinations import Allowed, refuse_literal
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.place import Place
from gt_platform.workbench.web.app import create_app, utc_now
from gt_platform.workbench.web.reloading import Reloading
from gt_platform.workbench.web.security import OriginError, origin_of

log = logging.getLogger(__name__)

EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  -- recognized, so that it is not taken for a name
PATIENCE = 10  # seconds requests have to end when the workbench is stopped
TIDYING = 60.0  # seconds between looks for leases that expired


def serve(
    settings: Settings,
    projects: Mapping[str, Project],
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    public_url: str | None = None,
    started: Callable[[str], None] = lambda url: None,  # noqa: ARG005
) -> None:
    """Serve until Ctrl-C or SIGTERM, and follow what becomes of the declarations meanwhile. `started` is told the
    address. Raises ServeError and what it serves raises.

    Behind a proxy that speaks TLS `public_url` is how people reach it; then the proxy's word on addresses is taken.
    """
    _check(host, public_url)
    place = Place(home=settings.home)
    secret, allowed = _webhook_secret(place, projects), Allowed.of(place.workbench_webhook_allow)
    database, platform = Database.open(place.url), Platform(settings)

    def made(declared: Mapping[str, Project]) -> Starlette:
        _webhook_secret(place, declared)
        _declare_webhooks(database, declared, allowed)
        hosts = () if host in EVERYWHERE else (host,)
        return create_app(database, declared, platform=platform, public_url=public_url, hosts=hosts)

    try:
        listening = _listen(host, port)
        with listening, terminable():  # uvicorn sends SIGTERM to us once more when it is done
            config = uvicorn.Config(
                Reloading(settings, projects, made),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=public_url is not None,
                timeout_graceful_shutdown=PATIENCE,
                timeout_keep_alive=75,  # people think longer than 5 s, and a proxy may keep connections for 60
                limit_concurrency=1000,
                h11_max_incomplete_event_size=32 * 1024,
            )
            with suppress(KeyboardInterrupt), _beside(database, secret, allowed):
                started(public_url or _address(listening))
                uvicorn.Server(config).run(sockets=[listening])
    except OriginError as error:
        raise ServeError(str(error)) from None
    finally:
        database.close()
        platform.close()


def _check(host: str, public_url: str | None) -> None:
    try:
        public = None if public_url is None else origin_of(public_url)
    except OriginError as error:
        raise ServeError(f"--public-url: {error}") from None
    if host in EVERYWHERE and public is None:
        raise ServeError("to listen on every address, say with --public-url how people reach it: https://label.example")


def _webhook_secret(place: Place, projects: Mapping[str, Project]) -> str | None:
    kept = place.workbench_webhook_secret
    wanting = sorted(name for name, project in projects.items() if Workbench.of(project).webhook)
    if wanting and kept is None:
        raise ServeError(f"{wanting[0]} declares a webhook: set GT_WORKBENCH_WEBHOOK_SECRET, with which it is signed")
    return None if kept is None else kept.get_secret_value()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise ServeError(f"cannot listen on {host}: {error.strerror}") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ServeError(f"cannot listen on {host}:{port}: {error.strerror}; choose another port with --port") from None
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _declare_webhooks(database: Database, projects: Mapping[str, Project], allowed: Allowed) -> None:
    for name, project in projects.items():
        if (url := Workbench.of(project).webhook) is not None:
            webhooks.check_url(url)
            refuse_literal(str(urlsplit(url).hostname), allowed)
        webhooks.set_target(database, name, Workbench.of(project).webhook)


@contextmanager
def _beside(database: Database, secret: str | None, allowed: Allowed) -> Iterator[None]:
    """What goes on while pages are served."""
    stop = threading.Event()
    tidying = threading.Thread(target=_tidy, args=(database, stop), name="leases", daemon=True)
    tidying.start()
    sender = Sender(database, secret, allowed=allowed) if secret else None
    if sender:
        sender.start()
    try:
        yield
    finally:
        stop.set()
        if sender:
            sender.stop()
        tidying.join(PATIENCE)


def _tidy(database: Database, stop: threading.Event) -> None:
    while not stop.wait(TIDYING):
        try:
            batches.release_expired(database, now=utc_now())
            with database.write() as connection:
                sessions.prune(connection, now=utc_now())
        except DatabaseError:
            log.exception("leases wait: the store cannot be used")
