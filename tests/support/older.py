"""Homes that an older version made (`tests/fixtures/`), unpacked on either catalog."""

import json
import tarfile
from pathlib import Path

import psycopg2
from pydantic import SecretStr

from gt_platform.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures"
VERSIONS = tuple(sorted(folder.name for folder in FIXTURES.iterdir() if folder.is_dir()))


def unpack(version: str, home: Path, *, database: str | None = None) -> Settings:
    """The home of a version, on SQLite, or on an empty PostgreSQL database."""
    archive = "home" if database is None else "postgres"
    with tarfile.open(FIXTURES / version / f"{archive}.tar.xz") as packed:
        packed.extractall(home, filter="data")
    if database is not None:
        _load(database, (home / "catalog.sql").read_text(encoding="utf-8"))
    catalog = None if database is None else SecretStr(f"postgres:{database}")
    return Settings(home=home, projects=home / "projects", catalog=catalog)


def digests(version: str) -> dict[str, str]:
    """Every table's content digest, as that version computed it."""
    found: dict[str, str] = json.loads((FIXTURES / version / "digests.json").read_text(encoding="utf-8"))
    return found


def _load(database: str, dump: str) -> None:
    connection = psycopg2.connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute(dump)
    connection.close()
