"""Whether an output means what the truth says, whatever its words: how alike are the vectors a model makes of both.

One model comes with a package, and needs no other machine; of any that is registered under `gt_platform.embeddings`,
such as a server's, there is a metric, too.
"""

import logging
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.embeddings import Embedding, embeddings
from gt_platform.metrics.base import Case, Ratio, between
from gt_platform.metrics.kinds import text
from gt_platform.metrics.variants import said, variants

NAME = "semantic_similarity"
KEPT = 100_000
"""Texts whose vectors are kept: outputs and truths of many candidates are the same ones."""


@cache
def model() -> Any:
    """The package's own, of 256 numbers a word, from its own files; that its import sets up logging is undone."""
    handlers, level = logging.root.handlers[:], logging.root.level
    import wordllama

    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    here = Path(str(wordllama.__file__)).parent
    return wordllama.WordLlama.load(cache_dir=here, disable_download=True)


def similarity(name: str, embed: Embedding, *, library: str, about: str, requires: str | None = None) -> Ratio:
    """The metric of this name by what makes vectors of texts, which is asked for one text at a time, once each."""

    @lru_cache(KEPT)
    def vector(words: str) -> NDArray[np.float64]:
        written = words.encode(errors="replace").decode()  # half a surrogate is no text to a tokenizer
        found = np.asarray(embed([written]), dtype=np.float64)[0]
        return np.asarray(found / (np.linalg.norm(found) or 1.0))

    def shares(case: Case) -> dict[str, tuple[float, float]]:
        words, true = said(case), [one for one in variants(case) if one.strip()]
        alike = [float(vector(words) @ vector(one)) for one in true] if words.strip() else []
        return {"*": (min(max(alike, default=0.0), 1.0), 1.0)}

    return Ratio(
        name=name,
        about=f"cosine of the vectors of output and truth, of several variants the best: {about}; its mean over cases",
        suits=text,
        limits=between(-1.0, 1.0),
        library=library,
        empty="0 where output or truth has no word",
        requires=requires,
        shares=shares,
    )


def registered() -> Iterator[Ratio]:
    """A metric of each registered embedding, called after it."""
    for name, embed in embeddings().items():
        told = {"library": f"the embedding `{name}`", "about": f"what `{name}` takes for alike"}
        yield similarity(f"{NAME}_{name}", embed, **told)


SEMANTIC_SIMILARITY = similarity(
    NAME,
    lambda texts: model().embed(texts),
    library="wordllama.WordLlama.similarity",
    about="a small model of English words, which sees subjects, and neither negation nor order",
    requires="wordllama",
)
