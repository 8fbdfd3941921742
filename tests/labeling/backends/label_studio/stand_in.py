"""A tiny HTTP server that answers as a test says, to see what the client makes of servers that misbehave."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.serving import Server, running


@dataclass(frozen=True)
class Asked:
    """A request; parameters have their first value."""

    method: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Said:
    """A response; what is no text becomes JSON."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class StandIn:
    """Where it listens, and what it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def count(self, method: str) -> int:
        """How often it was asked so."""
        return sum(one.method == method for one in self.asked)


@contextmanager
def stand_in(answer: Callable[[Asked], Said]) -> Iterator[StandIn]:
    """A server that answers so, on a free port."""
    known = StandIn("")

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            parts = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, parts.path, parameters, dict(self.headers.items()), body)
            known.asked.append(asked)
            said = answer(asked)
            content = (said.body if isinstance(said.body, str) else json.dumps(said.body)).encode()
            self.send_response_only(said.status)
            for name, value in {"Content-Length": str(len(content)), **said.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _do  # noqa: N815  -- the names the library looks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Say nothing."""

    with running(Server(("127.0.0.1", 0), Handler)) as server:
        known.url = f"http://127.0.0.1:{server.server_port}"
        yield known


def forwarded(asked: Asked, url: str) -> Said:
    """What a real server says to it."""
    headers = {
        name: value for name, value in asked.headers.items() if name.lower() in {"authorization", "content-type"}
    }
    answer = httpx.request(
        asked.method, f"{url}{asked.path}", params=asked.parameters, headers=headers, content=asked.body, timeout=60
    )
    return Said(answer.status_code, answer.text)
