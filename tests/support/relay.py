"""A wire to a server that can be cut, and that lets nobody through who signs with a key that was withdrawn.

It is a process of its own: DuckDB connects to PostgreSQL without letting go of Python's lock.
"""

import contextlib
import multiprocessing
import socket
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

REFUSED = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/xml\r\nContent-Length: 79\r\nConnection: close\r\n\r\n"
    b"<?xml version='1.0'?><Error><Code>InvalidAccessKeyId</Code><Message/></Error>  \n"
)


class Relay:
    """What a test holds in hand: `port` of 127.0.0.1 leads to the server for as long as it is not cut."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.port = int(pipe.recv())

    def cut(self) -> None:
        """Nobody answers, and whoever is connected is hung up on."""
        self._ask("cut")

    def mend(self) -> None:
        """As before."""
        self._ask("mend")

    def cut_for(self, seconds: float) -> None:
        """Cut it, and mend it later."""
        self._ask("cut_for", seconds)

    def withdraw(self, key: str) -> None:
        """Refuse requests to S3 that are signed with a key."""
        self._ask("withdraw", key)

    @property
    def refused(self) -> int:
        """How many requests were."""
        return self._ask("count_refused")

    def _ask(self, what: str, *given: object) -> int:
        self._pipe.send((what, *given))
        return int(self._pipe.recv())


@contextlib.contextmanager
def relay(host: str, port: int) -> Iterator[Relay]:
    """A relay for as long as the block runs."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(host, port, theirs), daemon=True)
    process.start()
    try:
        yield Relay(ours)
    finally:
        process.kill()
        process.join()
        ours.close()
        theirs.close()


def _serve(host: str, port: int, pipe: Connection) -> None:
    wire = _Wire(host, port)
    pipe.send(wire.port)
    while True:
        what, *given = pipe.recv()
        pipe.send(getattr(wire, what)(*given) or 0)


class _Wire:
    def __init__(self, host: str, port: int) -> None:
        self._server = host, port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._open: set[socket.socket] = set()
        self._withdrawn: set[str] = set()
        self._refused = 0
        self._mending = threading.Timer(0, lambda: None)
        self._mending.start()
        self._listen()

    def cut(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for side in list(self._open):
            _hang_up(side)

    def mend(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def cut_for(self, seconds: float) -> None:
        self._mending.join()
        self.cut()
        self._mending = threading.Timer(seconds, self.mend)
        self._mending.start()

    def withdraw(self, key: str) -> None:
        self._withdrawn.add(key)

    def count_refused(self) -> int:
        return self._refused

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listening.accept()
                server = socket.create_connection(self._server)
                self._open |= {client, server}
                for source, target in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(1 << 16):
                if any(f"Credential={key}/".encode() in piece for key in self._withdrawn):
                    self._refused += 1
                    source.sendall(REFUSED)
                    time.sleep(0.05)  # lets it be read before the line goes dead
                    break
                target.sendall(piece)
        for side in (source, target):
            _hang_up(side)
            self._open.discard(side)


def _hang_up(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    side.close()
