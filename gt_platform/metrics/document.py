"""`python -m gt_platform.metrics.document`: prints docs/metrics.md, every metric of the registry."""

import sys

from gt_platform.metrics.base import Corpus, Metric
from gt_platform.metrics.registry import EXTRA, metrics

INTRODUCTION = f"""\
# Metrics

What `benchmark: metrics: [...]` may name beside the metrics that the answer kind has itself, which are the kind's where
both have a name ([statistics](statistics.md)); `gt metrics PROJECT` lists both for a project. Each has its interval in
`scores`, by the design, the clusters and experts' corrections, like all others, and may have a gate.

Two shapes are known. A **ratio** of totals adds a numerator and a denominator for each event. A **statistic** of the
whole corpus is a function of all events together; it is estimated at the weighted sample, with what each event moves it
by ([how](statistics.md#statistics-of-the-whole-corpus)). Values are those of the function named, to nine digits; where
a library knows no weights, those of a sample with every event as often as it weighs. *Of nothing* says what is decided
where libraries differ, warn or fail. A truth of an older schema, that is no answer any more, takes no part.

Metrics marked with a module need `pip install '{EXTRA}'`. A metric of your own is a small file and an entry point:
[CONTRIBUTING.md](../CONTRIBUTING.md#add-a-metric).

`semantic_similarity` is of a small model whose vectors come with its package. For another one, such as a server's or
one of sentence-transformers, register a function that makes vectors of texts, `def mine(texts: list[str])`, under the
entry point group `gt_platform.embeddings` as `mine`: then there is `semantic_similarity_mine`. It is asked for one text
at a time and once for each, so let it keep what it was told by a server.

Left out is METEOR, whose synonyms are a word net that no package here carries. Of rubrics there are those of the kind
alone.

This page is made from `gt_platform/metrics` by `python -m gt_platform.metrics.document`.
"""
HEAD = "| metric | for | shape | better | what it is | values of | of nothing |\n|---|---|---|---|---|---|---|"


def page() -> str:
    """The page as Markdown."""
    return "\n".join([INTRODUCTION, HEAD, *map(_row, metrics().values()), ""])


def _for(metric: Metric) -> str:
    """What the function that tells says of itself."""
    return (metric.suits.__doc__ or "").rstrip(".")


def _row(metric: Metric) -> str:
    shape = "statistic" if isinstance(metric, Corpus) else "ratio"
    better = "lower" if metric.lower_is_better else "higher"
    needs = f" *(`{metric.requires}`)*" if metric.requires else ""
    cells = (
        f"`{metric.name}`",
        _for(metric),
        shape,
        better,
        metric.about,
        f"`{metric.library}`{needs}",
        metric.empty,
    )
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
