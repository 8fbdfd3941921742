"""Every command ends in a sentence, whatever it is given: no traceback, an exit code, and what was wrong."""

import os
import re
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from gt_platform.cli import app
from gt_platform.cli.app import JUDGES, UNUSABLE
from tests.support.world import declare

NOISE = bytes(range(256)) * 8
GT = Path(sysconfig.get_path("scripts")) / "gt"
Gt = Callable[[str], Result]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with a project, no lake, and files that are not what their names say."""
    folder = tmp_path_factory.mktemp("folder")
    declare(folder)
    for name in ("noise.csv", "noise.tsv", "noise.jsonl", "noise.parquet", "noise.sqlite"):
        (folder / name).write_bytes(NOISE)
    for name in ("folder.csv", "folder.sqlite"):
        (folder / name).mkdir()
    (folder / "good.csv").write_text("task,worker,label\nt,a,yes\nu,a,no\n")
    with pytest.MonkeyPatch.context() as patch:
        _within(folder, patch)("GT_PROJECTS=desks init desk --backend workbench")
    return folder


@pytest.fixture
def gt(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gt:
    """`gt` in a copy of that folder."""
    return _within(Path(shutil.copytree(folder, tmp_path / "copy")), monkeypatch)


def _within(folder: Path, patch: pytest.MonkeyPatch) -> Gt:
    patch.chdir(folder)
    patch.setenv("GT_HOME", str(folder / "home"))
    patch.setenv("GT_PROJECTS", str(folder / "projects"))

    def run(line: str) -> Result:
        words = shlex.split(line)
        given = [word.partition("=") for word in words if word.startswith("GT_")]
        return CliRunner().invoke(app, words[len(given) :], env={name: value for name, _, value in given})

    return run


def commands(group: Any, above: str = "") -> Iterator[str]:
    """Every command line there is, such as `users add`."""
    for name, command in group.commands.items():
        yield from commands(command, f"{above}{name} ") if hasattr(command, "commands") else [above + name]


READ_THE_LAKE = (
    "status", "sql 'SELECT 1'", "releases", "diff 1 2", "export out.jsonl", "verify", "adjudicate", "release 1",
    "truth show 1234abcd", "explain 1234abcd", "splits show", "why sentiment",
    "leaderboard sentiment", "errors sentiment", "report sentiment", "feedback sentiment", "flagged sentiment",
    "quarantine list", "drift list", "quarantine export out.jsonl", "guidelines", "agenda", "disagreement",
    "leftovers",
    "snapshot out.duckdb",
)  # fmt: skip
OPEN_THE_STORE = (
    "workbench", "users add ann --role service", "users list", "users password ann", "users link ann",
    "users set ann --role lead", "users disable ann", "users enable ann",
    "users pause ann --project desk --why so", "users reinstate ann --project desk --why so",
    "users void ann --project desk --why so",
)  # fmt: skip
TAKE_FILES = (
    "settle {}", "settle good.csv --gold {}", "agreement {}", "agreement good.csv --gold {}",
    "compare {} good.csv --truth good.csv", "compare good.csv {} --truth good.csv",
    "compare good.csv good.csv --truth {}",
)  # fmt: skip
BAD_LAKES = ("noise.sqlite", "folder.sqlite")
BAD_FILES = ("gone.csv", "folder.csv", "noise.csv", "noise.tsv", "noise.jsonl", "noise.parquet")
CASES = [
    *((line, "there is no lake at") for line in READ_THE_LAKE),
    *((f"GT_CATALOG=sqlite:{bad} {line}", f"the lake at {bad}") for line in READ_THE_LAKE for bad in BAD_LAKES),
    *((f"GT_CATALOG=mysql:x {line}", "GT_CATALOG must be") for line in READ_THE_LAKE),
    *((f"GT_PROJECTS=desks GT_WORKBENCH=sqlite:///{bad} {line}", bad) for line in OPEN_THE_STORE for bad in BAD_LAKES),
    *((line.format(bad), bad) for line in TAKE_FILES for bad in BAD_FILES),
    ("GT_CATALOG=mysql:x quarantine retry", "GT_CATALOG must be"),
    *((f"GT_CATALOG=sqlite:{bad} quarantine retry", f"the lake at {bad}") for bad in BAD_LAKES),
    ("backup copy", "there is no lake at"),
    ("backup projects", "projects"),
    ("restore gone", "gone is no backup"),
    ("restore noise.csv", "noise.csv"),
    ("adjudicate gone.csv", "gone.csv"),
    ("adjudicate noise.csv", "noise.csv"),
    ("adjudicate folder.csv", "folder.csv"),
    ("drift accept 2026-01-32 --why so", "is not a date"),
    ("quarantine replay gone.jsonl", "gone.jsonl"),
    ("quarantine replay folder.csv", "folder.csv"),
    ("quarantine export out.txt", "out.txt: name it .jsonl"),
    ("quarantine export noise.jsonl", "noise.jsonl exists; choose another name or add --force"),
    ("snapshot out.db", "out.db: name it .duckdb"),
    ("snapshot gone/out.duckdb", "gone is no folder"),
    ("export noise.jsonl", "noise.jsonl exists; choose another name or add --force"),
    ("export out.jsonl --to pdf", "--to is 'pdf'; known: jsonl, csv, parquet, coco, hf, label_studio, git"),
    ("export out", "which decides the format, or say --to"),
    ("release restore", "say which release to restore"),
    ("release 1 2", "one release at a time"),
    ("truth import gone.jsonl --source us", "gone.jsonl"),
    ("truth import folder.csv --source us", "folder.csv"),
    ("items add gone.jsonl --origin adversarial", "gone.jsonl"),
    ("truth correct 1234abcd '\"good\"' --why so", "1234abcd"),
    ("truth retire 1234abcd --why so --category outdated", "1234abcd"),
    ("truth restore 1234abcd --why so", "1234abcd"),
    ("truth proposals gone.csv", "gone.csv"),
    ("truth proposals --state lost", "--state is 'lost'; allowed: open, accepted, edited, refused, superseded, all"),
    ("truth proposals", "there is no lake at"),
    ("truth accept f-1", "'f-1' is no feedback of this project"),
    ("truth accept f-1 f-2 --answer good", "--answer edits one proposal"),
    ("truth refuse f-1 --why so", "'f-1' is no feedback of this project"),
    ("evaluate gone good.csv --candidate v2", "no project 'gone'"),
    ("evaluate gone good.csv --candidate production", "is what is in production"),
    ("predict gone --candidate v2 --call os:getcwd", "no project 'gone'"),
    ("erase", "name whose content is to go: --user ID or --item ID"),
    ("erase --user ann", "say why, for those who ask later"),
    ("erase --user ann --check", "there is no lake at"),
    ("erase --item 1234abcd --why so --yes", "there is no lake at"),
    ("splits freeze", "split"),
    ("why --from week:2026-01-05", "name both scores, --from and --to, or neither for the last two weeks"),
    ("why --from week:May --to all", "'week:May' names no score: write all, week:2026-01-05 or day:2026-01-07"),
    ("contamination gone.jsonl", "nothing to look for: no item is settled yet"),
    ("gate sentiment --candidate v2", "there is no release yet"),
    ("pin sentiment 1234abcd --why so", "no item with a truth has that id"),
    ("promote 1 champion", "there is no release yet; `gt refresh` makes one"),
    ("settle good.csv -o noise.csv", "noise.csv exists; choose another name or add --force"),
    ("settle good.csv -o good.csv/out.csv", "good.csv/out.csv"),
    ("settle good.csv -o gone/out.csv", "gone/out.csv"),
    ("plan --half-width 0.03 --expect 7", "7"),
    ("plan --project nobody", "no project 'nobody'"),
    ("init new --kind essay", "essay"),
    ("GT_PROJECTS=good.csv init new", "good.csv"),
    ("GT_HOME=good.csv refresh", "good.csv"),
    ("GT_HOME=good.csv evidently", "good.csv"),
    ("GT_HOME=good.csv ui", "good.csv"),
    ("demo good.csv", "good.csv"),
    ("check gone", "no project 'gone'"),
    ("metrics gone", "no project 'gone'"),
    *((f"verify --public-key {bad}", bad) for bad in BAD_FILES),
    *((f"GT_SIGNING_KEY={bad} keys show", bad) for bad in BAD_FILES),
    ("keys show", "signing.pem; `gt keys make` makes one"),
    ("GT_SIGNING_KEY=gone.pem keys make", "GT_SIGNING_KEY names the key"),
    ("GT_HOME=good.csv keys make", "good.csv"),
    ("GT_EXECUTOR=slow status", "GT_EXECUTOR: Input should be 'in_process' or 'multiprocess'"),
    ("GT_PATIENCE=1 GT_CATALOG='postgres:host=127.0.0.1 port=1' status", "cannot open the lake"),
    ("GT_WORKBENCH=postgresql://127.0.0.1:1/x users list", "cannot be used"),
]


@pytest.mark.parametrize(("line", "says"), CASES)
def test_what_is_wrong_is_said_in_a_sentence(gt: Gt, line: str, says: str) -> None:
    ended = gt(line)
    told = " ".join(ended.stderr.split())
    assert isinstance(ended.exception, SystemExit), ended.exception
    assert ended.exit_code == (UNUSABLE if line.partition(" ")[0] in JUDGES else 1)
    assert "gt: " in told
    assert says in told
    assert "Traceback" not in ended.output
    assert "mistake of gt_platform" not in told


def test_no_command_is_left_out() -> None:
    told = [line for line, _ in CASES]
    every = commands(typer.main.get_command(app))
    assert [name for name in every if not any(re.search(rf"(^|\s){name}(\s|$)", line) for line in told)] == []


def plan_that_raises(error: BaseException, patch: pytest.MonkeyPatch) -> None:
    def raising(*_: object) -> None:
        raise error

    patch.setattr("gt_platform.cli.plan.labels_for", raising)


def test_a_mistake_of_ours_says_what_to_report(gt: Gt, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_that_raises(KeyError("no such key"), monkeypatch)
    told = gt("plan --half-width 0.03")
    assert told.exit_code == UNUSABLE
    assert "please report it" in told.stderr
    assert "KeyError: 'no such key'" in told.stderr
    assert isinstance(gt("GT_DEBUG=1 plan --half-width 0.03").exception, KeyError)


def test_ctrl_c_is_a_way_to_end(gt: Gt, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_that_raises(KeyboardInterrupt(), monkeypatch)
    told = gt("plan --half-width 0.03")
    assert (told.exit_code, told.stderr) == (130, "gt: stopped; what was finished is kept\n")


@pytest.mark.slow
def test_nobody_reading_the_output_and_a_full_disk_are_no_tracebacks(tmp_path: Path) -> None:
    (tmp_path / "many.csv").write_text("task,worker,label\n" + "".join(f"t{n},a{n % 9},x\n" for n in range(5_000)))
    for command, says in (
        (f"{GT} agreement many.csv -f csv | true", ""),
        (f"{GT} agreement many.csv -f csv > /dev/full", "gt: No space left on device\n"),
    ):
        ended = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=os.environ, capture_output=True, text=True)
        assert ended.stderr == says
