"""The contract of an answer kind."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from copy import deepcopy
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from gt_platform.answers import (
    Answer,
    AnswerKind,
    Answers,
    Form,
    InvalidAnswerError,
    ReadsText,
    Settlement,
    form_of,
    judging,
)
from gt_platform.testing.pools import SEEDS, STRANGE, pool, renamed, same

DIGITS = 1e-4
"""How far confidences may be apart that should be equal: sums in another order."""


class AnswerKindContract:
    """What is promised of an answer kind. `kind` has some schema, `answers` are three or more, `invalid` it refuses.

    - Its schema is a pydantic model that survives being written down.
    - A valid answer has one canonical form, which is JSON; all others are refused with InvalidAnswerError, whatever
      they are, and nothing that is handed to it is changed.
    - Settling tells of every item asked about and of no other. It settles on a valid answer or says why not, and an
      answer leads either way. Neither the order of the answers nor anybody's name matters; what all say is settled;
      nothing settles into nothing.
    - Agreement is a share from 0 to 1, whole where all say the same, and unknown below two answers.
    - A model's output may be anything: what is no valid answer is wrong, and still counts.
    - Every metric offered is measured, as a ratio of totals within the bounds it is said to have. So are those of
      judgements, where its answers can be some.
    """

    kind: ClassVar[AnswerKind]
    answers: ClassVar[Sequence[Answer]]
    invalid: ClassVar[Sequence[Answer]]

    @property
    def canonical(self) -> list[Answer]:
        """The answers in canonical form."""
        return [self.kind.validate(answer) for answer in self.answers]

    def test_it_has_all_that_a_kind_must_have(self) -> None:
        """AnswerKind's methods on a pydantic model, with examples enough to say anything."""
        assert isinstance(self.kind, AnswerKind)
        assert isinstance(self.kind, BaseModel)
        assert len({json.dumps(answer, sort_keys=True) for answer in self.canonical}) >= 3
        assert len(self.invalid) > 0

    def test_its_schema_survives_being_written_down(self) -> None:
        """As a project's declaration is."""
        assert isinstance(self.kind, BaseModel)
        assert type(self.kind).model_validate(self.kind.model_dump(mode="json", exclude_unset=True)) == self.kind

    def test_a_valid_answer_has_one_canonical_form_and_it_is_json(self) -> None:
        """Which the lake keeps as text."""
        for answer in self.canonical:
            assert json.loads(json.dumps(answer)) == answer
            assert self.kind.validate(answer) == answer
            assert self.kind.validate(json.loads(json.dumps(answer))) == answer

    def test_what_is_invalid_is_refused_in_words(self) -> None:
        """With InvalidAnswerError; an annotator reads why."""
        for answer in self.invalid:
            assert self._refusal(answer), f"{answer!r} was taken"

    def test_whatever_comes_is_valid_or_refused(self) -> None:
        """No other error: one such answer would hold up all the others."""
        for answer in STRANGE:
            self._refusal(answer)

    def test_nothing_handed_to_it_is_changed(self) -> None:
        """Neither answers nor what was settled."""
        given = deepcopy(list(self.answers))
        for answer in self.answers:
            self.kind.validate(answer)
        before = deepcopy(self.canonical)
        said = self.canonical
        self.kind.settle(pool(said, 0))
        self.kind.agreement(said)
        for truth in said:
            self.kind.measure(said[0], truth)
        assert (list(self.answers), said) == (given, before)

    def test_every_item_is_settled_or_says_why_not(self) -> None:
        """With a valid answer, a confidence, and votes that add up."""
        for seed in SEEDS:
            given = pool(self.canonical, seed)
            found = self.kind.settle(given)
            assert found.keys() == set(given.items)
            for item, one in found.items():
                asked = {who for at, who in zip(given.items, given.annotators, strict=True) if at == item}
                self._check(one, asked)

    def test_neither_order_nor_names_matter(self) -> None:
        """The same answers say the same, whoever gave them, and whenever they are settled."""
        for seed in SEEDS[::2]:
            given = pool(self.canonical, seed)
            other, items, annotators = renamed(given, seed)
            found, again = self.kind.settle(given), self.kind.settle(other)
            assert seed or self.kind.settle(given) == found
            for item, one in found.items():
                two = again[items[item]]
                assert same(one.answer, two.answer)
                assert same(one.leading, two.leading)
                assert math.isclose(one.confidence or 0, two.confidence or 0, abs_tol=DIGITS)
                assert (two.votes, two.method, two.reason) == (one.votes, one.method, one.reason)
                assert set(two.agreed) == {annotators[name] for name in one.agreed}

    def test_what_all_say_is_settled(self) -> None:
        """However few they are."""
        for answer in self.canonical:
            for number in (1, 3):
                who = tuple(f"annotator {at}" for at in range(number))
                one = self.kind.settle(Answers(("item",) * number, who, (answer,) * number))["item"]
                assert same(one.answer, answer)
                assert set(one.agreed) == set(who)

    def test_nothing_settles_into_nothing(self) -> None:
        """A new project has no answers."""
        assert self.kind.settle(Answers((), (), ())) == {}

    def test_known_truth_adds_no_item_and_breaks_nothing(self) -> None:
        """Whether or not the kind learns from it."""
        given = pool(self.canonical, 0)
        known = {"item 0": self.canonical[0], "of another day": self.canonical[1]}
        assert self.kind.settle(given, known).keys() == set(given.items)

    def test_agreement_is_a_share(self) -> None:
        """Unknown below two answers, whole where they are equal, the same in any order."""
        said = self.canonical
        assert self.kind.agreement([]) is None
        assert self.kind.agreement(said[:1]) is None
        for answer in said:
            assert self.kind.agreement([answer] * 3) == 1.0
        share = self.kind.agreement(said)
        assert share is not None
        assert 0 <= share < 1
        assert math.isclose(share, self.kind.agreement(said[::-1]) or 0.0, abs_tol=DIGITS)

    def test_an_output_is_right_or_wrong_whatever_it_is(self) -> None:
        """Right if it is the truth; wrong if it is no answer at all."""
        for truth in self.canonical:
            assert self.kind.agrees(truth, truth) is True
            for output in (*self.invalid, *STRANGE):
                assert not self.kind.agrees(truth, output) or not self._refusal(output), output

    def test_metrics_have_bounds_and_are_all_measured(self) -> None:
        """As ratios of totals over whatever events there are."""
        bounds = self.kind.metrics()
        assert bounds
        assert all(low < high for low, high in bounds.values())
        right = [(truth, truth) for truth in self.canonical]
        outputs = (*self.canonical, *self.invalid, *STRANGE)
        any_ = [(output, truth) for output in outputs for truth in self.canonical]
        assert {metric for metric, _ in self._totals(any_)} == bounds.keys()
        for (metric, _), (numerator, denominator) in [*self._totals(right).items(), *self._totals(any_).items()]:
            low, high = bounds[metric]
            assert not denominator or low - DIGITS <= numerator / denominator <= high + DIGITS, metric

    def test_judgements_are_counted_within_their_bounds(self) -> None:
        """Over all labels, so that a gate can name them; only for kinds that can judge outputs."""
        judges = judging(self.kind)
        if judges is None:
            return
        bounds = judges.metrics()
        assert bounds
        for answer in self.canonical:
            shares = judges.measure(None, answer)
            assert {share.metric for share in shares} == bounds.keys()
            assert len(shares) == len(bounds)
            for share in shares:
                low, high = bounds[share.metric]
                assert (share.label, low < high) == ("*", True)
                assert low * share.denominator <= share.numerator <= high * share.denominator

    def test_an_output_that_is_no_answer_still_counts(self) -> None:
        """Or a model would score better by saying nothing."""
        for output in self.invalid:
            for truth in self.canonical:
                assert any(share.denominator > 0 for share in self.kind.measure(output, truth)), output

    def test_front_ends_can_ask_for_it(self) -> None:
        """By a form, or as JSON."""
        form = form_of(self.kind)
        assert isinstance(form, Form)
        assert form_of(self.kind) == form

    def test_texts_are_read_where_it_says_so(self) -> None:
        """Only for kinds that can settle anybody's file; it may refuse texts that make no schema."""
        if not isinstance(self.kind, ReadsText):
            return
        texts = [answer if isinstance(answer, str) else json.dumps(answer) for answer in self.canonical]
        assert [self.kind.parse(text) for text in texts] == self.canonical
        try:
            fitting = type(self.kind).fitting(texts)
        except InvalidAnswerError:
            return
        assert isinstance(fitting, AnswerKind)
        for text in texts:
            assert isinstance(fitting, ReadsText)
            fitting.parse(text)

    def _refusal(self, answer: Any) -> str | None:
        try:
            json.dumps(self.kind.validate(answer))
        except InvalidAnswerError as error:
            return str(error) or pytest.fail(f"{answer!r} was refused without a word")
        return None

    def _check(self, one: Settlement, asked: set[str]) -> None:
        assert (one.answer is None) == (one.reason is not None)
        assert one.leading is not None
        assert one.confidence is not None
        assert 0 <= one.confidence <= 1
        assert set(one.agreed) <= asked
        assert sum(one.votes.values()) == len(asked)
        assert one.method
        if one.answer is not None:
            assert self.kind.validate(one.answer) == one.answer == one.leading
        for probability in (one.soft or {}).values():
            assert 0 <= probability <= 1

    def _totals(self, events: Sequence[tuple[Any, Answer]]) -> dict[tuple[str, str], tuple[float, float]]:
        found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
        for output, truth in events:
            shares = self.kind.measure(output, truth)
            assert max(Counter((share.metric, share.label) for share in shares).values()) == 1
            for share in shares:
                assert math.isfinite(share.numerator)
                assert math.isfinite(share.denominator)
                assert share.denominator >= 0
                found[share.metric, share.label].append((share.numerator, share.denominator))
        return {name: (math.fsum(n for n, _ in of), math.fsum(d for _, d in of)) for name, of in found.items()}
