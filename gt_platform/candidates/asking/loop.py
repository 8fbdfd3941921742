"""What came of asking goes into the tables in chunks, so that whatever ends it keeps what came."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from gt_platform.candidates.answers import Answers, answers
from gt_platform.candidates.asking.base import Asker, Item, Reply
from gt_platform.candidates.errors import CandidateError
from gt_platform.candidates.intake import Outcome, Run, Taken, take_in
from gt_platform.lake import Store
from gt_platform.project import Project

CHUNK = 500
EVERY = 5.0  # seconds: a commit takes a tenth of one
IN_A_ROW = 20
"""Failures after which there is no point in asking on."""


def ask(
    store: Store,
    project: Project,
    run: Run,
    asker: Asker,
    items: Sequence[Item],
    *,
    told: Callable[[int], None] = lambda _: None,
    chunk: int = CHUNK,
) -> Taken:
    """Ask items, and take in what comes. `told` is called with 1 for each reply.

    Raises CandidateError where it comes to nothing; then, and on Ctrl-C, what came is kept.
    """
    keeper = _Keeper(store, project, run)
    outcome: Outcome = "stopped"
    try:
        with closing(asker(items)) as replies:
            for reply in replies:
                keeper.add(reply)
                told(1)
                if len(keeper.waiting) >= chunk or time.monotonic() - keeper.kept_at > EVERY:
                    keeper.keep("running")
        outcome = "finished"
    finally:
        keeper.keep(outcome)
    return run.so_far


class _Keeper:
    """Holds what came until it is kept."""

    def __init__(self, store: Store, project: Project, run: Run) -> None:
        self._store, self._project, self._run = store, project, run
        self.waiting: list[Reply] = []
        self.kept_at = time.monotonic()
        self._misses = 0

    def add(self, reply: Reply) -> None:
        """Take a reply. Raises CandidateError after too many failures in a row."""
        self.waiting.append(reply)
        self._misses = self._misses + 1 if reply.failed else 0
        if self._misses >= IN_A_ROW:
            raise CandidateError(
                f"{IN_A_ROW} items in a row failed, the last with: {reply.record['error']}. What came is kept; once "
                "that is mended, --again asks again what failed"
            )

    def keep(self, outcome: Outcome) -> None:
        """Take in what waits, and note how the run stands."""
        if self.waiting or self._run.run_id is not None:
            take_in(self._store, self._run, _answers(self._project, self.waiting), outcome=outcome)
        self.waiting, self.kept_at = [], time.monotonic()


def _answers(project: Project, replies: Sequence[Reply]) -> Answers:
    """What replies say; one that says it in a wrong way has failed, as nothing that was asked may be lost."""
    found = answers(project, _records(replies))
    wrong = dict(found.rejected.select("line", "detail").iter_rows())
    if not wrong:
        return found
    failed = [Reply(one.item, {"error": wrong[at]}) if at in wrong else one for at, one in enumerate(replies)]
    return answers(project, _records(failed))


def _records(replies: Sequence[Reply]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    for at, reply in enumerate(replies):
        named = {"item_id": reply.item.item_id, "repetition": reply.item.repetition}
        record = {**reply.record, **named}
        yield at, json.dumps(record, ensure_ascii=False, default=str), record
