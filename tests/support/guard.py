"""Runs one server for as long as its own standard input is open; then stops it and removes its folder.

Started as a program by servers.py. The operating system closes the pipe however pytest ends, so that even a
`kill -9` of pytest leaves no server behind.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

PATIENCE = 10  # seconds between asking a server to stop and killing it


def main() -> int:
    """Arguments: the folder to remove, the user id to run as, the signal that stops it, and the command."""
    folder, user, stop_signal, *command = sys.argv[1:]
    account = {} if int(user) == os.geteuid() else {"user": int(user), "group": int(user), "extra_groups": []}
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **account)  # type: ignore[call-overload]
    threading.Thread(target=_stop_at_end_of_input, args=(server, int(stop_signal)), daemon=True).start()
    code = int(server.wait())
    _kill(server)
    shutil.rmtree(Path(folder), ignore_errors=True)
    return code


def _stop_at_end_of_input(server: "subprocess.Popen[bytes]", stop_signal: int) -> None:
    sys.stdin.buffer.read()
    server.send_signal(stop_signal)
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        _kill(server)


def _kill(server: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
