"""Texts without what does not count as a difference: rules applied in order, none of which takes content away.

A rule that would leave nothing of a text is passed over, so that `the`, `!` and an answer of nothing stay three things.
"""

import re
import string
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

Rule = Literal["unicode", "case", "punctuation", "articles", "whitespace"]
Step = Callable[[str], str]

ARTICLES: Mapping[str, str] = {
    "ca": "el la els les l un una uns unes",
    "da": "en et",
    "de": "der die das den dem des ein eine einen einem einer eines",
    "en": "a an the",
    "es": "el la los las un una unos unas",
    "fr": "le la les l un une des",
    "hu": "a az egy",
    "it": "il lo la i gli le l un uno una",
    "nb": "en ei et",
    "nl": "de het een",
    "pt": "o a os as um uma uns umas",
    "sv": "en ett",
}
"""By language; others have none, or none that are known here."""
ELIDING = frozenset({"ca", "fr", "it"})
COMMA = re.compile("bg|ca|cs|da|de|el|es|et|fi|fr|hr|hu|id|is|it|lt|lv|nb|nl|nn|no|pl|pt|ro|ru|sk|sl|sr|sv|tr|uk|vi")
"""Languages that write 3,14 and 1.000."""

QUOTES = dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc", "'")
QUOTES |= dict.fromkeys(
    "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u300c\u300d\u300e\u300f\u300a\u300b\u301d\u301e\u301f", '"'
)
DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
CJK = {"\u3001": ",", "\u3002": ".", "\u3010": "[", "\u3011": "]", "\u3014": "[", "\u3015": "]", "\u30fb": "\u00b7"}
FOLDED = str.maketrans(QUOTES | DASHES | CJK | {"\u2044": "/", "\u301c": "~"})
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(at) for at in range(0xFE00, 0xFE10)}
"""Characters that nobody sees, though Unicode calls them letters, signs or marks."""
RAISED = re.compile("(?<=[0-9])(?=[\u00b9\u00b2\u00b3\u2070\u2074-\u207b])")
FRACTION = re.compile("(?<=[0-9])(?=[\u00bc-\u00be\u2150-\u215e\u2189])")
CONTENT = (
    re.compile(r"(?<=\d)[.,:/^-](?=[\d-])"),  # 3.14, 3,14, 10:30, 1/2, 5-10, 10^-3
    re.compile(r"(?<![^\W_])(?:-(?=[^\w\s]?\.?\d)|\.(?=\d))"),  # -5, -$5, -.5, .5
    re.compile(r"(?<=(?<![^\W_])[^\W\d_])[+#-]+(?!\w)"),  # A+, B-, C++, C#
)
"""Punctuation that is content: of numbers, and behind a letter that stands alone."""
MARKS = (
    "[\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
    "\u3099\u309a]"
)
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts that part no words by spaces, and Hangul, whose particles are part of the word."""
TOKEN = re.compile(rf"{UNSPACED.pattern}{MARKS}*|(?:(?!{UNSPACED.pattern})\S)+")
THOUSANDS = {
    ".": re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])"),
    ",": re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d.])"),
}
"""Numbers whose thousands are marked, by the decimal mark: 1,234.5 and 1.234,5."""
SURELY_STABLE = 8  # rounds; the second changes a few texts of marks out of order, no third was ever seen to


def seen(text: str) -> bool:
    """Whether there is anything to be seen in a text: not spaces, controls and zero-width characters alone."""
    return any(one not in UNSEEN and unicodedata.category(one) not in {"Cc", "Cf", "Zl", "Zp", "Zs"} for one in text)


def trimmed(text: str) -> str:
    """A text without what nobody sees at its ends."""
    shown = [at for at, one in enumerate(text) if seen(one)]
    return text[shown[0] : shown[-1] + 1] if shown else ""


def normaliser(rules: Sequence[Rule], language: str, last: Step | None = None) -> Step:
    """What makes equal the texts that differ only in what the rules name, and by `last`; twice is as good as once."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    steps = [*(_step(rule, primary) for rule in rules), *([last] if last else [])]

    def normal(text: str) -> str:
        for _ in range(SURELY_STABLE):
            before = text
            for step in steps:
                text = _unless_nothing(step, text)
            if text == before:
                break
        return text if seen(text) else ""

    return normal


def tokens(text: str) -> list[str]:
    """Words; of scripts that part none by spaces, characters, with the marks on them."""
    return TOKEN.findall(text)


def phrases(replaced: Mapping[str, str]) -> Step | None:
    """What puts in place of each of these phrases another, the longest first; one that is to stay stands for itself."""
    if not replaced:
        return None
    longest = sorted(replaced, key=lambda phrase: (-len(phrase), phrase))
    pattern = re.compile("|".join(_bounded(phrase) for phrase in longest))
    return lambda text: pattern.sub(lambda found: replaced[found[0]], text)


def _bounded(phrase: str) -> str:
    """A pattern for the phrase that takes no part of a word for it."""
    before = "" if UNSPACED.match(phrase[0]) or not phrase[0].isalnum() else r"(?<!\w)"
    after = "" if UNSPACED.match(phrase[-1]) or not phrase[-1].isalnum() else r"(?!\w)"
    return before + re.escape(phrase) + after


def _step(rule: Rule, language: str) -> Step:
    if rule == "punctuation":
        return lambda text: _without_punctuation(text, language)
    if rule == "articles":
        return _without_articles(language)
    return {"unicode": _folded, "case": str.casefold, "whitespace": _spaced}[rule]


def _unless_nothing(step: Step, text: str) -> str:
    left = step(text)
    return left if seen(left) else text


def _folded(text: str) -> str:
    """Compatible forms, quotes, dashes and CJK punctuation as ASCII has them; what nobody sees is gone."""
    apart = FRACTION.sub(" ", RAISED.sub("^", text)).translate(FOLDED)
    visible = "".join(one for one in apart if one not in UNSEEN and unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", visible).translate(FOLDED)


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _without_punctuation(text: str, language: str) -> str:
    if language in ELIDING:
        text = re.sub(r"(?<=[^\W\d_])['\u2019](?=[^\W\d_])", " ", text)
    text = THOUSANDS["," if COMMA.fullmatch(language) else "."].sub(lambda found: re.sub(r"[.,]", "", found[0]), text)
    kept = {at for pattern in CONTENT for found in pattern.finditer(text) for at in range(*found.span())}
    return "".join(one for at, one in enumerate(text) if at in kept or not _is_punctuation(one))


def _is_punctuation(one: str) -> bool:
    return one in string.punctuation or unicodedata.category(one).startswith("P")


def _without_articles(language: str) -> Step:
    """An article stands before a word; alone, or last as in vitamin A, the same letters are none."""
    if language not in ARTICLES:
        return lambda text: text
    article = rf"(?<!\S)(?:{'|'.join(ARTICLES[language].split())})\s+(?=\S)"
    elided = r"|(?<!\S)l['\u2019]\s*(?=\w)" if language in ELIDING else ""
    pattern = re.compile(article + elided, re.IGNORECASE)
    return lambda text: pattern.sub("", text)
