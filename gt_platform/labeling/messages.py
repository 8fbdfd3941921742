"""What passes between the platform and a labeling backend: plain facts, without behaviour."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gt_platform.stats.annotators.state import State


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One item asked of one annotator; `slot` counts an item's answers from 1, `input` is what is shown.

    Of a project that judges outputs `input` is `{"input": …, "output": …}`; of a Honeypot and of a Case as well.
    The higher `priority`, the sooner it is asked. `requires` are the abilities its annotator must have, such as
    `language:de` or `skill:tax`. `suggestion` is a model's answer, given only where the project shows suggestions.
    """

    assignment_id: str
    item_id: str
    slot: int
    input: Any
    priority: int = 0
    requires: tuple[str, ...] = ()
    suggestion: Any | None = None


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One answer as it came back, not yet validated.

    `seconds` is how long it took, `suggested` whether a suggestion was seen, and `remark` why a reviewer should look
    at it, where the backend has a reason. `guidelines` are those that stood beside it, where the backend knows: else
    they are taken to be those it was asked under. `swapped`: of two answers side by side A was the second; the answer
    is about the first and the second all the same.
    """

    assignment_id: str
    annotator: str
    answer: Any
    comment: str | None = None
    submitted_at: datetime | None = None
    seconds: float | None = None
    suggested: bool | None = None
    remark: str | None = None
    guidelines: str | None = None
    swapped: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Unreadable:
    """Something that came back and is no submission."""

    raw: str
    reason: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Honeypot:
    """An item whose truth is known and not shown. `stratum` is its label and difficulty, to balance exposures over.

    `exposures` counts the answers to it that were taken in; `suggestion` is as in an Assignment, lest it stand out.
    """

    honeypot_id: str
    item_id: str
    input: Any
    truth: Any
    stratum: str
    exposures: int
    requires: tuple[str, ...] = ()
    suggestion: Any | None = None


@dataclass(frozen=True)
class Opinion:
    """One annotator's answer as a reviewer sees it: without the annotator."""

    answer: Any
    comment: str | None


@dataclass(frozen=True, kw_only=True)
class Case:
    """An item for a reviewer: its answers in an order that tells nothing, and why it is looked at.

    One that is `blind` is shown as annotators see it, until the reviewer's own answer is kept: neither `opinions` nor
    `why` may reach anybody before.
    """

    item_id: str
    answers_digest: str
    input: Any
    opinions: tuple[Opinion, ...]
    why: str
    priority: int = 0
    blind: bool = False


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """A reviewer's answer to a case, None where no valid answer is right.

    `edge_case` is what the guideline does not cover, if the reviewer says so.

    `blind` says that whoever gave it had not been shown what annotators had answered. `guidelines` and `swapped` are
    as in a Submission.
    """

    item_id: str
    answers_digest: str
    answer: Any
    adjudicator: str
    reasoning: str
    edge_case: str | None
    ruled_at: datetime
    blind: bool = False
    guidelines: str | None = None
    swapped: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of an annotator: the state with its reason, and the share of right answers with its interval.

    `n` answers are behind the share, judged by `basis`: truth or others; it is None with nothing to judge by.
    """

    annotator: str
    state: State
    reason: str
    answers: int
    honeypots: int
    basis: str
    share: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, kw_only=True)
class Board:
    """A project's figures for its lead. `agreement` is (value, low, high, items), None without enough evidence."""

    items: int = 0
    assignments: int = 0
    annotations: int = 0
    excluded: int = 0
    decided: int = 0
    adjudicate: int = 0
    stale: int = 0
    saved: int = 0
    edge_cases: int = 0
    agreement: tuple[float, float, float, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What a backend with people needs to know, all of it: what is not in here is no longer so.

    Sent at the end of every round of collecting and settling.
    """

    honeypots: tuple[Honeypot, ...] = ()
    cases: tuple[Case, ...] = ()
    standings: tuple[Standing, ...] = ()
    board: Board = Board()


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """Something somebody did, or that was done to their work: `number` counts up within a backend."""

    number: int
    at: datetime
    who: str
    did: str
    about: str | None
    detail: dict[str, Any] = field(default_factory=dict)
