"""A real Label Studio on a free port of 127.0.0.1, with users; its database is a throw-away SQLite file.

Label Studio needs other versions of our dependencies, so it lives in a virtual environment of its own, made once for
each machine below the user's cache folder. GT_LABEL_STUDIO_PYTHON names an interpreter that has it instead.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from gt_platform.waiting import file_lock
from tests.support.servers import Server, ServerError

VERSION = "1.23.2"
INTERPRETER = os.environ.get("GT_LABEL_STUDIO_PYTHON")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "gt_platform" / f"label-studio-{VERSION}"
ADMIN, PASSWORD = "admin@example.test", "correct-horse-9"
TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105
PATIENCE = 300  # seconds until it must be up, with a new database on a busy machine
ENVIRONMENT = {
    "DJANGO_DB": "sqlite",
    "LABEL_STUDIO_USERNAME": ADMIN,
    "LABEL_STUDIO_PASSWORD": PASSWORD,
    "LABEL_STUDIO_USER_TOKEN": TOKEN,
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "FEATURE_FLAGS_OFFLINE": "true",
    "DEBUG": "false",
    "LOG_LEVEL": "WARNING",
}


@contextmanager
def served_at(url: str, token: str = TOKEN) -> Iterator[None]:
    """Backends opened meanwhile use this server."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("GT_LABEL_STUDIO_URL", url)
        environment.setenv("GT_LABEL_STUDIO_TOKEN", token)
        yield


@dataclass(frozen=True)
class User:
    """Somebody who signed up, with their legacy token."""

    user_id: int
    email: str
    token: str


@dataclass(frozen=True)
class LabelStudioServer:
    """A running server; TOKEN is its administrator's legacy token."""

    server: Server
    url: str

    def api(self, method: str, path: str, body: Any = None, *, by: User | None = None) -> Any:
        """Call its API, as the administrator or as somebody else."""
        credentials = f"Token {TOKEN if by is None else by.token}"
        answer = httpx.request(
            method, f"{self.url}{path}", json=body, headers={"Authorization": credentials}, timeout=60
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def sign_up(self, email: str) -> User:
        """Somebody who follows an invitation."""
        link = f"{self.url}{self.api('GET', '/api/invite')['invite_url'].removeprefix(self.url)}"
        with httpx.Client(base_url=self.url, timeout=60) as browser:
            browser.get(link).raise_for_status()
            csrf = browser.cookies["csrftoken"]
            form = {"csrfmiddlewaretoken": csrf, "email": email, "password": PASSWORD}
            browser.post(link, data=form, headers={"Referer": link})
            token = browser.get("/api/current-user/token").raise_for_status().json()["token"]
            return User(browser.get("/api/current-user/whoami").json()["id"], email, token)


def start_label_studio() -> LabelStudioServer:
    """Start it, and make what it needs the first time. Raises ServerError."""
    with file_lock(CACHE / "lock"):
        python = Path(INTERPRETER) if INTERPRETER else _installed()
        template = CACHE / "empty.sqlite3"
        if not template.exists():
            first = _started(python, None)
            # making the tables takes it longer than everything else
            shutil.copyfile(first.server.folder / "ls.sqlite3", template.with_suffix(".new"))
            first.server.stop()
            template.with_suffix(".new").replace(template)
    return _started(python, template)


def _installed() -> Path:
    python = CACHE / "venv" / "bin" / "python"
    if not (CACHE / "installed").exists():
        venv.create(CACHE / "venv", with_pip=True, clear=True)
        done = _by_uv(python)
        if done.returncode:  # uv may be missing, or not be let to the index
            done = _ran(str(python), "-m", "pip", "install", "--quiet", f"label-studio=={VERSION}")
        if done.returncode:
            raise ServerError(f"Label Studio {VERSION} cannot be installed:\n{done.stderr[-2000:]}")
        (CACHE / "installed").touch()
    return python


def _by_uv(python: Path) -> "subprocess.CompletedProcess[str]":
    """Takes a fifth of pip's time; uv reads none of pip's settings but the index it is told."""
    known = os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("PIP_INDEX_URL")
    index = known or _ran(sys.executable, "-m", "pip", "config", "get", "global.index-url").stdout.strip()
    command = ["-m", "uv", "pip", "install", "--quiet", "--python", str(python), f"label-studio=={VERSION}"]
    return _ran(sys.executable, *command, **({"UV_DEFAULT_INDEX": index} if index else {}))


def _ran(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def _started(python: Path, database: Path | None) -> LabelStudioServer:
    folder = Path(tempfile.mkdtemp(prefix="gt-ls-"))
    if database is not None:
        shutil.copyfile(database, folder / "ls.sqlite3")
    port = _free_port()
    own = {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "DATABASE_NAME": str(folder / "ls.sqlite3")}
    serve = [str(python.with_name("label-studio")), "start", "--no-browser", "--internal-host", "127.0.0.1"]
    guard = [str(Path(__file__).with_name("guard.py")), str(folder), str(os.geteuid()), str(int(signal.SIGTERM))]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *guard, *serve, "--port", str(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
            env={**os.environ, **ENVIRONMENT, **own},
        )
    running = LabelStudioServer(Server("Label Studio", process, folder), f"http://127.0.0.1:{port}")
    _wait(running, port)
    return running


def _wait(running: LabelStudioServer, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _up(running.url):
        if running.server.guard.poll() is not None or time.monotonic() > deadline:
            log = running.server.log
            running.server.stop()
            raise ServerError(f"Label Studio did not come up:\n{log}")
        time.sleep(0.2)
    # with its port taken, it silently takes the next one, and somebody else answers at this one
    if f"http://127.0.0.1:{port}/" not in running.server.log:
        running.server.stop()
        raise ServerError(f"Label Studio is not what answers at port {port}")


def _up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=5).is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
