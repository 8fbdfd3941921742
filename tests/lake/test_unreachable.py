"""A catalog that cannot be used is named in a sentence, and its password is not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg2.extensions import make_dsn, parse_dsn
from pydantic import SecretStr

from gt_platform.lake import Lake, LakeError
from gt_platform.settings import Settings
from tests.support.pool import transaction_pool


@pytest.mark.parametrize("read_only", [False, True])
def test_a_postgres_that_does_not_answer(tmp_path: Path, *, read_only: bool) -> None:
    catalog = SecretStr("postgres:host=127.0.0.1 port=1 dbname=gt user=gt password=s3cret")
    with pytest.raises(LakeError, match="PostgreSQL") as caught:
        Lake.open(Settings(home=tmp_path, catalog=catalog, data=str(tmp_path), patience=0), read_only=read_only)
    assert "s3cret" not in str(caught.value)


@pytest.mark.slow
def test_a_pool_that_deals_out_transactions(settings_for: Callable[[str], Settings]) -> None:
    direct = settings_for("postgres")
    given = parse_dsn(direct.catalog_url.removeprefix("postgres:"))
    with transaction_pool(given["host"], int(given["port"])) as port:
        catalog = SecretStr(f"postgres:{make_dsn(**given | {'port': port})}")
        pooled = Settings(home=direct.home, catalog=catalog, data=str(direct.home))
        with pytest.raises(LakeError, match="gives each transaction another session"):
            Lake.open(pooled)
    with Lake.open(Settings(home=direct.home, catalog=direct.catalog, data=str(direct.home))) as lake:
        assert lake.store("sentiment").read("SELECT 1 AS one").item() == 1


@pytest.mark.parametrize("read_only", [False, True])
def test_what_is_no_connection_string(tmp_path: Path, *, read_only: bool) -> None:
    catalog = SecretStr("postgres:host=127.0.0.1 s3cret")
    with pytest.raises(LakeError, match="GT_CATALOG is no libpq connection string") as caught:
        Lake.open(Settings(home=tmp_path, catalog=catalog, data=str(tmp_path)), read_only=read_only)
    assert "s3cret" not in str(caught.value)
