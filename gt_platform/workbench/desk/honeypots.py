"""Which honeypots are mixed into an annotator's batch, how many, and where."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from random import Random
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update

from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk.grading import OF_TASK
from gt_platform.workbench.store.rules import Rules
from gt_platform.workbench.store.tables import Record, honeypots, items, tasks

_THEIRS = tasks.c.project == bindparam("of"), tasks.c.account_id == bindparam("whose")
_SEEN = and_(tasks.c.honeypot_id.is_not(None), or_(tasks.c.state != "returned", tasks.c.opened_at.is_not(None)))
KNOWN = (
    select(honeypots.c.stratum, func.count())
    .join_from(tasks, honeypots, OF_TASK)
    .where(*_THEIRS, _SEEN)
    .group_by(honeypots.c.stratum)
)
_HAD = exists().where(
    *_THEIRS,
    tasks.c.item_id == honeypots.c.item_id,
    or_(tasks.c.assignment_id.is_not(None), tasks.c.state != "returned", tasks.c.opened_at.is_not(None)),
)
NEVER_HAD = (
    select(honeypots)
    .join(items, and_(items.c.project == honeypots.c.project, items.c.item_id == honeypots.c.item_id))
    .where(honeypots.c.project == bindparam("of"), honeypots.c.active, ~_HAD)
    .where(honeypots.c.requires.in_(bindparam("able", expanding=True)))
)
# beside suggestions, a task without one would stand out
WITH_SUGGESTION = NEVER_HAD.where(items.c.suggestion.is_not(None))


def known_to(connection: Connection, annotator: Account, project: str) -> Counter[str]:
    """How many honeypots of each stratum this annotator was shown."""
    shown = connection.execute(KNOWN, {"of": project, "whose": annotator.account_id})
    return Counter(dict(shown.all()))


def never_had(
    connection: Connection, annotator: Account, project: str, rules: Rules, requires: Collection[str]
) -> Sequence[Record]:
    """The honeypots in use that this annotator can be given: of items they never had, in whatever way."""
    query = WITH_SUGGESTION if rules.suggestions else NEVER_HAD
    return connection.execute(query, {"of": project, "whose": annotator.account_id, "able": requires}).all()


def count_shown(connection: Connection, project: str, given: Sequence[Record]) -> None:
    """Count that these honeypots are given to somebody."""
    one_more = update(honeypots).values(shown=honeypots.c.shown + 1)
    these = honeypots.c.honeypot_id.in_([pot.honeypot_id for pot in given])
    connection.execute(one_more.where(honeypots.c.project == project, these))


def chosen(
    able: Iterable[Record], beside: Sequence[Record], known: Counter[str], count: int, chance: Random
) -> list[Record]:
    """At most `count` of the honeypots they can be given: of the stratum they know least, the least shown first.

    `beside` are the assignments they are about to be given; no item comes twice.
    """
    asked = {row.item_id for row in beside}
    left = [pot for pot in able if pot.item_id not in asked]
    counted = known.copy()
    found: list[Record] = []
    chance.shuffle(left)
    while left and len(found) < count:
        best = min(left, key=lambda pot: (counted[pot.stratum], max(pot.exposures, pot.shown)))
        left = [pot for pot in left if pot.item_id != best.item_id]
        counted[best.stratum] += 1
        found.append(best)
    return found


def newcomers(rules: Rules, known: Counter[str], asked: int, size: int, chance: Random) -> int:
    """How many of this batch are for a newcomer: what they lack, but no more than there is other work to hide it in."""
    if rules.honeypots is None:
        return 0
    half = size // 2 + (size % 2 and chance.random() < 0.5)
    return min(half, asked, max(0, rules.honeypots.newcomer - known.total()))


def sprinkled(rules: Rules, asked: int, size: int, chance: Random) -> int:
    """How many go among the others: the declared share in the mean, when `asked` assignments are there for `size`.

    A number fixed for each batch would give away the last one, so what is left of a whole one is left to chance.
    """
    if rules.honeypots is None or size <= 0 or asked <= 0:
        return 0
    share = rules.honeypots.share
    expected = min(share * size, asked * share / (1 - share))
    return int(expected) + (chance.random() < expected % 1)


def mixed(pots: Sequence[Record], asked: Sequence[Record], chance: Random) -> list[Any]:
    """The order of a batch: honeypots at random places, where order tells of none, among what is asked."""
    size = len(pots) + len(asked)
    places = set(chance.sample(range(size), len(pots)))
    pot, question = iter(pots), iter(asked)
    return [next(pot) if place in places else next(question) for place in range(size)]
