"""The figures people and leads see, against work that was counted by hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from scipy.stats import beta

from gt_platform.labeling.messages import Board, Briefing, Case, Standing
from gt_platform.workbench.accounts.people import Account
from gt_platform.workbench.desk import review, work
from gt_platform.workbench.desk.showing import Task
from gt_platform.workbench.figures import dashboard
from gt_platform.workbench.figures import quality as figures
from gt_platform.workbench.figures.dashboard import Batches, Cases, Seats, StratumRow
from gt_platform.workbench.store.errors import WorkError
from tests.workbench.conftest import Opener
from tests.workbench.people import NOW, TRUTH, WRONG, Shop, honeypot, texts


def answer_batch(shop: Shop, person: Account, wrong: set[str], *, seconds: float = 4) -> None:
    """Answer a batch and hand it in, the texts in `wrong` wrongly."""
    while isinstance(task := shop.next(person), Task):
        shop.answer(person, task, WRONG if task.input in wrong else TRUTH, seconds=seconds)
    assert task.batch_id is not None
    shop.hand_in(person, task.batch_id)


def quality(shop: Shop, person: Account) -> figures.Quality:
    return figures.quality(shop.database, person, "sentiment", now=shop.now)


def test_somebody_new_has_nothing_yet(shop: Shop) -> None:
    found = quality(shop, shop.hire("ann", daily_quota=50))
    assert (found.state, found.answers, found.known, found.by_week) == ("onboarding", 0, None, ())
    assert (found.median_seconds, found.batches, found.daily_quota) == (None, 0, 50)


def missed(shop: Shop, person: Account) -> set[str]:
    """The texts of two of the honeypots in somebody's batch."""
    return {str(pot.input) for pot in shop.pots(person)[:2]}


def test_a_persons_own_figures(opener: Opener) -> None:
    shop = opener(batch=16, honeypots={"newcomer": 8, "share": 0.0, "at_least": 0.5, "attempts": 2})
    shop.send(texts(16))
    shop.pool(texts(20, "pot"))
    ann = shop.hire("ann")
    answer_batch(shop, ann, missed(shop, ann), seconds=10)
    shop.later(days=7)
    answer_batch(shop, ann, set(), seconds=2)
    found = quality(shop, ann)
    assert (found.answers, found.answers_today, found.batches, found.accepted_first) == (24, 8, 2, 2)
    assert found.median_seconds == 10
    assert found.known is not None
    assert (found.known.value, found.known.n) == (0.75, 8)
    assert found.known.low == pytest.approx(beta.ppf(0.025, 6.5, 2.5))
    assert found.known.high == pytest.approx(beta.ppf(0.975, 6.5, 2.5))
    assert [(week.first_day, week.answers, week.known and week.known.n) for week in found.by_week] == [
        (date(2026, 1, 5), 16, 8),
        (date(2026, 1, 12), 8, None),
    ]


def test_only_the_first_answer_to_a_honeypot_counts_and_few_count_not_at_all(opener: Opener) -> None:
    shop = opener(batch=8, honeypots={"newcomer": 8, "share": 0.0, "at_least": 1.0, "attempts": 3})
    shop.send(texts(12))
    shop.pool(texts(20, "pot"))
    ann = shop.hire("ann")
    answer_batch(shop, ann, missed(shop, ann))
    assert quality(shop, ann).known is None
    answer_batch(shop, ann, set())
    assert quality(shop, ann).batches == 1
    assert quality(shop, ann).accepted_first == 0
    answer_batch(shop, ann, set())
    known = quality(shop, ann).known
    assert known is not None
    assert (known.value, known.n) == (0.75, 8)


def test_a_standing_is_told_in_words_fit_for_the_person(shop: Shop) -> None:
    ann = shop.hire("ann")
    said = {}
    for state in ("onboarding", "active", "watched", "paused"):
        mine = Standing(
            annotator=ann.code,
            state=state,
            reason="like ann-deadbeef, 7 times",
            answers=30,
            honeypots=9,
            basis="others",
            share=0.5,
            low=0.4,
            high=0.6,
            n=9,
        )
        shop.backend.brief(Briefing(standings=(mine,)))
        found = quality(shop, ann)
        assert found.state == state
        said[state] = found.reason
    assert len(set(said.values())) == 4
    assert not any("deadbeef" in text for text in said.values())
    assert said["watched"].startswith("50% of your answers agree with most others' (between 40% and 60%, by 9 answers)")
    shop.backend.brief(
        Briefing(
            standings=(
                Standing(
                    annotator=ann.code,
                    state="paused",
                    reason="x",
                    answers=1,
                    honeypots=0,
                    basis="none",
                    share=None,
                    low=None,
                    high=None,
                    n=0,
                ),
            )
        )
    )
    assert quality(shop, ann).reason.startswith("There is doubt about your answers.")


BOARD = Board(items=10, agreement=(0.8, 0.7, 0.9, 10))


def watched(annotator: str) -> Standing:
    return Standing(
        annotator=annotator,
        state="watched",
        reason="slow",
        answers=4,
        honeypots=2,
        basis="truth",
        share=0.5,
        low=0.1,
        high=0.9,
        n=2,
    )


def briefing(annotator: str) -> Briefing:
    pots = tuple(honeypot(text, stratum=text.split()[0]) for text in (*texts(4, "easy"), *texts(4, "hard")))
    cases = tuple(
        Case(item_id=f"item {number}", answers_digest="d", input="input", opinions=(), why="tie") for number in range(3)
    )
    return Briefing(honeypots=pots, cases=cases, standings=(watched(annotator),), board=BOARD)


@dataclass(frozen=True, kw_only=True)
class Busy:
    """A workbench after two days: what its dashboard shows, when, and the text that was skipped."""

    found: dashboard.Dashboard
    now: datetime
    skipped: str


@pytest.fixture
def busy(opener: Opener) -> Busy:
    """Ann hands in a batch with a mistake; the next day bob answers three and skips one, a reviewer rules on one."""
    shop = opener(batch=4, honeypots={"newcomer": 2, "share": 0.0, "at_least": 0.6, "attempts": 1})
    shop.send(texts(10), overlap=2)
    ann, bob, rev = shop.hire("ann"), shop.hire("bob"), shop.hire("rev", roles=["reviewer"])
    shop.hire("away", projects=["another"])
    shop.backend.brief(briefing(ann.code))
    answer_batch(shop, ann, set(texts(4, "easy")), seconds=8)
    shop.later(days=1)
    skipped = next(task for task in shop.held(bob) if str(task.input).startswith("text"))
    while isinstance(task := shop.next(bob), Task):
        if task.task_id == skipped.task_id:
            work.skip(shop.database, bob, task.task_id, "no idea", not_covered=True, now=shop.now)
        else:
            shop.answer(bob, task, seconds=0)
    first = review.next_case(shop.database, rev, "sentiment", now=shop.now)
    assert isinstance(first, review.CaseTask)
    review.rule(shop.database, rev, first.case_id, "neutral", "", None, now=shop.now)
    review.next_case(shop.database, rev, "sentiment", now=shop.now)
    found = dashboard.dashboard(shop.database, "sentiment", now=shop.now)
    return Busy(found=found, now=shop.now, skipped=f'"{skipped.input}"')


def test_the_dashboard_shows_who_does_what(busy: Busy) -> None:
    people = {row.name: row for row in busy.found.people}
    assert set(people) == {"ann", "bob"}
    ann, bob = people["ann"], people["bob"]
    assert (ann.state, ann.reason, ann.answers) == ("watched", "slow", 4)
    assert (ann.median_seconds, ann.last_seen, ann.known) == (8, NOW + timedelta(seconds=8), None)
    assert (bob.state, bob.answers, bob.last_seen) == ("onboarding", 3, busy.now)
    assert [(row.at, row.reason, row.not_covered, row.text) for row in busy.found.skipped] == [
        (busy.now, "no idea", True, busy.skipped)
    ]


def test_the_dashboard_counts_what_there_is(busy: Busy) -> None:
    found = busy.found
    assert found.throughput[-3:] == ((date(2026, 1, 4), 0), (date(2026, 1, 5), 4), (date(2026, 1, 6), 3))
    assert len(found.throughput) == 30
    assert found.seats == Seats(waiting=17, leased=0, answered=1, handed_in=2)
    assert found.honeypots == (
        StratumRow(stratum="easy", pool=4, shown=2, answered=1, right=0),
        StratumRow(stratum="hard", pool=4, shown=2, answered=1, right=1),
    )
    assert found.cases == Cases(waiting=1, leased=1, ruled=1)
    assert found.batches == Batches(open=1, accepted=0, sent_back=0, failed=1)
    assert (found.board, found.briefed_at is not None) == (BOARD, True)


def test_a_project_nobody_heard_of_has_no_dashboard(shop: Shop) -> None:
    with pytest.raises(WorkError, match="no project 'other'") as refused:
        dashboard.dashboard(shop.database, "other", now=NOW)
    assert refused.value.status == 404
    with pytest.raises(WorkError):
        figures.quality(shop.database, shop.hire("x", projects=["another"]), "sentiment", now=NOW)
