"""Walks through the checklists of CONTRIBUTING.md: what is written there is built, and works."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from gt_platform.lake.migrations import VERSION
from gt_platform.records import Parser

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^ *```\w+ (\S+/\S+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`((?:gt_platform|tests|docs|assets|sensors)/[\w./-]*)`")

OPENED = """
    from pathlib import Path
    from gt_platform.declaration import load_project
    from gt_platform.labeling import open_backend
    from gt_platform.settings import Settings
    project = load_project(Path("projects/deadlines"))
    backend = open_backend(project, Settings(home=Path("home")))
    print(type(project.answer_kind).__name__, type(backend).__name__)
"""
MIGRATED = """
    from pathlib import Path
    from gt_platform.lake import Lake
    from gt_platform.lake.tables.remarks import REMARKS
    from tests.support import older
    with Lake.open(older.unpack("0.1.0", Path("home"))) as lake:
        store = lake.store("sentiment")
        rows = REMARKS.frame([{"item_id": "i", "number": 1, "remark": "odd"}])
        store.commit("a remark", lambda writer: writer.append(REMARKS, rows))
        print(store.read("SELECT remark, (SELECT count(why) FROM sample) AS explained FROM remarks").row(0))
"""


def blocks(folder: str) -> dict[str, str]:
    """Every file of a folder that CONTRIBUTING.md gives; blocks of one file follow each other in it."""
    found: dict[str, str] = {}
    for name, content in BLOCK.findall(TEXT):
        if name.startswith(f"{folder}/"):
            found[name] = found.get(name, "") + textwrap.dedent(content)
    return found


def write(folder: str, below: Path) -> None:
    for name, content in blocks(folder).items():
        target = below / name.replace("NNN", f"{VERSION + 1:03}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content.replace("NNN", str(VERSION + 1)), encoding="utf-8")


def run(folder: Path, *command: str) -> str:
    """Run Python there, with the folder before everything else on its path."""
    path = os.pathsep.join([str(folder), str(ROOT)])
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package the checklists write, with its entry points as an installation records them."""
    folder = tmp_path_factory.mktemp("package")
    write("deadlines", folder)
    points = re.sub(
        r'^\[project\.entry-points\."(.*)"\]$', r"[\1]", blocks("deadlines")["deadlines/pyproject.toml"], flags=re.M
    )
    info = folder / "deadlines-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: deadlines\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(re.sub(r'"', "", points), encoding="utf-8")
    return folder


@pytest.mark.parametrize("checklist", ["test_day", "test_days_off", "test_cards"])
@pytest.mark.slow
def test_what_a_checklist_builds_keeps_its_contract(package: Path, checklist: str) -> None:
    said = run(package, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"deadlines/{checklist}.py")
    assert re.search(r"^\d+ passed", said, re.MULTILINE), said


@pytest.mark.slow
def test_a_project_is_declared_with_the_new_kind_and_backend(package: Path) -> None:
    asked = ["init", "deadlines", "--kind", "day", "--backend", "cards"]
    run(package, "-c", "from gt_platform.cli import app; app()", *asked)
    declared = package / "projects/deadlines/project.yaml"
    text = declared.read_text(encoding="utf-8")
    assert "metrics: [exact_match]" in text
    declared.write_text(text.replace("backend: cards", "options: {folder: cards}\n  backend: cards"), encoding="utf-8")
    assert run(package, "-c", textwrap.dedent(OPENED)).split() == ["Day", "CardBox"]


def test_a_source_writes_what_the_inbox_takes(package: Path, tmp_path: Path) -> None:
    results = (package / "deadlines/results.jsonl").read_bytes()
    written = tmp_path / "a.jsonl"
    script = package / "deadlines/from_batch.py"
    written.write_bytes(subprocess.run([sys.executable, script], input=results, capture_output=True, check=True).stdout)
    with Parser() as parser:
        found = parser.parse(written, "a.jsonl", tmp_path / "parts", "inbox")
        events, quarantine = found.frame("event"), found.frame("quarantine")
    assert quarantine.rows() == []
    assert events.select("event_id", "model").rows() == [("r-1", "m-1"), ("r-2", "m-1")]
    assert [json.loads(output) for output in events["output"]] == ["2026-01-31", "soon"]


@pytest.mark.slow
def test_a_table_and_a_column_reach_an_older_lake(tmp_path: Path) -> None:
    for part in ("gt_platform", "tests"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    write("gt_platform", tmp_path)
    tables, migrations = tmp_path / "gt_platform/lake/tables", tmp_path / "gt_platform/lake/migrations"
    insert(
        tables / "__init__.py",
        "\nTABLES: tuple[Table, ...] = (",
        "REMARKS, ",
        "from gt_platform.lake.tables.remarks import REMARKS",
    )
    step = f"from gt_platform.lake.migrations.m{VERSION + 1:03}_why_drawn import STEP"
    insert(migrations / "__init__.py", "\nMIGRATIONS: tuple[Migration, ...] = (", "", step, last="STEP, ")
    insert(
        tables / "frames.py",
        "\nSAMPLE = Table(",
        "",
        "",
        last='Column("why", "VARCHAR", "Why", nullable=True),',
        closing="\n    ),\n",
    )
    assert run(tmp_path, "-W", "error", "-c", textwrap.dedent(MIGRATED)).strip() == "('odd', 0)"


def insert(file: Path, opening: str, first: str, imported: str, *, last: str = "", closing: str = ")") -> None:
    """Put text first and last into what opens so, and an import before it."""
    text = file.read_text(encoding="utf-8")
    before, found, after = text.partition(opening)
    assert found, f"{opening} is no longer in {file}"
    inside, end, rest = after.partition(closing)
    file.write_text(f"{before}\n{imported}\n{found}{first}{inside}{last}{end}{rest}", encoding="utf-8")


@pytest.mark.parametrize(
    "document",
    [
        "CONTRIBUTING.md",
        "README.md",
        "SECURITY.md",
        *sorted(f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md")),
    ],
)
def test_files_that_papers_name_are_there(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    lacking = [name for name in NAMED.findall(text) if not (ROOT / name).exists() and "NNN" not in name]
    assert lacking == []
