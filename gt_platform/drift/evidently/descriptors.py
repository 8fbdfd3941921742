"""What Evidently's descriptors say of texts. Which there are, and what they need, is declared in project/descriptors.

Each costs Evidently some microseconds a text, sentiment some hundred: every different text is asked about once.
"""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from gt_platform.project import Mistake, Project, ProjectError
from gt_platform.project.descriptors import OF_NUMBERS, name_of

NAMES = {
    "text_length": "TextLength",
    "word_count": "WordCount",
    "sentence_count": "SentenceCount",
    "non_letter_share": "NonLetterCharacterPercentage",
    "sentiment": "Sentiment",
    "oov_share": "OOVWordsPercentage",
    "contains_link": "ContainsLink",
    "is_valid_json": "IsValidJSON",
    "contains": "Contains",
    "does_not_contain": "DoesNotContain",
    "includes_words": "IncludesWords",
    "excludes_words": "ExcludesWords",
    "regexp": "RegExp",
    "begins_with": "BeginsWith",
    "ends_with": "EndsWith",
}
"""Evidently's names of those that can be declared."""
ARGUMENT = {"regexp": "reg_exp", "begins_with": "prefix", "ends_with": "suffix"}
VADER = "sentiment/vader_lexicon.zip/vader_lexicon/vader_lexicon.txt"
WORDS = ("corpora/wordnet.zip", "corpora/words.zip")


def described(texts: pl.Series, descriptor: str | Mapping[str, tuple[str, ...]]) -> pl.Series:
    """Numbers, or the levels true and false; null where there is no text. Raises ProjectError for data that lack."""
    name = name_of(descriptor)
    dtype = pl.Float64 if name in OF_NUMBERS else pl.String
    different = texts.drop_nulls().unique()
    asked = different.filter(different != "") if name == "non_letter_share" else different  # which divides by length
    if asked.is_empty():
        return pl.Series(texts.name, [None] * len(texts), dtype=dtype)
    said = _answers(asked, descriptor)
    if dtype == pl.String:
        said = said.cast(pl.Boolean).cast(pl.String)
    return texts.replace_strict(asked, said, default=None, return_dtype=dtype)


def lacking(project: Project) -> list[Mistake]:
    """Descriptors of a project whose data are not on this machine."""
    found = []
    for number, column in enumerate(project.drift.columns):
        if isinstance(column.descriptor, str) and column.descriptor in NEEDING:
            try:
                NEEDING[column.descriptor]()
            except ProjectError as error:
                found.append(Mistake(path=("drift", "columns", number, "descriptor"), said=str(error)))
    return found


def _answers(texts: pl.Series, descriptor: str | Mapping[str, tuple[str, ...]]) -> pl.Series:
    """Numbers, 1 being true; null for a text that goes too deep for Python, such as JSON of a thousand brackets."""
    try:
        return _asked(texts, descriptor)
    except RecursionError:
        half = len(texts) // 2
        if not half:
            return pl.Series([None], dtype=pl.Float64)
        return pl.concat([_answers(texts[:half], descriptor), _answers(texts[half:], descriptor)])


def _asked(texts: pl.Series, descriptor: str | Mapping[str, tuple[str, ...]]) -> pl.Series:
    os.environ.setdefault("DO_NOT_TRACK", "1")
    import pandas as pd
    from evidently import DataDefinition, Dataset

    asking = _descriptor(descriptor)
    data = pd.DataFrame({"text": texts.to_list()})
    dataset = Dataset.from_pandas(data, DataDefinition(text_columns=["text"]), descriptors=[asking])
    return pl.Series(dataset.as_dataframe()["said"].to_list()).cast(pl.Float64)


def _descriptor(descriptor: str | Mapping[str, tuple[str, ...]]) -> Any:
    from evidently import descriptors

    name = name_of(descriptor)
    made = getattr(descriptors, NAMES[name])
    if isinstance(descriptor, str):
        asking = made("text", alias="said")
        if name == "sentiment":
            asking.feature._sid = _vader()
        elif name == "oov_share":
            for kept, data in _vocabulary().items():
                object.__setattr__(asking.feature, kept, data)  # it downloads them where it has none
        return asking
    looked_for = descriptor[name]
    if name in ARGUMENT:
        return made("text", **{ARGUMENT[name]: looked_for[0]}, alias="said")
    more = {"items": list(looked_for)} if "contain" in name else {"words_list": list(looked_for), "lemmatize": False}
    return made("text", **more, alias="said")


def _vader() -> Any:
    """NLTK's analyzer with the lexicon that it, or the package vaderSentiment, has; Evidently would download it."""
    from nltk.data import find
    from nltk.sentiment.vader import SentimentIntensityAnalyzer, VaderConstants

    class OfPackage(SentimentIntensityAnalyzer):  # type: ignore[misc]
        def __init__(self, lexicon: Path) -> None:
            self.lexicon_file = lexicon.read_text(encoding="utf-8")
            self.lexicon = self.make_lex_dict()
            self.constants = VaderConstants()

    try:
        find(VADER)
    except LookupError:
        package = find_spec("vaderSentiment")
        if package is None or package.origin is None:
            raise ProjectError(_lacking("sentiment", "vader_lexicon")) from None
        return OfPackage(Path(package.origin).parent / "vader_lexicon.txt")
    return SentimentIntensityAnalyzer()


def _vocabulary() -> dict[str, Any]:
    from nltk.corpus import words
    from nltk.data import find
    from nltk.stem.wordnet import WordNetLemmatizer

    try:
        for resource in WORDS:
            find(resource)
    except LookupError:
        raise ProjectError(_lacking("oov_share", "wordnet words")) from None
    return {"_lem": WordNetLemmatizer(), "_eng_words": set(words.words())}


NEEDING = {"sentiment": _vader, "oov_share": _vocabulary}
"""Descriptors that need data, and what reads them."""


def _lacking(name: str, data: str) -> str:
    return (
        f"{name} needs data of NLTK's that are not on this machine, and nothing is downloaded by itself: "
        f"run `python -m nltk.downloader {data}`, or watch something else"
    )
