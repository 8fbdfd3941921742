"""The lake knows what a project declares, a row for each time it changed."""

from typing import Any

import pytest

from gt_platform.declarations import declare
from gt_platform.lake import Lake
from gt_platform.settings import Settings
from tests.sampling.rows import project


def snapshots(lake: Lake) -> int:
    return int(lake.store("sentiment").read("SELECT count(*) FROM gt.snapshots()").item())


@pytest.fixture
def settings(tmp_path: Any) -> Settings:
    return Settings(home=tmp_path)


def test_a_row_is_written_when_the_declaration_changes_and_only_then(settings: Settings) -> None:
    first = project(gates={"score": {"metric": "accuracy", "at_least": 0.8}, "agreement": 0.6})
    with Lake.open(settings) as lake:
        store = lake.store("sentiment")
        assert declare(store, first)
        before = snapshots(lake)
        assert not declare(store, first)
        assert snapshots(lake) == before
        assert declare(store, project(guidelines="Read it twice."))
        found = store.read("SELECT number, metric, budget, labels, score_at_least, agreement_gate FROM declarations")
        assert sorted(found.rows()) == [
            (1, "accuracy", 40, '{"bad":"disapproves","good":"approves"}', 0.8, 0.6),
            (2, "accuracy", 40, '{"bad":"disapproves","good":"approves"}', None, None),
        ]
        assert store.read("SELECT guidelines FROM current_declaration").item() == "Read it twice."
        assert declare(store, first)  # what was declared before is in force again
        assert store.read("SELECT number FROM current_declaration").item() == 3


@pytest.mark.slow
def test_declared_attributes_are_columns_and_stay_so_when_the_lake_is_opened_again(settings: Settings) -> None:
    def sliced(*slices: str) -> Any:
        return project(benchmark={"metrics": ["accuracy"], "slices": list(slices)})

    for slices, columns in (
        (("channel",), ["channel"]),
        (("channel", "Model"), ["channel", "attribute_Model"]),
        ((), []),
    ):
        with Lake.open(settings) as lake:
            declare(lake.store("sentiment"), sliced(*slices))
        with Lake.open(settings) as lake:
            store = lake.store("sentiment")
            assert store.read("FROM labels_flat").columns[20:] == columns
            assert not declare(store, sliced(*slices))
