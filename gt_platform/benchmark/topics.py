"""What texts are about, as questions: whether one says a word, or two in a row, that goes with a value.

Which words is told by the units that are `seen` alone, so that others may say whether it is true. A word is shown only
where several people say it: nothing of a text is told but words that many texts have.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gt_platform.benchmark.parts import Flags, Floats, Question, least_units

WORD = r"(?u)\b[^\W\d_]{2,30}\b"
"""No digits: they are numbers of orders and of telephones."""
MOST_TOPICS = 20
LEAST_PEOPLE = 5
"""Users, sessions or inputs that say a word: a name that one signs with is no topic."""
MOST_SHARE = 0.6
LONGEST = 20_000
"""Characters of a text that are read."""


def topics(
    inputs: Sequence[str], value: Floats, weight: Floats, cluster: NDArray[np.int64], seen: Flags
) -> list[Question]:
    """Of n inputs (JSON), words that go most with `value` (n,) at `weight` (n,) on those `seen` (n,)."""
    from sklearn.feature_extraction.text import CountVectorizer

    least = least_units(seen)
    texts = [" ".join(_texts(json.loads(one)))[:LONGEST] for one in inputs]
    told = [text for text, kept in zip(texts, seen, strict=True) if kept]
    if MOST_SHARE * len(told) < least:
        return []
    counting = CountVectorizer(
        binary=True, token_pattern=WORD, ngram_range=(1, 2), min_df=least, max_df=MOST_SHARE, dtype=np.float64
    )
    try:
        said = counting.fit(told).transform(texts).tocsc()
    except ValueError:  # sklearn's answer where no word is left
        return []
    words = counting.get_feature_names_out().tolist()
    apart = _apart(said[seen], value[seen], weight[seen])
    asked: list[Question] = []
    for at in np.argsort(-apart, kind="stable").tolist():
        holds = np.asarray(said[:, [at]].toarray().ravel() > 0)
        known = any((holds[seen] == one.holds[seen]).all() for one in asked)
        if not known and len(np.unique(cluster[seen & holds])) >= LEAST_PEOPLE:
            word = words[at]
            asked.append(Question(f"“{word}”", f"says “{word}”", f"does not say “{word}”", holds))
        if len(asked) == MOST_TOPICS:
            break
    return asked


def _apart(said: Any, value: Floats, weight: Floats) -> Floats:
    """By how many standard errors units that say each of m words differ from the mean value, (m,)."""
    mean = np.average(value, weights=weight)
    with_word = np.asarray(said.T @ (weight * (value - mean)))
    spread = np.asarray(said.T @ (weight * (value - mean)) ** 2)
    return np.asarray(np.abs(with_word) / np.sqrt(np.maximum(spread, 1e-12)))


def _texts(content: Any) -> Iterator[str]:
    """Every text in an input, however it is nested, without the names of its fields."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, list | dict):
        for one in content.values() if isinstance(content, dict) else content:
            yield from _texts(one)
