"""Evidently's own pages, `evidently ui`, on the workspace of the lake. What is in that belongs in workspace.py."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath

from gt_platform.drift.evidently.workspace import ROOT
from gt_platform.errors import ServeError
from gt_platform.lake.storage import Folder, Storage
from gt_platform.scratch import scratch

HOST = "127.0.0.1"
"""Evidently's pages ask nobody who they are, and let everybody delete: they are for who sits at this machine."""


def serve(files: Storage, *, port: int | None = None, started: Callable[[str], None]) -> None:
    """Serve the workspace until Ctrl-C, on a free port where none is named; `started` is told the address.

    Nights that come meanwhile are seen after a restart: Evidently overlooks files that come whole, by another name.
    Of a folder changes made in the pages are kept; of S3 a copy is served, and they are not. Raises ServeError.
    """
    os.environ["DO_NOT_TRACK"] = "1"  # Evidently reports its use to its makers unless this is set
    import uvicorn
    from evidently.ui.service.app import create_app, get_config

    with ExitStack() as opened:
        listening = opened.enter_context(_listening(port))
        workspace = opened.enter_context(_local(files))
        os.chdir(workspace.parent)  # where Evidently looks for dashboards, whichever workspace it is told
        served = create_app(get_config(workspace=workspace.name))
        config = uvicorn.Config(served, log_level="warning", access_log=False)
        started(f"http://{HOST}:{listening.getsockname()[1]}")
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def _local(files: Storage) -> Iterator[Path]:
    stored = [found.path for found in files.list(f"{ROOT}/")]
    if not stored:
        raise ServeError(f"{files.url}/{ROOT} has no snapshot; each night that is compared adds one")
    if isinstance(files, Folder):
        yield files.root / ROOT
        return
    with scratch("evidently") as folder:
        for path in stored:
            target = folder / PurePosixPath(path).relative_to(PurePosixPath(ROOT).parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(files.read(path))
        yield folder / PurePosixPath(ROOT).name


def _listening(port: int | None) -> socket.socket:
    try:
        return socket.create_server((HOST, port or 0))
    except OSError as error:
        raise ServeError(f"{HOST}:{port} cannot be listened on: {error.strerror}; name another --port") from None
