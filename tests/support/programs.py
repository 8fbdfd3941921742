"""Programs that tests run in processes of their own, each in a process group that can be killed whole."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass

from gt_platform.settings import Settings
from tests.support.backends import REPOSITORY, environment


class ProgramError(AssertionError):
    """A program that failed; the message ends with what it wrote."""


@dataclass(frozen=True)
class Program:
    """A started program."""

    process: "subprocess.Popen[str]"

    def output(self, timeout: float = 120) -> str:
        """Wait for its end and return what it printed. Raises ProgramError unless it ended well."""
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        if self.process.returncode != 0:
            raise ProgramError(f"exit code {self.process.returncode}\n{out[-2000:]}\n{err[-4000:]}")
        return out

    def kill(self) -> None:
        """End it at once with everything it started, as `kill -9` or a lost machine would."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


def start(settings: Settings, *arguments: str) -> Program:
    """Run a Python module with arguments, in the environment of these settings."""
    return Program(
        subprocess.Popen(
            [sys.executable, *arguments],
            cwd=REPOSITORY,
            env=environment(settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    )
