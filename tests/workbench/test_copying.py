"""A store of work in a file and back, between any two kinds of database."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from gt_platform.workbench.store import copying
from gt_platform.workbench.store.database import Database
from gt_platform.workbench.store.errors import DatabaseError
from gt_platform.workbench.store.schema import metadata
from tests.support import backends
from tests.support.accounts import PASSWORD, add, postgres_url
from tests.support.servers import PostgresServer
from tests.workbench.people import Shop


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


@pytest.mark.slow
@pytest.mark.parametrize("to", ["sqlite file", "postgres server"])
def test_a_store_comes_back_whole_and_work_goes_on(
    shop: Shop, store_url: str, tmp_path: Path, postgres_server: PostgresServer, to: str
) -> None:
    annotator = shop.hire("anna", password=PASSWORD)
    shop.send(["one", "two", "three"])
    for task in shop.held(annotator)[:2]:
        shop.answer(annotator, task, comment="ä")
    copying.save(store_url, tmp_path / "copy.sqlite")
    before = (tmp_path / "copy.sqlite").read_bytes()
    conninfo = backends.new_database(postgres_server)
    url = f"sqlite:///{tmp_path}/new/back.sqlite" if to == "sqlite file" else postgres_url(conninfo)
    copying.bring_back(tmp_path / "copy.sqlite", url)
    with pytest.raises(DatabaseError, match="a store of the workbench already"):
        copying.bring_back(tmp_path / "copy.sqlite", url)
    with closing(Database.open(url)) as back:
        assert rows(back) == rows(shop.database)
        assert sum(map(len, rows(back).values())) > 10
        assert add(back, "berta").account_id > annotator.account_id
        again = Shop(back, shop.project, now=shop.now)
        again.answer(annotator, again.held(annotator)[0])
    assert (tmp_path / "copy.sqlite").read_bytes() == before
    backends.drop_database(postgres_server, conninfo)
