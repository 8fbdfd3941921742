"""What stands between the workbench and the network: which hosts it answers to, which origins may post, and what
browsers are told not to do. Who somebody is, and what they may, is in access.py.
"""

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gt_platform.errors import GroundTruthError

log = logging.getLogger(__name__)

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HOST = re.compile(r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?")
OURSELVES = frozenset({"same-origin", "none"})  # "none": the person's own doing, such as loading a page again
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms; other sites learn as little from this
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


class OriginError(GroundTruthError):
    """An address that cannot be the workbench's, or pictures'; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the workbench is reached. `public` is its origin behind a TLS proxy, `hosts` the names it answers to;
    pictures, sounds and films may be loaded from `images`.
    """

    public: str | None
    hosts: frozenset[str]
    images: tuple[str, ...] = ()

    @classmethod
    def at(cls, public_url: str | None, hosts: Iterable[str] = (), images: Iterable[str] = ()) -> "Site":
        """The site, with this machine's own names. Raises OriginError."""
        public = None if public_url is None else origin_of(public_url)
        names = {name.lower().strip("[]") for name in hosts} | LOOPBACK
        return cls(
            public=public,
            hosts=frozenset(names | ({host_of(public)} if public else set())),
            images=tuple(map(origin_of, images)),
        )

    @property
    def secure(self) -> bool:
        """Whether browsers reach it over TLS."""
        return self.public is not None and self.public.startswith("https://")

    def cookie(self, name: str) -> str:
        """A cookie's name; over TLS with the prefix that keeps other hosts and paths from setting it."""
        return f"__Host-{name}" if self.secure else name

    def headers(self) -> dict[str, str]:
        """What every response carries."""
        images, media = (" ".join([rule, *self.images]) for rule in ("img-src 'self' data:", "media-src data:"))
        policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; {images}; {media}; connect-src 'self'; "
            "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        sworn = {"Strict-Transport-Security": "max-age=31536000"} if self.secure else {}
        return {"Content-Security-Policy": policy, **HEADERS, **sworn}

    def answers_to(self, headers: Headers) -> bool:
        """Whether the request is for one of our names: another one is a stranger's that was pointed at us."""
        named = [HOST.fullmatch(host) for host in headers.getlist("host")]
        return len(named) == 1 and named[0] is not None and named[0]["name"].lower().strip("[]") in self.hosts

    def came_from_us(self, headers: Headers) -> bool:
        """Whether a request that changes something was sent by one of our pages, as far as the browser tells."""
        if headers.get("sec-fetch-site", "same-origin") not in OURSELVES:
            return False
        host = headers.get("host", "")
        by_proxy = self.public is not None and host_of(f"//{host}") == host_of(self.public)
        return headers.get("origin") in {None, self.public if by_proxy else f"http://{host}"}


def origin_of(url: str) -> str:
    """`https://host[:port]` of a URL that has nothing else. Raises OriginError."""
    parts = urlsplit(url)
    host = host_of(url)
    if parts.scheme not in {"http", "https"} or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise OriginError(f"{url!r} is no address; write https://host or https://host:port")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}" + (f":{parts.port}" if parts.port else "")


def host_of(url: str) -> str:
    """The host in a URL, in lower case, without port and brackets. Raises OriginError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or "@" in url or any(character.isspace() or character in ";,'\"" for character in url):
        raise OriginError(f"{url!r} is no address; write https://host or https://host:port")
    return host


class Shield:
    """The outermost layer: refuses strangers' hosts, adds the headers, and tells nothing of errors."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app, self._site = app, site
        self._headers = site.headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun = False

        async def guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if not self._site.answers_to(Headers(scope=scope)):
            refusal = PlainTextResponse("This is not an address of the workbench.\n", 421)
            return await refusal(scope, receive, guarded)
        try:
            await self._app(scope, receive, guarded)
        except Exception:
            log.exception("a page broke")
            if not begun:
                await PlainTextResponse("Something went wrong here.\n", 500)(scope, receive, guarded)
