"""What it takes to find items and to open one, of 100,000: the workbench's pages, and Label Studio's lists of tasks.

    python -m tests.bench.truth_pages [--items 100000] [--times 20] [--label-studio]

Milliseconds from a request to its whole answer, and CPU milliseconds of all that serves it; ours are whole pages of
HTML, Label Studio's the JSON that its page then draws.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from gt_platform.lake import Lake
from gt_platform.platform import Platform
from gt_platform.settings import Settings
from gt_platform.workbench.store.database import Database
from tests.bench.crash import children
from tests.bench.truth_lake import CHANNELS, TEXT, fill
from tests.support.accounts import add
from tests.support.front import Front, project
from tests.support.label_studio import start_label_studio
from tests.support.sentiment import LABELS

AT = "/p/sentiment/truth"
CHUNK = 5000
PAGE = 50
WORDS = TEXT.split()
THE_SAME = """
    SELECT json_extract_string(input, '$') AS text, json_extract_string(answer, '$') AS label, status,
           json_extract_string(attributes, '$.channel') AS channel, confidence
    FROM items LEFT JOIN current_decisions USING (item_id)
"""
Ask = Callable[[Random], object]
CONFIG = '<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="positive"/></Choices></View>'


def ours(items: int, folder: Path) -> Iterator[tuple[str, Ask]]:
    """What is asked of the workbench, each with what asks it once."""
    declared = project(folder)
    with Lake.open(Settings(home=folder)) as lake:
        ids = fill(lake, declared, items)
    platform = Platform(Settings(home=folder))
    database = Database.open(f"sqlite:///{folder / 'workbench.sqlite'}")
    add(database, "Lea", "lead", password=None)
    lea = Front(database, {declared.name: declared}, platform=platform).entered("Lea")

    def get(path: str) -> None:
        answer = lea.get(f"{AT}{path}")
        assert answer.status_code == 200, answer.text

    yield "the first look", lambda _: get("")
    yield "all, decided last", lambda _: get("")
    yield "a word", lambda chance: get(f"?q={chance.choice(WORDS)}")
    yield "three words", lambda chance: get(f"?q={'+'.join(chance.sample(WORDS, 3))}")
    yield "the beginning of an id", lambda chance: get(f"?q={chance.choice(ids)[:12]}")
    yield "label", lambda chance: get(f"?label={chance.choice(list(LABELS))}")
    yield "status", lambda chance: get(f"?status={chance.choice(['adjudicated', 'imported', 'retired'])}")
    yield "attribute", lambda chance: get(f"?slice=channel%3D{chance.choice(CHANNELS)}")
    yield "split", lambda chance: get(f"?split={chance.choice(['test', 'train'])}")
    yield "confidence, least sure first", lambda _: get("?confidence=0.5-0.7&sort=unsure")
    yield "annotator", lambda chance: get(f"?annotator=ann-{chance.randrange(40)}")
    yield "release", lambda _: get("?release=1")
    yield "by text", lambda _: get("?sort=text")
    yield (
        "text, label, attribute, split",
        lambda chance: get(f"?q={chance.choice(WORDS)}&label=positive&slice=channel%3Dweb&split=train"),
    )
    yield "an item", lambda chance: get(f"/{chance.choice(ids)}")
    database.close()
    platform.close()


@dataclass(frozen=True)
class Peer:
    """Label Studio with the same items, their facts as data of its tasks."""

    api: Callable[..., Any]
    project: int

    def tasks(self, *filters: tuple[str, str, Any], order: str = "tasks:id") -> None:
        """A page of its list."""
        asked = [
            {"filter": f"filter:tasks:{name}", "operator": operator, "type": _type(value), "value": value}
            for name, operator, value in filters
        ]
        query = json.dumps({"filters": {"conjunction": "and", "items": asked}, "ordering": [order]})
        self.api("GET", f"/api/tasks?project={self.project}&page=1&page_size={PAGE}&fields=all&query={query}")


def _type(value: Any) -> str:
    return "Number" if isinstance(value, (int, float, dict)) else "String"


def theirs(items: int, api: Callable[..., Any], rows: list[dict[str, Any]]) -> Iterator[tuple[str, Ask]]:
    """What is asked of Label Studio."""
    number = api("POST", "/api/projects", {"title": "peer", "label_config": CONFIG})["id"]
    for start in range(0, items, CHUNK):
        api("POST", f"/api/projects/{number}/import", [{"data": row} for row in rows[start : start + CHUNK]])
    peer = Peer(api, number)
    first = api("GET", f"/api/tasks?project={number}&page=1&page_size=1&fields=all")["tasks"][0]["id"]
    yield "all", lambda _: peer.tasks()
    yield "a word", lambda chance: peer.tasks(("data.text", "contains", chance.choice(WORDS)))
    yield "label", lambda chance: peer.tasks(("data.label", "equal", chance.choice(list(LABELS))))
    yield "attribute", lambda chance: peer.tasks(("data.channel", "equal", chance.choice(CHANNELS)))
    yield "by text", lambda _: peer.tasks(order="tasks:data.text")
    yield "text, label, attribute", lambda chance: peer.tasks(
        ("data.text", "contains", chance.choice(WORDS)), ("data.label", "equal", "positive"),
        ("data.channel", "equal", "web"),
    )  # fmt: skip
    yield "an item", lambda chance: api("GET", f"/api/tasks/{first + chance.randrange(items)}")


def measure(asked: Iterator[tuple[str, Ask]], times: int, serving: int) -> None:
    """A line for each, of so many times."""
    chance = Random(1)
    print(f"{'':>30} {'p50':>7} {'p95':>7} {'CPU':>7}")
    for name, ask in asked:
        took, before = [], cpu(serving)
        for _ in range(1 if "first" in name else times):
            started = time.perf_counter()
            ask(chance)
            took.append(1000 * (time.perf_counter() - started))
        each = 1000 * (cpu(serving) - before) / len(took)
        p50, p95 = np.quantile(took, [0.5, 0.95])
        print(f"{name:>30} {p50:>7.0f} {p95:>7.0f} {each:>7.0f}", flush=True)


def cpu(process: int) -> float:
    """Seconds that a process and those below it have used."""
    found = [process]
    for one in found:
        with suppress(FileNotFoundError):  # a thread that ended while it was looked at
            found += children(one)
    stats = (Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split() for one in found)
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


@contextmanager
def label_studio() -> Iterator[tuple[Callable[..., Any], int]]:
    """A real one, while this runs."""
    server = start_label_studio()
    try:
        yield server.api, server.server.guard.pid
    finally:
        server.server.stop()


def main() -> None:
    """Measure one, and the other where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--label-studio", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        print("workbench")
        measure(ours(given.items, Path(name)), given.times, os.getpid())
        if given.label_studio:
            with Lake.open(Settings(home=Path(name)), read_only=True) as lake:
                rows = lake.store("sentiment").read(THE_SAME)
            with label_studio() as (api, serving):
                print("Label Studio")
                measure(theirs(given.items, api, rows.to_dicts()), given.times, serving)


if __name__ == "__main__":
    main()
