"""A pool before a PostgreSQL that gives every transaction whichever session is idle, as PgBouncer does with
`pool_mode = transaction`: no more than plain queries and a server without passwords, but really so."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress

READY, TERMINATE = b"Z", b"X"
IDLE = b"I"


@contextmanager
def transaction_pool(host: str, port: int) -> Iterator[int]:
    """Serve for as long as the block runs; the port to connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        pool = Pool(host, port)
        threading.Thread(target=pool.serve, args=(listening,), daemon=True).start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            pool.close()


class Pool:
    """Sessions with the server, and those of them that nobody is in a transaction with."""

    def __init__(self, host: str, port: int) -> None:
        self._address = host, port
        self._idle: list[socket.socket] = []
        self._all: list[socket.socket] = []
        self._greeting = b""

    def serve(self, listening: socket.socket) -> None:
        """Take clients until the socket is closed."""
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def close(self) -> None:
        """End every session."""
        for server in self._all:
            server.close()

    def _attend(self, client: socket.socket) -> None:
        with closing(client), suppress(OSError, EOFError):
            startup = _startup(client)
            if not self._idle:
                self._idle.append(self._session(startup))
            client.sendall(self._greeting)
            while (asked := _message(client))[:1] != TERMINATE:
                server = self._idle.pop() if self._idle else self._session(startup)
                while _answer(server, client, asked) != IDLE:
                    asked = _message(client)
                self._idle.append(server)

    def _session(self, startup: bytes) -> socket.socket:
        server = socket.create_connection(self._address)
        self._all.append(server)
        server.sendall(startup)
        self._greeting = b""
        while not self._greeting.endswith(READY + struct.pack("!I", 5) + IDLE):
            self._greeting += _message(server)
        return server


def _answer(server: socket.socket, client: socket.socket, asked: bytes) -> bytes:
    """Have the server answer; whether it is in a transaction afterwards."""
    server.sendall(asked)
    while True:
        message = _message(server)
        client.sendall(message)
        if message[:1] == READY:
            return message[-1:]


def _startup(client: socket.socket) -> bytes:
    while True:
        length = _exactly(client, 4)
        rest = _exactly(client, struct.unpack("!I", length)[0] - 4)
        if len(rest) != 4:  # else it asks for encryption
            return length + rest
        client.sendall(b"N")


def _message(source: socket.socket) -> bytes:
    head = _exactly(source, 5)
    return head + _exactly(source, struct.unpack("!I", head[1:])[0] - 4)


def _exactly(source: socket.socket, count: int) -> bytes:
    read = b""
    while len(read) < count:
        piece = source.recv(count - len(read))
        if not piece:
            raise EOFError
        read += piece
    return read
