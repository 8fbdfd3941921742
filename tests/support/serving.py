"""HTTP servers within the tests' own process, whose clients may leave when they like."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any, TypeVar


class Server(ThreadingHTTPServer):
    """Says nothing of a client that has gone: a later test's output would get the traceback."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """As the library does, for everything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


Of = TypeVar("Of", bound="Server")


@contextmanager
def running(server: Of) -> Iterator[Of]:
    """It serves for as long as the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
