"""Reviewing a month: flagged items, retirements by declared rules, a release if truth is another, its tag and a note.

A month that was reviewed has its tag; reviewing it again changes nothing. One that died half-way is finished by the
next: what it retired is retired, and the tag comes last.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gt_platform import truth
from gt_platform.labeling import ask_anew
from gt_platform.lake import Store
from gt_platform.monthly.flagged import Flagged, flagged
from gt_platform.monthly.months import Month, ReviewError
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.project.upkeep import Retirement
from gt_platform.truth.rules import MANY, found_by
from gt_platform.truth.tags import tag

TAGGED = "SELECT name, release, note FROM tags WHERE kind = 'tag' ORDER BY number"
MONTHS = re.compile(r"\d{4}\.\d{2}")
STANDING = "SELECT count(*) FROM ground_truth"
RETIRED = "SELECT count(*) FROM decisions WHERE status = 'retired' AND actor = ?"
BY = "monthly review"


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A month's release and its note; none where nothing is settled. `new` tells whether this call reviewed it."""

    month: str
    release: int | None
    note: str
    new: bool
    retired: int = 0
    asked: int = 0


def review(platform: Platform, project: Project, month: Month, today: date) -> Reviewed:
    """Review a month that is over. Raises ReviewError, and TruthError for a rule that cannot be asked."""
    refuse(project, month, today)
    store = platform.store(project)
    if (done := noted(store, month)) is not None:
        return done
    if (later := _later(store, month)) is not None:
        return _named(store, month, later, f"Review of {month}: caught up, as it was reviewed with a later month.")
    asked = _asked_anew(store, project, found := flagged(store, project, month))
    left = _retire(platform, project, month)
    made = truth.release(store, project, bundles=platform.files, signer=platform.signer)
    if made.release is None:
        return Reviewed(month=str(month), release=None, note="nothing is settled yet", new=False, asked=asked)
    retired = int(store.read(RETIRED, [_actor(month)]).item())
    said = _told(month, found, retired, left)
    return _named(store, month, made.release, said, retired=retired, asked=asked)


def noted(store: Store, month: Month) -> Reviewed | None:
    """The month as it was reviewed; none if it was not."""
    for name, release, said in store.read(TAGGED).iter_rows():
        if name == month.tag:
            return Reviewed(month=str(month), release=release, note=said or "", new=False)
    return None


def refuse(project: Project, month: Month, today: date) -> None:
    """Raise ReviewError for a month that cannot be reviewed."""
    if project.upkeep.cadence is None:
        raise ReviewError(f"{project.name} reviews no months; declare it: truth: {{is: …, cadence: monthly}}")
    if month.after > today:
        raise ReviewError(f"{month} is not over before {month.after}; it is reviewed then")
    if month < Month.of(project.start):
        raise ReviewError(f"{project.name} starts on {project.start}; there is nothing of {month} to review")


def _later(store: Store, month: Month) -> int | None:
    """The release of the next month that was reviewed: what is caught up after it is in it."""
    names = {name: release for name, release, _ in store.read(TAGGED).iter_rows() if MONTHS.fullmatch(name)}
    later = sorted(name for name in names if name > month.tag)
    return names[later[0]] if later else None


def _asked_anew(store: Store, project: Project, found: Flagged) -> int:
    """Ask again what came to another truth when it was tried: those answers settle, where a try's do not."""
    if not found.unstable:
        return 0
    return store.commit("month reviewed", lambda writer: ask_anew(writer, project, found.unstable))


def _retire(platform: Platform, project: Project, month: Month) -> list[str]:
    """Retire what each rule finds, and say which found too much for it to be done unseen."""
    store, rules, left = platform.store(project), project.upkeep.retire, []
    standing = int(store.read(STANDING).item())
    for rule, items in [(rule, found_by(platform.settings, store, rule.where)) for rule in rules]:
        if len(items) > MANY * standing:
            left.append(f"{rule.where!r} finds {len(items)} of {standing} items: too many to retire unseen")
        else:
            _retire_by(store, project, rule, items, month)
    return left


def _retire_by(store: Store, project: Project, rule: Retirement, items: Sequence[str], month: Month) -> None:
    if items:
        truth.retire(store, project, items, why=rule.why, category=rule.category, actor=_actor(month))


def _actor(month: Month) -> str:
    return f"{BY} {month.tag}"


def _told(month: Month, found: Flagged, retired: int, left: Sequence[str]) -> str:
    rules = [f"retired by rule: {retired}"] if retired else []
    return f"Review of {month}: {'; '.join([*found.told(), *rules, *left])}."


def _named(store: Store, month: Month, release: int, said: str, **counts: int) -> Reviewed:
    """The tag of a quarter first: without a month's own, all of it is done again."""
    if month.quarter is not None:
        tag(store, str(release), month.quarter, who=BY)
    tag(store, str(release), month.tag, note=said, who=BY)
    return Reviewed(month=str(month), release=release, note=said, new=True, **counts)
