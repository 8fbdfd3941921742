"""Hard cases that an address asks for, and how many there are of each kind to ask for.

What was answered to a case, why it is one and who answered are no filters before whoever asks may see its thread: a
list that gets shorter would tell it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gt_platform.canonical import as_json
from gt_platform.labeling.agenda import HardCase
from gt_platform.workbench.web.filters import Filters

SEARCH = "q"
AGES = {"week": 7, "month": 30, "quarter": 91}
"""Days that a case is at most old; what is older is `older`."""
OLDER = "older"


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A case in the list, the labels that are at odds, and whether its thread is `open` to whoever asks."""

    case: HardCase
    pair: str
    open: bool

    @property
    def text(self) -> str:
        """What it is searched in."""
        said = self.case.input if isinstance(self.case.input, str) else as_json(self.case.input)
        return f"{said} {self.case.note or ''}" if self.open else said


Values = Callable[[Listed, datetime], tuple[str, ...]]
OF: Mapping[str, Values] = {
    "state": lambda one, _: (one.case.state,),
    "pair": lambda one, _: (one.pair,) if one.open else (),
    "why": lambda one, _: (one.case.kind,) if one.open else (),
    "guideline": lambda one, _: (one.case.guideline_version[:8],),
    "rule": lambda one, _: (one.case.rule,) if one.case.rule else (),
    "age": lambda one, now: (_age(one.case, now),),
    "annotator": lambda one, _: one.case.annotators if one.open else (),
}
"""What a case has under the name of each filter."""
NAMES = (SEARCH, *OF)


@dataclass(frozen=True, kw_only=True)
class Found:
    """The cases that are asked for, and under each filter what there is of it, were that filter alone left out.

    `unseen` are those that what was answered or who did would be asked of, had whoever asks said what they think.
    """

    cases: Sequence[Listed]
    offered: Mapping[str, Mapping[str, int]]
    unseen: int


def find(listed: Sequence[Listed], filters: Filters, names: Sequence[str], now: datetime) -> Found:
    """Look them up by the filters of these names, and the search; their order stays."""
    searched = [one for one in listed if _has(one, filters[SEARCH])]
    held = [(one, {name: OF[name](one, now) for name in names}) for one in searched]
    asked = {name: filters[name] for name in names if filters[name]}
    chosen = [one for one, values in held if _fits(values, asked)]
    return Found(
        cases=chosen,
        offered={name: _offered(held, name, asked) for name in names},
        unseen=sum(not one.open for one in searched) if asked.keys() & {"pair", "why", "annotator"} else 0,
    )


def _offered(
    held: Sequence[tuple[Listed, Mapping[str, tuple[str, ...]]]], name: str, asked: Mapping[str, str | None]
) -> Mapping[str, int]:
    """How many cases have each value; what is asked for is among them, though it be none."""
    others = {key: value for key, value in asked.items() if key != name}
    counted = Counter(value for _, values in held if _fits(values, others) for value in values[name])
    kept = {asked[name] or "": 0} if name in asked else {}
    return dict(sorted((kept | counted).items(), key=lambda one: (-one[1], one[0])))


def _fits(values: Mapping[str, tuple[str, ...]], asked: Mapping[str, str | None]) -> bool:
    return all(value in values[name] for name, value in asked.items())


def _has(one: Listed, words: str | None) -> bool:
    """Whether all the words stand in it, in any order, or its id begins so."""
    wanted = (words or "").casefold().split()
    text = one.text.casefold()
    return all(word in text or one.case.case_id.startswith(word) for word in wanted)


def _age(case: HardCase, now: datetime) -> str:
    return next((name for name, days in AGES.items() if now - case.raised_at <= timedelta(days=days)), OLDER)
