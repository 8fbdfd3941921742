"""Which of a few texts are about the same: by the words they share, rare ones above all.

Near-duplicates are nearer than that. What is asked here is what people would talk about in one go.
"""

from collections import Counter
from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.likeness.texts import Text

ALIKE = 0.15
"""Mean cosine of two topics' texts, words weighted by how rare they are (Salton & Buckley 1988), from which they are
one: of two texts of ten words, two rare words in common."""
MOST = 1500
"""Texts that are compared, each with each; what comes after stands alone."""


def topics(texts: Sequence[Text], weights: dict[str, float]) -> list[int]:
    """A topic's number for each of n texts, by average linkage; what is like nothing else has number 0."""
    compared = texts[:MOST]
    if len(compared) < 2:
        return [0] * len(texts)
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    apart = np.clip(1 - _cosines(compared, weights), 0, None)
    np.fill_diagonal(apart, 0)
    found = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - ALIKE, "distance").tolist()
    sizes = Counter(found)
    return [number if sizes[number] > 1 else 0 for number in found] + [0] * (len(texts) - len(compared))


def weights_of(texts: Sequence[Text]) -> dict[str, float]:
    """How much each word tells of what a text is about, by how few texts have it."""
    held = Counter(word for text in texts for word in _words(text))
    return {word: log((1 + len(texts)) / n) for word, n in held.items()}


def named(texts: Sequence[Text], weights: dict[str, float], most: int = 3) -> list[str]:
    """The words that tell most of what several texts have in common."""
    held = Counter(word for text in texts for word in _words(text))
    shared = [word for word, n in held.items() if n > 1]
    return sorted(shared, key=lambda word: (-held[word] * weights[word], -len(word), word))[:most]


def _words(text: Text) -> set[str]:
    return {word for part in text.parts for word in part}


def nearest(texts: Sequence[Text], to: Sequence[Text], weights: dict[str, float]) -> NDArray[np.float64]:
    """How like each of n texts is to the one of `to` that it is likest, 0 to 1, by the cosine that topics go by; (n,).

    Words without a weight count as those of the greatest.
    """
    if not texts or not to:
        return np.zeros(len(texts))
    most = max(weights.values(), default=1.0)
    known = {word: weights.get(word, most) for text in (*texts, *to) for word in _words(text)}
    matrix = _rows([*texts, *to], known)
    found: NDArray[np.float64] = (matrix[: len(texts)] @ matrix[len(texts) :].T).toarray().max(axis=1)
    return found


def _cosines(texts: Sequence[Text], weights: dict[str, float]) -> NDArray[np.float64]:
    matrix = _rows(texts, weights)
    cosines: NDArray[np.float64] = (matrix @ matrix.T).toarray()
    return cosines


def _rows(texts: Sequence[Text], weights: dict[str, float]) -> Any:
    """Each text as a row of its words' weights, of length 1."""
    from scipy.sparse import csr_array

    places = {word: at for at, word in enumerate(sorted({word for text in texts for word in _words(text)}))}
    cells = [(row, places[word], weights[word]) for row, text in enumerate(texts) for word in _words(text)]
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True)) if cells else (np.zeros(0),) * 3
    norms = np.sqrt(np.bincount(rows.astype(int), values**2, len(texts)))
    norms[norms == 0] = 1.0
    shape = (len(texts), max(1, len(places)))
    return csr_array((values / norms[rows.astype(int)], (rows.astype(int), columns.astype(int))), shape=shape)
