"""The reading process: what its death leaves behind, and what it may not do."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gt_platform.records import Parsed, Parser, ParserError
from gt_platform.records.chunks import CHUNK_ROWS
from tests.records.samples import event, lines


@pytest.fixture(scope="module")
def many() -> bytes:
    return lines(*(event(n) for n in range(3 * CHUNK_ROWS)))


@pytest.fixture
def parse(tmp_path: Path) -> Callable[[Parser, bytes], Parsed]:
    def run(parser: Parser, content: bytes) -> Parsed:
        (tmp_path / "source").write_bytes(content)
        return parser.parse(tmp_path / "source", "a.jsonl", tmp_path / "parts")

    return run


def chunk_done(tmp_path: Path) -> None:
    while not list(tmp_path.glob("parts/[0-9]*[0-9]")):
        time.sleep(0.005)


def killing(parser: Parser, tmp_path: Path, number: signal.Signals, times: int) -> threading.Thread:
    """Kills the process each time it has finished a chunk."""

    def kill() -> None:
        for _ in range(times):
            chunk_done(tmp_path)
            victim = parser.pid
            assert victim is not None
            os.kill(victim, number)
            while parser.pid == victim and list(tmp_path.glob("parts/[0-9]*[0-9]")) and times > 1:
                time.sleep(0.005)

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


@pytest.mark.slow
def test_a_killed_process_is_given_another_try(
    many: bytes, parse: Callable[[Parser, bytes], Parsed], tmp_path: Path
) -> None:
    with Parser() as parser:
        thread = killing(parser, tmp_path, signal.SIGKILL, 1)
        parsed = parse(parser, many)
        thread.join()
        assert parsed.lines == parsed.frame("event").height == 3 * CHUNK_ROWS
        assert parsed.frame("quarantine").is_empty()


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGXCPU])
@pytest.mark.slow
def test_what_a_dead_process_had_finished_lands(
    many: bytes, parse: Callable[[Parser, bytes], Parsed], tmp_path: Path, number: signal.Signals
) -> None:
    with Parser() as parser:
        thread = killing(parser, tmp_path, number, 1)
        parsed = parse(parser, many)
        thread.join()
        events, (rest,) = parsed.frame("event"), parsed.frame("quarantine").to_dicts()
        assert events["line"].to_list() == list(range(1, events.height + 1))
        assert events.height in (CHUNK_ROWS, 2 * CHUNK_ROWS)
        assert parsed.lines == events.height + 1
        assert (rest["reason"], rest["line"]) == ("parser_died", events.height + 1)
        assert rest["detail"].startswith(f"the reading process died of {number.name}")
        assert parse(parser, lines(event(1))).lines == 1  # and the next file is read by a new process


@pytest.mark.slow
def test_a_process_that_runs_out_of_cpu_is_stopped(parse: Callable[[Parser, bytes], Parsed]) -> None:
    with Parser(cpu_seconds=1) as parser:
        parsed = parse(parser, lines(b'{"a": [' + b"[],[]," * 2_000_000 + b"1]}") * 40)
    (rest,) = parsed.frame("quarantine").to_dicts()[-1:]
    assert rest["reason"] == "parser_died"
    assert "SIGXCPU" in rest["detail"]


@pytest.mark.slow
def test_a_process_that_runs_out_of_memory_is_stopped(parse: Callable[[Parser, bytes], Parsed]) -> None:
    with Parser(memory=500 << 20) as parser:
        parsed = parse(parser, lines(event(1, input=["x" * 10] * 1_100_000)) * 6)
    assert parsed.frame("quarantine")["reason"].to_list()[-1] == "parser_died"
    assert parsed.lines == parsed.frame("event").height + parsed.frame("quarantine").height


@pytest.mark.slow
def test_being_told_to_stop_is_no_verdict_on_the_file(
    many: bytes, parse: Callable[[Parser, bytes], Parsed], tmp_path: Path
) -> None:
    with Parser() as parser:
        thread = killing(parser, tmp_path, signal.SIGTERM, 1)
        with pytest.raises(ParserError, match=r"SIGTERM.*nothing was taken in"):
            parse(parser, many * 5)  # on a busy machine the signal may come chunks later
        thread.join()


def test_a_process_that_cannot_start_says_why(
    parse: Callable[[Parser, bytes], Parsed], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with Parser() as parser, pytest.raises(ParserError, match="does not start: the reading process ended with 1"):
        parse(parser, b"{}")


def test_a_full_disk_is_no_verdict_on_the_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(lines(event(1)))
    with Parser() as parser:
        parser.parse(source, "a.jsonl", tmp_path / "parts")
        process = parser._process
        assert process is not None
        assert process.stdin is not None
        job = {"source": str(source), "name": "a.jsonl", "folder": f"{tmp_path}/gone", "purpose": "inbox"}
        with pytest.raises(ParserError, match="cannot write to"):
            parser._ask(json.dumps(job | {"judged": False}))


def test_the_process_sees_no_credentials_and_loads_neither_lake_nor_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with Parser() as parser:
        parser._running()
        environment = Path(f"/proc/{parser.pid}/environ").read_bytes()
    assert b"secret" not in environment
    loaded = subprocess.run(
        [sys.executable, "-c", "import gt_platform.records.child, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"polars", "duckdb", "gt_platform.lake", "gt_platform.project", "pydantic"} & set(loaded)
