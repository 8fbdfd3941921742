"""Settings of a fresh lake on each backend, and how to hand them to another process."""

import os
import uuid
from pathlib import Path

import psycopg2
from pydantic import SecretStr

from gt_platform.lake.urls import open_storage
from gt_platform.settings import Settings
from tests.support.servers import BUCKET, PostgresServer, S3Server

BACKENDS = ("sqlite+folder", "postgres+s3")
"""Every catalog and every storage; a test names the mix of them that matters to it."""
REPOSITORY = Path(__file__).parents[2]


def s3_prefix() -> str:
    """A prefix nobody used. One bucket serves all: SeaweedFS takes volumes for each."""
    return f"s3://{BUCKET}/{uuid.uuid4().hex}"


def new_database(server: PostgresServer, like: str = "template1") -> str:
    """Make a database, empty or a copy of one that nobody uses; returns how to connect to it."""
    name = f"gt_{uuid.uuid4().hex}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {like.rpartition('=')[2]}")
    return f"{server.conninfo} dbname={name}"


def drop_database(server: PostgresServer, conninfo: str) -> None:
    """Remove a database, whoever is still connected."""
    _administer(server, f"DROP DATABASE {conninfo.rpartition('=')[2]} WITH (FORCE)")


def copied(made: Settings, home: Path, *, server: PostgresServer, s3: S3Server) -> Settings:
    """The same lake once more, in a database and at a prefix of its own; nobody may have it open."""
    of = settings(home, database=new_database(server, like=made.catalog_url), s3=s3)
    here, there = open_storage(made.data_url, made), open_storage(of.data_url, of)
    for stored in here.list():
        there.write(stored.path, here.read(stored.path))
    connection = psycopg2.connect(of.catalog_url.removeprefix("postgres:"))
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE ducklake_metadata SET value = %s WHERE key = 'data_path'", [f"{of.data_url}/"])
    connection.close()
    return of


def drop_everything(of: Settings) -> None:
    """Lose the tables of a catalog, as a database that was made anew has."""
    connection = psycopg2.connect(of.catalog_url.removeprefix("postgres:"))
    with connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()


def settings(home: Path, *, database: str | None = None, s3: S3Server | None = None) -> Settings:
    """A fresh lake: on SQLite and a folder below `home`, unless given a database or an S3 server."""
    return Settings(
        home=home,
        projects=home / "projects",
        catalog=SecretStr(f"postgres:{database}") if database else None,
        data=f"{s3_prefix()}/lake" if s3 else None,
        s3_endpoint=s3.endpoint if s3 else None,
    )


def environment(of: Settings) -> dict[str, str]:
    """The environment in which a new process has the same settings and imports the same tests."""
    given = {
        "GT_HOME": str(of.home),
        "GT_PROJECTS": str(of.projects),
        "GT_CATALOG": of.catalog_url,
        "GT_DATA": of.data,
        "GT_S3_ENDPOINT": of.s3_endpoint,
        "PYTHONPATH": str(REPOSITORY),
    }
    return os.environ | {name: value for name, value in given.items() if value is not None}


def _administer(server: PostgresServer, statement: str) -> None:
    connection = psycopg2.connect(f"{server.conninfo} dbname=postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
