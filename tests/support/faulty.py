"""A front before an S3 service that does to single keys what bad days do: a real server, which passes on the rest."""

import contextlib
import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Literal
from urllib.parse import unquote, urlsplit

from tests.support.serving import Server, running

Fault = Literal["refused", "broken", "silent", "stalls", "drips", "cut"]
ANSWERS = {
    "refused": (403, b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>no</Message></Error>"),
    "broken": (500, b"<?xml version='1.0'?><Error><Code>InternalError</Code><Message>no</Message></Error>"),
}


class Front(Server):
    """`faults` by the end of a key; `asked` counts the requests for each of these."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.behind = urlsplit(endpoint).netloc
        self.faults: dict[str, Fault] = {}
        self.asked: Counter[str] = Counter()
        self.over = threading.Event()

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def front(endpoint: str) -> Iterator[Front]:
    """A front for as long as the block runs."""
    with running(Front(endpoint)) as server:
        try:
            yield server
        finally:
            server.over.set()


class _Passing(BaseHTTPRequestHandler):
    server: Front
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        behind = http.client.HTTPConnection(self.server.behind, timeout=30)
        behind.request(self.command, self.path, body=sent or None, headers=dict(self.headers))
        answer = behind.getresponse()
        content = answer.read()
        behind.close()
        status, fault = answer.status, self._fault()
        if fault in ANSWERS:
            status, content = ANSWERS[fault]
        elif fault == "silent":
            self.server.over.wait(20)
        self.send_response_only(status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        length = answer.headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self._write(content, fault)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _serve  # noqa: N815 - as the handler calls them

    def _fault(self) -> Fault | None:
        key = unquote(urlsplit(self.path).path)
        found = next((end for end in self.server.faults if key.endswith(end)), None)
        if found is None or self.command != "GET":
            return None
        self.server.asked[found] += 1
        return self.server.faults[found]

    def _write(self, content: bytes, fault: Fault | None) -> None:
        with contextlib.suppress(OSError):  # whoever asked has gone
            if fault == "cut":
                self.wfile.write(content[: len(content) // 2])
                self.close_connection = True
            elif fault == "stalls":
                self.wfile.write(content[:10])
                self.server.over.wait(20)
            elif fault == "drips":
                for byte in content:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.2)
                    if self.server.over.is_set():
                        return
            else:
                self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""
