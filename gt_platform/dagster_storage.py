"""Dagster's SQLite storage with its files held open. Which folder that is, and what runs there, is `dagster_home`.

Dagster's own makes an engine and a connection for each of a night's hundreds of statements and, being the last to
close the file, empties and deletes its write-ahead log; for each run's new file it reads all its migrations. Files
and what is in them are the same, so a home may go to and fro between the two.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Self

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.runs import SqliteRunStorage
from sqlalchemy import Connection, Engine, create_engine, event

from gt_platform.errors import ServeError

HELD = 8  # the index of the event log, and the runs last written to or looked at: each has a file of its own
PATIENCE = 30  # seconds for another process's write, as Dagster has it
INDEX = "index"


class Engines:
    """An engine for each of the files used last. A child by fork makes its own: a connection must not cross one."""

    def __init__(self) -> None:
        self._engines: OrderedDict[tuple[int, str], Engine] = OrderedDict()
        self._changing = threading.Lock()

    def of(self, url: str) -> Engine:
        """The engine of a file. It holds one connection, for whichever thread comes, and opens others meanwhile."""
        with self._changing:
            mine = (os.getpid(), url)
            if mine not in self._engines:
                self._engines[mine] = _engine(url)
            self._engines.move_to_end(mine)
            while len(self._engines) > HELD:
                self._engines.popitem(last=False)[1].dispose()
            return self._engines[mine]

    def close(self) -> None:
        """Let go of every file; the next use opens it again."""
        with self._changing:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": PATIENCE}, pool_size=1, max_overflow=-1)
    # survives every death of a process; a loss of power may take the last events, and then the run counts as dead
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = NORMAL"))
    return engine


class RunStorage(SqliteRunStorage):
    """The runs of DAGSTER_HOME, without a connection of its own for every statement."""

    def __init__(self, conn_string: str, inst_data: Any = None) -> None:
        super().__init__(conn_string, inst_data)
        self._url = conn_string
        self._held = Engines()

    @classmethod
    def config_type(cls) -> Any:
        """Nothing: where the runs are is DAGSTER_HOME's to say."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Self:
        """As Dagster makes it."""
        return cls.from_local(str(_history()), inst_data, **config_value)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """A transaction."""
        with self._held.of(self._url).begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Let go of the file."""
        self._held.close()
        super().dispose()


class EventLogStorage(SqliteEventLogStorage):
    """The events of DAGSTER_HOME's runs, without a connection of its own for every statement."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._held = Engines()
        self._made: set[str] = set()
        self._empty = b""
        self._within: dict[str, Connection] = {}
        self._one_at_a_time = threading.RLock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> Any:
        """Nothing: where the events are is DAGSTER_HOME's to say."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Self:
        """As Dagster makes it."""
        return cls(str(_history() / "runs"), inst_data, **config_value)

    def run_connection(self, run_id: str | None = None) -> Any:
        """A transaction on the file of a run."""
        return self._transaction(run_id or "", super().run_connection)

    def index_connection(self) -> AbstractContextManager[Connection]:
        """A transaction on what is kept of all runs."""
        return self._transaction(INDEX, lambda _: super(EventLogStorage, self).index_connection())

    def store_event_batch(self, events: Sequence[Any]) -> None:
        """Store events with one commit for all of them."""
        with ExitStack() as held:
            for run_id in {event.run_id for event in events}:
                held.enter_context(self.run_connection(run_id))
            held.enter_context(self.index_connection())
            super().store_event_batch(events)

    def wipe(self) -> None:
        """Delete everything."""
        self._held.close()
        self._made.clear()
        super().wipe()

    def dispose(self) -> None:
        """Let go of the files."""
        self._held.close()
        super().dispose()

    @contextmanager
    def _transaction(
        self, shard: str, dagsters: Callable[[str], AbstractContextManager[Connection]]
    ) -> Iterator[Connection]:
        """The one that is open, or a new one."""
        with self._one_at_a_time:
            if shard in self._within:
                yield self._within[shard]
                return
            self._make(shard, dagsters)
            with self._held.of(self.conn_string_for_shard(shard)).begin() as connection:
                self._within[shard] = connection
                try:
                    yield connection
                finally:
                    del self._within[shard]

    def _make(self, shard: str, dagsters: Callable[[str], AbstractContextManager[Connection]]) -> None:
        """Have the file with its tables: the first of a run Dagster makes, the others are copies of it when new."""
        if shard in self._made:
            return
        file = Path(self.path_for_shard(shard))
        new = shard != INDEX and not file.exists()
        if not (new and self._empty and _copied(self._empty, file)):
            with dagsters(shard) as connection:
                if new:
                    self._empty = _bytes_of(connection)
        self._made.add(shard)


def _bytes_of(connection: Connection) -> bytes:
    sqlite: Any = connection.connection.driver_connection
    return bytes(sqlite.serialize())


def _copied(content: bytes, file: Path) -> bool:
    """Whether the file is made with this content: not where another process made one meanwhile."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    temporary.write_bytes(content)
    try:
        os.link(temporary, file)
    except OSError:
        return False
    finally:
        temporary.unlink()
    return True


def _history() -> Path:
    if "DAGSTER_HOME" not in os.environ:
        raise ServeError("DAGSTER_HOME is not set; it names the folder with dagster.yaml, `dagster` below GT_HOME")
    return Path(os.environ["DAGSTER_HOME"], "history")
