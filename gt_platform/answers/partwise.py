"""Settling answers that consist of parts, each in a kind of its own."""

import json
from collections.abc import Callable, Mapping

from gt_platform.answers.base import Answer, AnswerKind, Answers, Known, Settlement
from gt_platform.answers.form import Several
from gt_platform.answers.voting import tally
from gt_platform.canonical import canonical

UNASKED = "nobody was asked it"
Against = Callable[[Mapping[str, Answer]], str | None]


def settle_parts(
    kinds: Mapping[str, AnswerKind], form: Several, against: Against, answers: Answers, known: Mapping[str, Answer]
) -> dict[str, Settlement]:
    """Settle each part among those who were asked it, in the order of the parts, and an item once all that its answer
    asks are settled. `against` says in words what in an answer contradicts itself, which settles nothing.

    Confidence is that of the least sure part: those of one item go together, so they don't multiply. Who agreed gave
    the leading answer to every part. Where the leading answers of the parts are no answer together, the most frequent
    whole answer leads. `soft` is what the kinds say of each part.
    """
    given: dict[str, dict[str, Answer]] = {item: {} for item in sorted(set(answers.items))}
    for item, who, answer in zip(answers.items, answers.annotators, answers.answers, strict=True):
        given[item][who] = answer
    parts = {name: _part(name, kind, answers, known) for name, kind in kinds.items()}
    return {item: _joined(parts, form, against, item, said) for item, said in given.items()}


def _part(name: str, kind: AnswerKind, answers: Answers, known: Mapping[str, Answer]) -> dict[str, Settlement]:
    rows = zip(answers.items, answers.annotators, answers.answers, strict=True)
    asked = [(item, who, answer[name]) for item, who, answer in rows if name in answer]
    truth = {item: answer[name] for item, answer in known.items() if name in answer}
    drawn = known.drawn if isinstance(known, Known) else {}
    said = Answers(*(tuple(column) for column in zip(*asked, strict=True))) if asked else Answers((), (), ())
    return kind.settle(said, Known(truth, {item: drawn[item] for item in truth if item in drawn}))


def _joined(
    settled: Mapping[str, Mapping[str, Settlement]],
    form: Several,
    against: Against,
    item: str,
    given: Mapping[str, Answer],
) -> Settlement:
    leading: dict[str, Answer] = {}
    undecided: dict[str, str] = {}
    parts: dict[str, Settlement] = {}
    for name, of_item in settled.items():
        if not form.asks(name, leading):
            continue
        if item not in of_item:
            undecided[name] = UNASKED
            continue
        parts[name] = of_item[item]
        leading[name] = parts[name].leading
        if parts[name].answer is None:
            undecided[name] = parts[name].reason or ""
    reasons = [f"{name}: {why}" for name, why in undecided.items()]
    reasons += [why for why in [against(leading)] if why]
    votes = tally([canonical(answer) for answer in given.values()])
    if UNASKED in undecided.values() or against(leading):
        leading = json.loads(next(iter(votes)))
    return Settlement(
        answer=None if reasons else leading,
        confidence=min(part.confidence or 0.0 for part in parts.values()),
        confidence_is=max(part.confidence_is for part in parts.values()),
        votes=votes,
        method="; ".join(f"{name}: {part.method}" for name, part in parts.items()),
        leading=leading,
        agreed=_agreed(parts, leading, given),
        soft=_keyed(parts) or None,
        reason="; ".join(reasons) or None,
    )


def _agreed(
    parts: Mapping[str, Settlement], leading: Mapping[str, Answer], given: Mapping[str, Answer]
) -> tuple[str, ...]:
    """Who gave what leads: in each part by its kind, or as a whole."""
    if leading == {name: part.leading for name, part in parts.items()}:
        return tuple(sorted(set.intersection(*(set(part.agreed) for part in parts.values()))))
    return tuple(sorted(who for who, answer in given.items() if answer == leading))


def _keyed(parts: Mapping[str, Settlement]) -> dict[str, float]:
    return {
        canonical({name: json.loads(answer)}): share
        for name, part in parts.items()
        for answer, share in (part.soft or {}).items()
    }
