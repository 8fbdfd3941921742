"""Evidently's descriptors of a text, as a declaration may name them; how they are computed belongs in drift."""

import re
from collections.abc import Mapping
from typing import Any

OF_NUMBERS = frozenset({"text_length", "word_count", "sentence_count", "non_letter_share", "sentiment", "oov_share"})
"""Descriptors that are numbers; all others say true or false."""
PLAIN = OF_NUMBERS | {"contains_link", "is_valid_json"}
WITH_TEXTS = frozenset({"contains", "does_not_contain", "includes_words", "excludes_words"})
WITH_TEXT = frozenset({"regexp", "begins_with", "ends_with"})
"""Those of WITH_TEXTS look for any of several texts, these for one."""
LACKING = {
    "is_valid_sql": "a package that Evidently does not bring along",
    "is_valid_python": "Python's own parser, which a stranger's text can crash",
    **dict.fromkeys(
        ("semantic_similarity", "bert_score", "hugging_face", "toxicity", "context_relevance"),
        "a model that Evidently downloads",
    ),
    **dict.fromkeys(
        (
            "llm_eval", "llm_judge", "correctness", "faithfulness", "completeness", "decline", "pii", "negativity",
            "bias", "context_quality",
        ),
        "a language model to ask",
    ),
}  # fmt: skip
"""What is refused, for what it needs."""


def name_of(descriptor: str | Mapping[str, Any]) -> str:
    """The descriptor's own name, with or without what it looks for."""
    return descriptor if isinstance(descriptor, str) else next(iter(descriptor))


def checked(value: Any) -> Any:
    """A descriptor as declared: a name, or a name with the texts it looks for. Raises ValueError."""
    if isinstance(value, Mapping) and len(value) == 1:
        ((name, given),) = value.items()
        texts = (given,) if isinstance(given, str) else given
        known = name in WITH_TEXT | WITH_TEXTS
        if known and isinstance(texts, list | tuple) and texts and all(isinstance(one, str) and one for one in texts):
            return {name: _fitting(name, tuple(texts))}
        if known:
            raise ValueError(
                f"{name} looks for {'one text' if name in WITH_TEXT else 'a list of texts'}, not {given!r}"
            )
        value = name
    if not isinstance(value, str):
        raise ValueError(f"must be a name such as text_length, or such as {{regexp: PATTERN}}, not {value!r}")
    if why := LACKING.get(value):
        raise ValueError(f"{value} needs {why}; write what it says into the events and watch that")
    if value in WITH_TEXT | WITH_TEXTS:
        raise ValueError(f"{value} needs what to look for: {{{value}: TEXT}}")
    if value not in PLAIN:
        raise ValueError(f"{value!r} is none; there are {', '.join(sorted(PLAIN | WITH_TEXT | WITH_TEXTS))}")
    return value


def _fitting(name: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    if name in WITH_TEXT and len(texts) > 1:
        raise ValueError(f"{name} looks for one text, not {len(texts)}")
    if name == "regexp":
        try:
            re.compile(texts[0])
        except re.error as error:
            raise ValueError(f"regexp {texts[0]!r} cannot be read: {error}") from None
    return texts
