"""A release in which the odd events were drawn much more often than the others, and what candidates said of them."""

import json
from collections.abc import Set as AbstractSet
from typing import Any

from gt_platform.lake import Store
from gt_platform.lake.tables import ITEMS, PREDICTIONS
from tests.benchmark.labels import add_release, add_sample, add_truth, write
from tests.sampling.rows import MOMENT, MONDAY, add_events
from tests.support.rows import rows as table_rows

ODD, USUAL = [f"odd{at:02}" for at in range(60)], [f"usual{at:02}" for at in range(60)]
EVENTS = [*ODD, *USUAL]
PER_ODD, PER_USUAL = 2, 18
"""How many events each drawn one stands for."""
WRONG = {*ODD[:30], *USUAL[:6]}
"""Events that are bad; production says good to all."""
SLICED: dict[str, Any] = {"benchmark": {"metrics": ["accuracy", "recall"], "slices": ["channel"]}}
COMPARED = """
    SELECT difference, low, high, n, lost, gained, non_inferiority, superiority, family FROM comparisons
    WHERE candidate = ? AND estimand = ? AND metric = 'accuracy' AND slice = ?
"""


def drawn_unevenly(store: Store) -> None:
    """A release that knows 60 odd events of 120 and 60 usual ones of 1,080."""
    channel = {name: {"channel": "web" if name in ODD else "app"} for name in EVENTS}
    add_events(store, MONDAY, [{"event_id": name, "attributes": channel[name]} for name in EVENTS])
    add_sample(store, MONDAY, "odd", PER_ODD * len(ODD), ODD)
    add_sample(store, MONDAY, "usual", PER_USUAL * len(USUAL), USUAL)
    add_truth(store, {name: "bad" if name in WRONG else "good" for name in EVENTS})
    known = {"input": '"x"', "origin": "event", "first_seen": MOMENT}
    items = [known | {"item_id": f"item of {name}", "event_id": name} for name in channel]
    write(store, ITEMS, [item | {"attributes": json.dumps(channel[str(item["event_id"])])} for item in items])
    add_release(store)


def say(
    store: Store, candidate: str, bad: AbstractSet[str], *, repetition: int = 1, without: AbstractSet[str] = frozenset()
) -> None:
    """A candidate says bad to these events and good to the others, but nothing to some."""
    given = [
        {"candidate": candidate, "item_id": f"item of {name}", "repetition": repetition, "attempt": 1}
        | {"output": json.dumps("bad" if name in bad else "good"), "content_digest": str(name in bad)}
        for name in EVENTS
        if name not in without
    ]
    store.commit("said", lambda writer: writer.append(PREDICTIONS, table_rows(PREDICTIONS, *given)))


def compared(store: Store, candidate: str, estimand: str = "production", slice_: str = "*") -> dict[str, Any]:
    return store.read(COMPARED, [candidate, estimand, slice_]).row(0, named=True)


def scored(store: Store, candidate: str, estimand: str = "production") -> dict[str, Any]:
    found = store.read("SELECT * FROM candidate_scores").filter(
        candidate=candidate, estimand=estimand, metric="accuracy", slice="*"
    )
    return found.row(0, named=True)
