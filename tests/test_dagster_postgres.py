"""Dagster's own storage on PostgreSQL, as docs/operations.md says to configure it."""

import re
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import pytest
from psycopg2.extensions import parse_dsn

from gt_platform.dagster_home import DAGSTER_YAML, open_instance
from tests.support.backends import REPOSITORY, new_database
from tests.support.servers import PostgresServer

pytestmark = pytest.mark.slow
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text("utf-8")
SHOWN = re.search(r"```yaml\n(storage:\n  postgres:\n.*?)```", OPERATIONS, re.DOTALL)
OF_SQLITE = re.compile(r"^(run|event_log)_storage:\n(  .*\n)+", re.MULTILINE)


@dg.asset
def counted() -> dg.MaterializeResult[None]:
    """A table."""
    return dg.MaterializeResult(metadata={"rows": 3})


def test_a_home_on_postgresql(postgres_server: PostgresServer, tmp_path: Path) -> None:
    pytest.importorskip("dagster_postgres")
    assert SHOWN is not None
    at = parse_dsn(new_database(postgres_server))
    url = f"postgresql+psycopg2://{quote(at['user'])}@{at['host']}:{at['port']}/{at['dbname']}"
    block, replaced = re.subn(r"postgresql\+psycopg2://\S+", url, SHOWN[1])
    assert replaced == 1
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_text(OF_SQLITE.sub("", DAGSTER_YAML) + block)
    with open_instance(tmp_path) as instance:
        run = dg.materialize([counted], instance=instance).run_id
    with open_instance(tmp_path) as instance:
        assert type(instance.event_log_storage).__name__ == "PostgresEventLogStorage"
        assert instance.get_run_by_id(run) is not None
        record = instance.get_latest_materialization_event(counted.key)
        assert record is not None
        assert record.asset_materialization is not None
        assert record.asset_materialization.metadata["rows"].value == 3
    assert not list((tmp_path / "dagster").glob("**/*.db"))
