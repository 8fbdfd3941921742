"""A candidate that is a command: items on its stdin, answers on its stdout, a JSON object a line each.

It may answer line by line or at the end, and in any order; `item_id` says to which item.
"""

import json
import os
import queue
import shlex
import signal
import subprocess
import tempfile
import threading
from collections.abc import Generator, Sequence
from typing import IO, Any

from gt_platform.candidates.asking.base import ECHOED, Item, Reply
from gt_platform.candidates.errors import CandidateError
from gt_platform.records import Rejected, parse_json, shown

EACH = 1_000
"""Items that one start of the command is given: what is not answered when it is killed is asked again."""
STARTS = 3
"""In a row, that come to nothing, before it is given up."""
GRACE = 5.0  # seconds it has to end after its last line
UNANSWERED = "the command ended without an answer to it"
Left = dict[tuple[str, int], Item]


class Command:
    """Starts the command, again where it dies; the item it dies of twice has failed. `stray` lines were no answers.

    `timeout` is how long it may say nothing, in seconds.
    """

    def __init__(self, command: str, *, timeout: float | None = None, each: int = EACH) -> None:
        self.source = command
        self.stray: list[str] = []
        self._timeout, self._each = timeout, each
        self._answered = False
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise CandidateError(f"--run {command!r} cannot be read as a command: {error}") from None
        if not self._words:
            raise CandidateError("--run is empty; give a command, such as 'python my_model.py'")

    def __call__(self, items: Sequence[Item]) -> Generator[Reply]:
        """As in Asker."""
        for at in range(0, len(items), self._each):
            yield from self._chunk({(one.item_id, one.repetition): one for one in items[at : at + self._each]})

    def _chunk(self, left: Left) -> Generator[Reply]:
        idle = 0
        while left:
            before = len(left)
            with _Life(self._words, left.values(), self._timeout) as life:
                yield from self._replies(life, left)
                ended = life.end()
            if ended is None:
                yield from (Reply(item, {"error": UNANSWERED}) for item in left.values())
                return
            idle = 0 if len(left) < before else idle + 1
            if idle >= STARTS and (self._answered or len(left) > 1):
                raise CandidateError(f"`{self.source}` {ended}, {idle} times without an answer; what came is kept")
            if idle and (self._answered or idle >= STARTS):  # else it may never have come up, whatever it was given
                yield Reply(left.pop(next(iter(left))), {"error": f"the command {ended}"})

    def _replies(self, life: "_Life", left: Left) -> Generator[Reply]:
        for line in life.lines():
            try:
                record = parse_json(line, unique_keys=False)
            except Rejected as wrong:
                self.stray.append(f"{shown(line)}: {wrong.detail}")
                continue
            item = _asked(record, left)
            if item is None:
                self.stray.append(f"{shown(line)}: its item_id is none of what was asked, or was answered before")
                continue
            self._answered = True
            yield Reply(item, {name: value for name, value in record.items() if name not in ECHOED})


def _asked(record: Any, left: Left) -> Item | None:
    """The item that a line answers, no longer left; of several repetitions the first where it names none."""
    if not isinstance(record, dict):
        return None
    item, repetition = record.get("item_id"), record.get("repetition")
    key = next((key for key in left if key[0] == item and repetition in (None, key[1])), None)
    return None if key is None else left.pop(key)


class _Life:
    """One start of the command, from its first line to its end. A context manager, which leaves nothing running."""

    def __init__(self, words: Sequence[str], items: Any, timeout: float | None) -> None:
        asked = ({"item_id": one.item_id, "repetition": one.repetition, "input": one.input} for one in items)
        self._given = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in asked).encode("utf-8", "replace")
        self._words, self._timeout = words, timeout
        self._came: queue.Queue[bytes | None] = queue.Queue()
        self._silent = False

    def __enter__(self) -> "_Life":
        self._said = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the user's own command
                list(self._words), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
                start_new_session=True,  # Ctrl-C is ours to handle
            )  # fmt: skip
        except OSError as error:
            self._said.close()
            raise CandidateError(f"{self._words[0]} cannot be started: {error.strerror}") from None
        self._threads = [
            threading.Thread(target=run, args=(pipe,), daemon=True)
            for run, pipe in ((self._feed, self._process.stdin), (self._read, self._process.stdout))
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(GRACE)
        self._said.close()

    def lines(self) -> Generator[bytes]:
        """What it writes, as it comes."""
        while True:
            try:
                line = self._came.get(timeout=self._timeout)
            except queue.Empty:
                self._silent = True
                return
            if line is None:
                return
            if line.strip():
                yield line

    def end(self) -> str | None:
        """How it died, in words; None where it ended as it should."""
        if self._silent:
            return f"gave no answer for {self._timeout:g} s"
        try:
            code = self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._kill()
            return None
        if code == 0:
            return None
        how = f"died of {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        return f"{how}{self._last_words()}"

    def _last_words(self) -> str:
        self._said.seek(max(self._said.seek(0, os.SEEK_END) - 4096, 0))
        last = self._said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
        return f" ({last[-200:]})" if last else ""

    def _kill(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _feed(self, pipe: IO[bytes]) -> None:
        try:
            with pipe:
                pipe.write(self._given)
        except OSError:
            return  # it ended, or was ended, before it had read all

    def _read(self, pipe: IO[bytes]) -> None:
        with pipe:
            for line in pipe:
                self._came.put(line)
        self._came.put(None)
