"""How long a key takes where one of 500 answers is found by typing: `python -m tests.bench.finding [ANSWERS]`.

Each key is pressed in a real browser. Counted is the CPU time of the page's own thread, script, layout and painting,
until two pictures later, which does not depend on what else the machine does; and the time from the key to the next
picture as the browser tells it (Event Timing, in steps of 8 ms, none below 16), which does.
"""

import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

from tests.workbench.browser import bench, chromium, people, visitor
from tests.workbench.examples import project

WORDS = ("case 4", "topic 3")
ROUNDS = 5
WATCH = """() => {
    window.timed = []
    new PerformanceObserver((list) => timed.push(...list.getEntries().filter(({ name }) => name === "keydown")
        .map(({ duration }) => duration))).observe({ type: "event", durationThreshold: 16 })
}"""
PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def main() -> None:
    """Print a line for a list and one for a tree."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    names = [f"area {n // 50} topic {n // 5 % 10} case {n % 5}" for n in range(many)]
    meaning = "what is meant by it, in about ten words or so"
    tree: dict[str, dict[str, dict[str, str]]] = {}
    for n in range(many):
        below = tree.setdefault(f"area {n // 50}", {}).setdefault(f"topic {n // 5 % 10}", {})
        below[f"case {n % 5}"] = meaning
    answers: dict[str, dict[str, Any]] = {
        "choice": {"kind": "choice", "labels": dict.fromkeys(names, meaning)},
        "tree": {"kind": "tree", "labels": tree},
    }
    projects = [project(name, answer) for name, answer in answers.items()]
    with tempfile.TemporaryDirectory() as folder, bench(Path(folder), *projects) as site, chromium() as browser:
        people(site)
        with visitor(browser, site, "Ann") as visiting:
            for name in answers:
                site.ask(name, ["one"])
                visiting.go(f"/p/{name}/next")
                print(name, many, _timed(visiting.page))


def _timed(page: Page) -> str:
    page.evaluate(WATCH)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    keys = [key for word in WORDS for key in (*word, *["Backspace"] * len(word))] * ROUNDS
    used = sorted(_used(page, session, key) for key in keys)
    page.wait_for_timeout(300)
    timed = sorted(page.evaluate("timed"))
    seen = [16.0] * (len(keys) - len(timed)) + timed  # quicker ones are not reported
    return f"{len(keys)} keys, ms: CPU {_ranks(used)}; to the next picture {_ranks(seen)}"


def _used(page: Page, session: CDPSession, key: str) -> float:
    """CPU milliseconds of the page's thread for a key, less those of waiting as long without one."""
    page.evaluate(PAINTED)
    start = _thread(session)
    page.evaluate(PAINTED)
    idle = _thread(session) - start
    page.keyboard.press("Space" if key == " " else key)
    page.evaluate(PAINTED)
    return _thread(session) - start - 2 * idle


def _thread(session: CDPSession) -> float:
    told = session.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(one["value"] for one in told if one["name"] == "TaskDuration"))


def _ranks(values: list[float]) -> str:
    return f"median {statistics.median(values):.1f}, 99 % {values[int(0.99 * len(values))]:.1f}, most {values[-1]:.1f}"


if __name__ == "__main__":
    main()
