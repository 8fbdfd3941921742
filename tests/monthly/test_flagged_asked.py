"""The month's list on a real lake and in the workbench: made by Dagster, asked by `gt`, answered, and then truth."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from gt_platform.assets import flagged
from gt_platform.lake import Lake
from gt_platform.monthly import Month
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.workbench.accounts.people import everybody
from gt_platform.workbench.store.database import Database
from tests.support.gt import Gt, gt_in
from tests.support.home import make_home, small
from tests.workbench.people import Shop

pytestmark = pytest.mark.slow

DAY = Month.before(datetime.now(UTC).date()).first
CHANGES = {
    "start": DAY,
    "drift": {"reference": {"first": DAY, "last": DAY}, "columns": [{"name": "output", "of": "output"}]},
    "sampling": {"budget": 6, "flagged": {"most": 1}},
    "labeling": {"backend": "workbench", "overlap": 2},
    "truth": {"is": "annotators", "review": 3, "add": 2},
    "gates": {},
}
TRUTH = "SELECT item_id FROM ground_truth"
SAMPLE = "SELECT event_id FROM sample ORDER BY ALL"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return make_home(tmp_path, days=(DAY,), **CHANGES)


@pytest.fixture
def gt(home: Settings, monkeypatch: pytest.MonkeyPatch) -> Gt:
    return gt_in(home.home, monkeypatch)


@pytest.fixture
def shop(home: Settings) -> Iterator[Shop]:
    """The workbench's store, and two who answer all that there is."""
    database = Database.open(f"sqlite:///{home.home / 'workbench.sqlite'}")
    shop = Shop(database, small(home), datetime.now(UTC))
    for name in ("Ann", "Bob"):
        shop.hire(name)
    yield shop
    database.close()


def listed_by_dagster(home: Settings, project: Project) -> tuple[dg.AssetMaterialization, pl.DataFrame]:
    platform = Platform(home)
    try:
        with dg.DagsterInstance.ephemeral() as instance:
            made = dg.materialize([flagged.build(project)], instance=instance, resources={"platform": platform})
    finally:
        platform.close()
    (found,) = made.asset_materializations_for_node("__".join(flagged.key_of(project).path))
    return found, pl.read_csv(str(found.metadata["list"].value))


def work_off(shop: Shop) -> None:
    shop.now = datetime.now(UTC)
    for name in ("Ann", "Bob"):
        with shop.database.read() as connection:
            account = next(one for one in everybody(connection) if one.name == name)
        shop.work_off(account, "negative")


def test_the_list_is_made_asked_answered_and_truth(home: Settings, gt: Gt, shop: Shop) -> None:
    assert gt("refresh", "small", "--from", DAY).exit_code == 0
    made, rows = listed_by_dagster(home, small(home))
    shown = {name: made.metadata[name].value for name in ("dagster/row_count", "month")}
    assert shown == {"dagster/row_count": 5, "month": str(Month.of(DAY))}
    assert rows["why_listed"].to_list() == ["review"] * 3 + ["add"] * 2
    month = ("flagged", "small", "--month", Month.of(DAY))
    listed = [json.loads(line)["item_id"] for line in gt(*month, "--format", "jsonl").stdout.splitlines()]
    assert listed == rows["item_id"].to_list()
    told = " ".join(gt(*month, "--ask").stdout.split())
    assert "10 assignments were made of 5 items: `gt refresh small` hands them over" in told
    with Lake.open(home, read_only=True) as lake:
        drawn = lake.store("small").read(SAMPLE)
    assert gt("refresh", "small", "--from", DAY).exit_code == 0
    work_off(shop)
    settled = gt("refresh", "small", "--from", DAY)
    assert settled.exit_code == 0, settled.output
    with Lake.open(home, read_only=True) as lake:
        store = lake.store("small")
        assert set(listed) <= set(store.read(TRUTH)["item_id"])
        assert store.read(SAMPLE).equals(drawn)
    again = gt(*month, "--format", "jsonl").stdout
    assert not any(item in again for item in listed)
