"""Dagster's folder, and the UI and daemon on it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from gt_platform.dagster_home import environment, open_instance, prepare, serve, share_with_dg
from gt_platform.dagster_runs import RunLauncher
from gt_platform.errors import ServeError
from gt_platform.settings import Settings
from tests.support.home import make_home

SERVE = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite run in the background inherits that it is ignored
from gt_platform.dagster_home import serve
from gt_platform.settings import Settings
serve(Settings(home=Path(sys.argv[1]), projects=Path(sys.argv[1]) / "projects"), port=int(sys.argv[2]))
"""
QUERY = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } jobs { name } } } } }"


def test_the_settings_are_written_once_and_mean_what_they_say(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    assert folder == tmp_path / "dagster"
    with open_instance(tmp_path) as instance:
        assert instance.telemetry_enabled is False
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_max_runtime_seconds == 6 * 3600
        assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 2)
        assert instance.run_retries_retry_on_asset_or_op_failure is False
        assert instance.get_concurrency_config().run_queue_config is not None
    assert isinstance(instance.run_launcher, RunLauncher)
    (folder / "dagster.yaml").write_text("telemetry: { enabled: false }\n", encoding="utf-8")
    prepare(tmp_path)
    assert yaml.safe_load((folder / "dagster.yaml").read_text("utf-8")) == {"telemetry": {"enabled": False}}


def test_settings_that_nobody_changed_since_an_earlier_version_wrote_them_are_todays(tmp_path: Path) -> None:
    today = (prepare(tmp_path / "new") / "dagster.yaml").read_text("utf-8")
    earlier = (Path(__file__).parent / "fixtures" / "0.1.0" / "dagster.yaml").read_text("utf-8")
    file = prepare(tmp_path / "old") / "dagster.yaml"
    for written, becomes in ((earlier, today), (earlier + "# mine\n", earlier + "# mine\n")):
        file.write_text(written, encoding="utf-8")
        prepare(tmp_path / "old")
        assert file.read_text("utf-8") == becomes


def test_children_get_paths_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = environment(Settings(home=Path("h"), projects=Path("p")))
    assert (given["GT_HOME"], given["GT_PROJECTS"]) == (str(tmp_path / "h"), str(tmp_path / "p"))
    assert given["DAGSTER_HOME"] == str(tmp_path / "h" / "dagster")
    assert "GT_DATA" not in given  # an embedded lake may move with its home only while this is not set
    assert environment(Settings(home=Path("h"), data="d"))["GT_DATA"] == str(tmp_path / "d")
    assert environment(Settings(home=Path("h"), data="s3://b/p"))["GT_DATA"] == "s3://b/p"


@pytest.mark.slow
def test_a_taken_port_ends_both_with_a_sentence(tmp_path: Path) -> None:
    settings = make_home(tmp_path, days=())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServeError, match="dagster-webserver ended with code"):
            serve(settings, port=taken.getsockname()[1])
    assert _left_over(tmp_path) == []


@pytest.mark.slow
def test_the_ui_answers_and_ends_with_all_its_processes(tmp_path: Path) -> None:
    make_home(tmp_path, days=())
    port = _free_port()
    served = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path), str(port)], stderr=subprocess.DEVNULL)
    try:
        answer = _ask(f"http://127.0.0.1:{port}/graphql", QUERY)
        (repository,) = answer["data"]["repositoriesOrError"]["nodes"]
        assert repository["location"]["name"] == "gt_platform"
        assert {"small_refresh", "small_settle", "compact"} <= {job["name"] for job in repository["jobs"]}
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(60)
    assert _left_over(tmp_path) == []


@pytest.mark.slow
def test_several_processes_may_open_a_new_home_at_once(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from gt_platform.dagster_home import open_instance as o; "
    opening = [
        subprocess.Popen([sys.executable, "-c", code + "o(Path(sys.argv[1])).dispose()", str(tmp_path)])
        for _ in range(3)
    ]
    assert [process.wait(120) for process in opening] == [0, 0, 0]


def _ask(url: str, query: str) -> Any:
    request = urllib.request.Request(url, json.dumps({"query": query}).encode(), {"Content-Type": "application/json"})  # noqa: S310
    deadline = time.monotonic() + 120
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - our own server
                return json.loads(response.read())
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _left_over(home: Path) -> list[str]:
    """Processes still there after a while: a code server that was starting notices by its heartbeat."""
    deadline = time.monotonic() + 90
    while (found := _processes(home)) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def _processes(home: Path) -> list[str]:
    """The processes that have this home in their environment."""
    mine = f"GT_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(folder.name) != os.getpid() and mine in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # ended, or not ours
    return found


def test_dg_shares_the_home_of_a_checkout_and_nobody_elses_env_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GT_HOME", raising=False)
    share_with_dg(Settings())
    assert not (tmp_path / ".env").exists()  # no checkout
    (tmp_path / "workspace.yaml").touch()
    share_with_dg(Settings(home=tmp_path / ".demo"))
    assert not (tmp_path / ".env").exists()
    share_with_dg(Settings())
    assert (tmp_path / ".env").read_text() == f"DAGSTER_HOME={tmp_path / '.gt' / 'dagster'}\n"
    (tmp_path / ".env").write_text("MINE=1\n")
    share_with_dg(Settings())
    assert (tmp_path / ".env").read_text() == "MINE=1\n"
