"""Reading the lake as an analyst: one SELECT at a time, nothing written, nothing reached outside the lake."""

import threading

import duckdb
import polars as pl

from gt_platform.lake import versions
from gt_platform.lake.outages import LakeError
from gt_platform.lake.reading import refuse_all_but_reading
from gt_platform.lake.session import Session
from gt_platform.settings import Settings

MEMORY_LIMIT = "4GB"


def query(settings: Settings, sql: str, *, timeout: float = 300) -> pl.DataFrame:
    """Answer one SELECT or EXPLAIN over `gt.<project>.<table>`.

    The session is read-only, may open no file but the lake's own, and is stopped after `timeout` seconds.
    Raises LakeError for anything but one reading statement, for a mistake in it, and for a timeout.
    """
    refuse_all_but_reading(sql)
    session = Session(settings, read_only=True)
    try:
        versions.refuse_other(session)
        cursor = session.cursor()
        _harden(cursor, settings)
        timer = threading.Timer(timeout, cursor.interrupt)
        timer.start()
        try:
            with session.reading():
                return cursor.execute(sql).pl()
        finally:
            timer.cancel()
    except duckdb.InterruptException:
        raise LakeError(f"stopped after {timeout:.0f} s; narrow the query down") from None
    except duckdb.Error as error:
        raise LakeError(str(error)) from None
    finally:
        session.close()


def _harden(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    # the lake's own files stay readable only if they are named before access is closed
    connection.execute("SET allowed_directories = [?]", [settings.data_url + "/"])
    connection.execute("SET memory_limit = ?", [MEMORY_LIMIT])
    connection.execute("SET python_enable_replacements = false")  # no variable of this process is a table
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
