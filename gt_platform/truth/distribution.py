"""Opinions: the shares of answers are the truth, and nobody who answers otherwise than most is wrong."""

import json
from dataclasses import replace

from gt_platform.answers import Settlement

METHOD = "shares of the answers"


def as_distribution(found: Settlement) -> Settlement:
    """A settlement as the shares of its answers: it always settles, on the answer that leads.

    That is the most frequent one; where several are, or answers are hardly ever equal, the one its kind has lead.
    """
    total, most = sum(found.votes.values()), max(found.votes.values())
    first = [text for text, votes in found.votes.items() if votes == most]
    answers = [json.loads(text) for text in first]
    led = found.leading if found.answer is None else found.answer
    equal = led is not None and (led in answers or most == 1)
    leading = led if equal else answers[0]
    return replace(
        found,
        answer=leading,
        leading=leading,
        confidence=most / total,
        confidence_is="share of votes",
        soft={text: votes / total for text, votes in found.votes.items()},
        method=METHOD,
        reason=None,
    )
