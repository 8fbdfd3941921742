"""docs/recipes.md: what stands there runs, on a home whose nights went by and on a file taken of it."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from gt_platform.lake.attach import attach_script
from gt_platform.lake.plain import take
from gt_platform.settings import Settings
from tests.support.plain import install

PAGE = (Path(__file__).parents[2] / "docs" / "recipes.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)```", re.MULTILINE | re.DOTALL)
BLOCKS = {
    kind: [text for other, text in BLOCK.findall(PAGE) if other == kind] for kind in ("python", "py", "sql", "yaml")
}
(MODEL,) = (text for kind, text in BLOCK.findall(PAGE) if kind == "jinja")
PROFILE = yaml.safe_load(BLOCKS["yaml"][0])["quality"]["outputs"]["here"]
SOURCE = yaml.safe_load(BLOCKS["yaml"][1])["sources"][0]
ACCURACY = {"mail": 0.87, "phone": 0.719, "web": 0.956}


@pytest.fixture(scope="module")
def taken(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a snapshot, called as the page has it."""
    folder = tmp_path_factory.mktemp("taken")
    take(Settings(home=nights), folder / "gt.duckdb")
    return folder


def test_what_is_done_in_python_is_the_score(taken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(taken)
    found: dict[str, Any] = {}
    exec(BLOCKS["python"][0], found)  # noqa: S102 - the page
    assert found["accuracy"].round(3).to_dict() == ACCURACY
    assert found["truth"].height == 67


@pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning")
@pytest.mark.slow
def test_so_is_what_is_done_in_ibis(taken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ibis")
    monkeypatch.chdir(taken)
    found: dict[str, Any] = {}
    exec(BLOCKS["py"][0], found)  # noqa: S102 - the page
    assert found["accuracy"].set_index("channel").accuracy.round(3).to_dict() == ACCURACY
    found["lake"].disconnect()


def as_dbt_has_it(home: Path) -> str:
    """What dbt-duckdb makes of the profile, with the lake in this home: an option that is true stands alone."""
    (told,) = PROFILE["attach"]
    options = [name if value is True else f"{name} {value!r}" for name, value in told["options"].items()]
    loaded = [f"INSTALL {name}; LOAD {name};" for name in PROFILE["extensions"]]
    settings = [f"SET GLOBAL {name} = '{value}';" for name, value in PROFILE["settings"].items()]
    attached = f"ATTACH '{told['path']}' AS {told['alias']} ({', '.join(options)});"
    return "\n".join([*loaded, *settings, attached]).replace("/srv/gt", str(home))


def test_so_is_a_model_of_dbt_on_the_lake_itself(nights: Path, tmp_path: Path) -> None:
    install(tmp_path)
    config: dict[str, str | bool | int | float | list[str]] = {
        "extension_directory": str(tmp_path),
        "allow_unsigned_extensions": "true",
    }
    model = MODEL.replace('{{ config(materialized="table") }}', "CREATE TABLE by_channel AS")
    model = re.sub(r"\{\{ source\((.*?)\) \}\}", lambda named: f"gt.{named[1].replace(', ', '.')}", model)
    with duckdb.connect(config=config) as session:
        session.execute(as_dbt_has_it(nights))
        session.execute(model)
        built = session.execute("SELECT channel, round(accuracy, 3) FROM by_channel").fetchall()
        for table in SOURCE["tables"]:
            session.execute(f"FROM {SOURCE['database']}.{SOURCE['schema']}.{table['name']} LIMIT 0")
    assert dict(built) == ACCURACY


def test_the_profile_says_what_gt_sql_attach_prints(nights: Path) -> None:
    script = attach_script(Settings(home=nights))
    options = re.findall(r"[(,] ?([A-Z_]+)", script.partition("ATTACH")[2])
    assert options == list(PROFILE["attach"][0]["options"])
    assert re.findall(r"SET GLOBAL (\w+)", script) == list(PROFILE["settings"])
    assert re.findall(r"LOAD (\w+)", script) == PROFILE["extensions"]
    assert as_dbt_has_it(nights).splitlines()[-1].partition(" AS ")[0] == script.splitlines()[-1].partition(" AS ")[0]


def test_a_bi_tool_finds_tables_meanings_and_a_chart_in_the_file(taken: Path) -> None:
    asked = (
        "SELECT table_type FROM information_schema.tables WHERE table_schema = 'sentiment' "
        "AND table_name = 'labels_flat'",
        "SELECT data_type FROM information_schema.columns WHERE table_schema = 'sentiment' AND table_name = 'events' "
        "AND column_name = 'occurred_at'",
        "SELECT comment FROM duckdb_columns() WHERE schema_name = 'sentiment' AND table_name = 'events' "
        "AND column_name = 'event_id'",
        "SELECT database || '.' || schema || '.' || name FROM (SHOW ALL TABLES) WHERE name = 'labels_flat'",
        "SELECT count(*) FROM (SELECT * FROM sentiment.labels_flat LIMIT 0) AS probe",
    )
    with duckdb.connect(str(taken / "gt.duckdb"), read_only=True) as file:
        found = [file.execute(question).fetchall() for question in asked]
        chart = file.execute(f"SELECT * FROM ({BLOCKS['sql'][0]}) AS chart LIMIT 1000").fetchall()  # noqa: S608 - the page
        with pytest.raises(duckdb.InvalidInputException, match="read-only"):
            file.execute("DELETE FROM sentiment.events")
    assert [rows[0][0] for rows in found] == [
        "VIEW", "TIMESTAMP WITH TIME ZONE", "The producer's id, else the digest of the canonical content",
        "gt.sentiment.labels_flat", 0,
    ]  # fmt: skip
    assert {channel: round(share, 3) for _, channel, share in chart} == ACCURACY
