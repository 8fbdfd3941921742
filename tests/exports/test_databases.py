"""A release mirrored into a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from gt_platform.exports import ExportError, Handed, handed
from gt_platform.exports.databases import to_postgres
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.support import backends
from tests.support.released import published
from tests.support.sentiment import declare
from tests.support.servers import PostgresServer

TRUTH = "SELECT input #>> '{}', answer #>> '{}', answers FROM sentiment.ground_truth ORDER BY 1"


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[str]:
    made = backends.new_database(postgres_server)
    yield made
    backends.drop_database(postgres_server, made)


@pytest.fixture
def releases(tmp_path: Path) -> tuple[Handed, Handed]:
    """Two, of one and of two items."""
    project = declare(tmp_path)
    with Lake.open(Settings(home=tmp_path / "home")) as lake:
        published(lake, project, {"it's; DROP TABLE": "positive"})
        published(lake, project, {"bad": "negative"})
        store = lake.store("sentiment")
        first, second = (handed(store, project, name, bundles=lake.files) for name in ("1", "2"))
    return first, second


def read(database: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(database)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        connection.close()


@pytest.mark.slow  # needs a server
def test_a_mirror_is_replaced_as_a_whole(database: str, releases: tuple[Handed, Handed]) -> None:
    first, second = releases
    assert to_postgres(first, database) == "PostgreSQL: 1 items of release 1 in sentiment.ground_truth"
    assert read(database, TRUTH) == [("it's; DROP TABLE", "positive", 3)]
    to_postgres(second, database)
    to_postgres(second, database)  # twice is once
    assert read(database, TRUTH) == [("bad", "negative", 3), ("it's; DROP TABLE", "positive", 3)]
    assert read(database, "SELECT release, digest, items FROM sentiment.released") == [(2, second.digest, 2)]


@pytest.mark.slow
def test_an_address_that_is_none_is_not_repeated(releases: tuple[Handed, Handed]) -> None:
    with pytest.raises(ExportError) as wrong:
        to_postgres(releases[0], "nonsense with secret")
    assert "write postgresql://user:password@host/database" in str(wrong.value)
    assert "secret" not in str(wrong.value)
    with pytest.raises(ExportError) as away:
        to_postgres(releases[0], "postgresql://me:secret@127.0.0.1:9/none")
    assert "secret" not in str(away.value)
