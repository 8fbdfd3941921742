"""The views are what they say, in every catalog, for whoever reads."""

from collections.abc import Callable

import pytest

from gt_platform.lake import Lake
from gt_platform.lake.analyst import query
from gt_platform.lake.connection import connect
from gt_platform.lake.tables import DECISIONS
from gt_platform.lake.views import VIEWS
from gt_platform.settings import Settings
from tests.support.rows import rows

FULL_NAMES = {"TIMESTAMPTZ": "TIMESTAMP WITH TIME ZONE"}


def test_every_view_has_the_columns_it_says_and_an_analyst_reads_it(lake_settings: Settings) -> None:
    with Lake.open(lake_settings) as lake:
        lake.store("sentiment")
    connection = connect(lake_settings, read_only=True)
    for view in VIEWS:
        found = connection.execute(f"DESCRIBE gt.sentiment.{view.name}").fetchall()
        said = [(column.name, FULL_NAMES.get(column.type, column.type)) for column in view.columns]
        assert [(name, kind) for name, kind, *_ in found] == said, view.name
        connection.execute(f"FROM gt.sentiment.{view.name}").fetchall()
    shown = "SELECT view_name, comment FROM duckdb_views() WHERE database_name = 'gt' AND schema_name = 'sentiment'"
    assert dict(connection.execute(shown).fetchall()) == {view.name: view.told for view in VIEWS}


def test_the_words_of_a_view_are_there() -> None:
    assert len({view.name for view in VIEWS}) == len(VIEWS)
    for view in VIEWS:
        assert view.comment.strip()
        assert all(column.comment.strip() for column in view.columns), view.name


def test_the_latest_revision_stands_and_each_project_sees_its_own(settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for("sqlite+folder")
    decided = rows(
        DECISIONS,
        {"decision_id": "1", "item_id": "a", "revision": 1, "status": "consensus"},
        {"decision_id": "2", "item_id": "a", "revision": 2, "status": "adjudicate"},
        {"decision_id": "3", "item_id": "b", "revision": 1, "status": "consensus"},
    )
    with Lake.open(settings) as lake:
        lake.store("one").commit("decisions", lambda writer: writer.append(DECISIONS, decided))
        assert lake.store("two").read("FROM current_decisions").is_empty()
    current = query(settings, "SELECT item_id, status FROM gt.one.current_decisions ORDER BY item_id")
    assert current.rows() == [("a", "adjudicate"), ("b", "consensus")]
    with pytest.raises(Exception, match="current_decisions"):  # a view has no past: docs/tables.md says so
        query(settings, "FROM gt.one.current_decisions AT (VERSION => 1)")
