"""The role for analysts that `docs/operations.md` makes, on a real PostgreSQL."""

import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import make_dsn
from pydantic import SecretStr

from gt_platform.lake import Lake, LakeError
from gt_platform.lake.analyst import query
from gt_platform.lake.tables import EVENTS
from gt_platform.settings import Settings
from gt_platform.workbench.store.database import Database
from tests.support.accounts import postgres_url
from tests.support.rows import keyed


@pytest.mark.slow
def test_the_role_that_the_docs_make_reads_the_lake_and_nothing_else(settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for("postgres")
    with Lake.open(settings) as lake:
        lake.store("sentiment").commit("a", lambda writer: writer.append(EVENTS, keyed(EVENTS, "a")))
    conninfo = settings.catalog_url.removeprefix("postgres:")
    Database.open(postgres_url(conninfo)).close()
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    granted = page.partition("## What an analyst's role may do")[2].partition("```sql\n")[2].partition("```")[0]
    role = f"analyst_{uuid.uuid4().hex}"
    administer(conninfo, granted.replace("analyst", role))
    try:
        theirs = Settings(**settings.model_dump() | {"catalog": SecretStr(f"postgres:{make_dsn(conninfo, user=role)}")})
        assert query(theirs, "SELECT event_id FROM gt.sentiment.events").rows() == [("a",)]
        with Lake.open(theirs, read_only=True) as lake:
            assert lake.store("sentiment").row_counts([EVENTS]) == {"events": 1}
        with pytest.raises(LakeError, match="permission denied"):
            Lake.open(theirs).store("sentiment").commit("b", lambda w: w.append(EVENTS, keyed(EVENTS, "b")))
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            administer(make_dsn(conninfo, user=role), "SELECT * FROM accounts")
    finally:
        administer(conninfo, f"DROP OWNED BY {role}; DROP ROLE {role}")


def administer(conninfo: str, statement: str) -> None:
    with closing(psycopg2.connect(conninfo)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
