"""Opening DuckDB on a lake: extensions from their wheels, the catalog, the data.

Nothing is fetched at run time. Statements here are built from settings, which DuckDB takes no parameters for.
"""

import importlib.util
import os
from pathlib import Path
from typing import Any

import duckdb

from gt_platform.lake.outages import LakeError, NoLakeError, UnreachableError, passing
from gt_platform.lake.postgres import FINAL, lasting
from gt_platform.lake.unwritable import readable
from gt_platform.settings import Settings

CATALOG = "gt"
METADATA = f"__ducklake_metadata_{CATALOG}"
"""Where DuckDB has the catalog's own tables."""
SMALL = 64 << 20
"""Bytes of Parquet below which one thread answers: dealing out such small work costs a third to a half of its CPU."""
SNAPSHOT_ID = f"SELECT id FROM {CATALOG}.current_snapshot()"  # noqa: S608 - constant
SIZE = f"SELECT coalesce(sum(file_size_bytes), 0)::BIGINT FROM ducklake_table_info('{CATALOG}')"  # noqa: S608 - constant
ONE_MOMENT = "SET GLOBAL sqlite_disable_multithreaded_scans = true"
"""Else DuckDB reads each table of a SQLite catalog through a connection of its own, and sees it as it is then: what was
moved to a newer row in between, as the file list is when files are merged, is found in neither place. The catalog is
read by a connection of DuckLake's own, which a setting of this one alone would not reach."""
EXTENSIONS = ("ducklake", "sqlite_scanner", "postgres_scanner", "httpfs")


def connect(settings: Settings, *, read_only: bool, create: bool = False) -> duckdb.DuckDBPyConnection:
    """A DuckDB with the lake attached as `gt`, made where there is none and `create` says so.

    Raises NoLakeError where there is none, UnreachableError where another try may go well, or LakeError.
    """
    attach = _attach(settings, read_only=read_only, create=create)
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            # a signature check hashes 35 MB an extension, 0.25 s at every opening; pip has checked these very files
            "allow_unsigned_extensions": True,
        }
    )
    for statement in _prepare(settings):
        connection.execute(statement)
    try:
        connection.execute(attach)
        if (connection.execute(SIZE).fetchone() or (0,)) < (SMALL,):
            connection.execute("SET threads = 1")
    except duckdb.Error as error:
        connection.close()
        raise _explained(error, settings) from None
    return connection


def _prepare(settings: Settings) -> list[str]:
    loaded = [f"LOAD {quoted(extension_file(name))}" for name in EXTENSIONS if _needed(name, settings)]
    tuned = [
        "SET allow_unsigned_extensions = false",  # from here on; DuckDB refuses to allow it again
        "SET GLOBAL TimeZone = 'UTC'",  # not of this connection alone: every cursor is one of its own
        "SET enable_progress_bar = false",
        # the fence: a commit makes the snapshot after the one it began from, or fails (docs/decisions/0013-fence.md);
        # trying again by itself, DuckLake would take rows in beside equal ones that they were never compared with
        "SET ducklake_max_retry_count = 0",
    ]
    return loaded + tuned + ([ONE_MOMENT] if _needed("sqlite_scanner", settings) else [])


def _needed(extension: str, settings: Settings) -> bool:
    wanted_by = {
        "sqlite_scanner": settings.catalog_url.startswith("sqlite:"),
        "postgres_scanner": settings.catalog_url.startswith("postgres:"),
        "httpfs": settings.data_url.startswith("s3://"),
    }
    return wanted_by.get(extension, True)


def extension_file(name: str) -> str:
    """Where an extension lies that came as a wheel. Raises LakeError where there is none for this DuckDB."""
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    if package is None or package.origin is None:
        raise LakeError(f"duckdb-extension-{name.replace('_', '-')} is not installed; reinstall gt-platform")
    found = list(Path(package.origin).parent.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension"))
    if not found:
        raise LakeError(
            f"duckdb-extension-{name.replace('_', '-')} is not the one for duckdb {duckdb.__version__}; "
            "install both at the pinned version"
        )
    return str(found[0])


def _attach(settings: Settings, *, read_only: bool, create: bool) -> str:
    kind, target = catalog_of(settings)
    # whether the data are where the settings say is looked into by `belonging`: a lake may be moved with its files
    options = [f"DATA_PATH {quoted(settings.data_url + '/')}", "OVERRIDE_DATA_PATH true"]
    options.append(f"CREATE_IF_NOT_EXISTS {str(create).lower()}")
    if kind == "sqlite":
        if create:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        elif not Path(target).exists() or Path(target).stat().st_size == 0:
            raise _no_lake(target)
        # without WAL, one conflicting commit leaves every later statement of the process failing
        options += ["META_JOURNAL_MODE 'WAL'", "META_BUSY_TIMEOUT 5000"]
    if read_only:
        options.append("READ_ONLY")
    catalog = readable(Path(target)) if read_only and kind == "sqlite" else _catalog(settings)
    return f"ATTACH {quoted(f'ducklake:{kind}:{catalog}')} AS {CATALOG} ({', '.join(options)})"


def catalog_of(settings: Settings) -> tuple[str, str]:
    """What the catalog is, sqlite or postgres, and where. Raises LakeError where it is neither."""
    kind, _, target = settings.catalog_url.partition(":")
    if kind not in {"sqlite", "postgres"} or not target:
        raise LakeError("GT_CATALOG must be sqlite:<file> or postgres:<libpq connection string>")
    return kind, target


def _explained(error: duckdb.Error, settings: Settings) -> LakeError:
    text = str(error)
    kind, _, target = settings.catalog_url.partition(":")
    where = target if kind == "sqlite" else "PostgreSQL (GT_CATALOG)"
    if "creating a new DuckLake is explicitly disabled" in text:
        return _no_lake(where)
    if kind == "postgres" and os.environ.get("PGPASSWORD"):
        text = text.replace(os.environ["PGPASSWORD"], "***")
    passes = passing(error) and not any(sign in text for sign in FINAL)
    line = text.splitlines()[0].replace(_catalog(settings), "…").replace(target, "…")
    return (UnreachableError if passes else LakeError)(f"cannot open the lake at {where}: {line}")


def _no_lake(where: str) -> NoLakeError:
    return NoLakeError(f"there is no lake at {where}; `gt refresh` makes one, or set GT_HOME to where yours is")


def _catalog(settings: Settings) -> str:
    kind, _, target = settings.catalog_url.partition(":")
    return lasting(target) if kind == "postgres" else target


def quoted(text: str | None) -> str:
    """A value in a statement that takes no parameters."""
    return "'" + (text or "").replace("'", "''") + "'"


def only(result: duckdb.DuckDBPyConnection) -> Any:
    """The first value of a result."""
    row = result.fetchone()
    return row[0] if row else None
