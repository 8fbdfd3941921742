"""Why annotators disagree, in words: what speaks for a cause, or what is missing for one, and what to do."""

from collections.abc import Iterator, Sequence

from gt_platform.labeling.disagreement import Reason
from gt_platform.stats.annotators.shares import Share
from gt_platform.stats.disagreement import Cause, Departing

CALLED: dict[Cause, str] = {
    "misunderstanding": "somebody's misunderstanding",
    "truth": "an error of truth",
    "ambiguity": "ambiguity of the rule",
    "no_single_answer": "no single answer",
    "insufficient_evidence": "insufficient evidence",
}
TO_DO: dict[Cause, str] = {
    "misunderstanding": "talk it over with them on these items; their answers stand until a lead voids them",
    "truth": "look at the truth of these items; where it is right, the guidelines do not say so to anybody",
    "ambiguity": "write a rule for the two with these items as its examples, and ask again what it touches",
    "no_single_answer": "declare truth: distribution or an outcome for it, or join the labels: no rule has settled it",
    "insufficient_evidence": "look at the items; have some asked again of the same annotators (upkeep.retest)",
}


def why(reason: Reason) -> str:
    """What the cause is named by; without one, what there is to go by."""
    return "; ".join(_signs(reason)) or "nobody departs, and nothing was asked again or ruled on"


def _signs(reason: Reason) -> Iterator[str]:
    found, shown = reason.found, reason.found.signs
    everything = found.cause == "insufficient_evidence"
    if found.cause == "misunderstanding" or (everything and found.departing):
        yield from _departing(reason, found.departing)
        if found.cause == "misunderstanding":
            yield f"without them {shown.explained:.0%} of the disagreement is gone"
        if shown.sided.n:
            yield f"where it is ruled on, truth is what the others say in {_share(shown.sided)}"
    if found.cause == "truth" or (everything and shown.turned):
        yield f"of {shown.known} items with a known truth annotators agree against it on {shown.turned}"
        yield f"where most contradict it, nearly all do in {_share(shown.united)}"
    if found.cause in ("ambiguity", "no_single_answer") or everything:
        if shown.changed.n:
            yield f"asked again where others are split, annotators changed their answer in {_share(shown.changed)}"
        if shown.stayed.n:
            yield f"who stood against the others stayed in {_share(shown.stayed)}"
        if shown.before.n and shown.now.n:
            yield f"answers differed in {_share(shown.before)} under older guidelines, in {_share(shown.now)} now"


def _departing(reason: Reason, who: Sequence[Departing]) -> Iterator[str]:
    for one, name in zip(who, reason.departing, strict=True):
        yield f"{name} departs from what most others say in {_share(one.share)}, others in {_share(one.others)}"


def _share(share: Share) -> str:
    return f"{share.value:.0%} [{share.low:.0%}, {share.high:.0%}] of {share.n}"
