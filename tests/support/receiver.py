"""A real HTTP server that takes webhooks and answers as it is told."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.support.serving import Server, running


@dataclass
class Receiver:
    """What came so far, as (path, headers, body), and how the next ones are answered: a status, or a function."""

    url: str
    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)


@contextmanager
def receiver() -> Iterator[Receiver]:
    """Listen on a free port of this machine."""
    with running(Server(("127.0.0.1", 0), _Handler)) as server:
        server.known = known = Receiver(f"http://127.0.0.1:{server.server_port}/hook")  # type: ignore[attr-defined]
        yield known


def drip(handler: BaseHTTPRequestHandler) -> None:
    """One byte at a time, for ever."""
    for _ in range(600):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.05)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        known: Receiver = self.server.known  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known.came.append((self.path, dict(self.headers), body))
        answer = known.answers.pop(0) if known.answers else 204
        if not isinstance(answer, int):
            return answer(self)
        self.send_response(answer)
        if 300 <= answer < 400:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        return None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Tests say what went wrong themselves."""
