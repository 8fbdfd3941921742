"""Word and character error rates: how many must be changed, of as many as there are in truth."""

from collections.abc import Callable, Mapping, Sequence

from gt_platform.metrics.base import Case, Ratio, between
from gt_platform.metrics.kinds import text
from gt_platform.metrics.variants import said, variants

UNBOUNDED = float("inf")


def _rate(of: Callable[[str], Sequence[str]]) -> Callable[[Case], Mapping[str, tuple[float, float]]]:
    def shares(case: Case) -> dict[str, tuple[float, float]]:
        """Of several variants the one that takes the fewest changes, of these the longest."""
        from rapidfuzz.distance import Levenshtein

        ours = of(said(case))
        found = [(float(Levenshtein.distance(of(one), ours)), float(len(of(one)))) for one in variants(case)]
        return {"*": min(found, key=lambda share: (share[0], -share[1]))}

    return shares


WER = Ratio(
    name="wer",
    about="word error rate: words to replace, insert or leave out, of as many as are true",
    suits=text,
    limits=between(0.0, UNBOUNDED),
    library="jiwer.wer",
    empty="a truth without words adds the words put out, and nothing to divide by",
    lower_is_better=True,
    shares=_rate(str.split),
)
CER = Ratio(
    name="cer",
    about="character error rate: characters to replace, insert or leave out, of as many as are true",
    suits=text,
    limits=between(0.0, UNBOUNDED),
    library="jiwer.cer",
    empty="a truth without characters adds those put out, and nothing to divide by",
    lower_is_better=True,
    shares=_rate(lambda written: written.strip()),
)
