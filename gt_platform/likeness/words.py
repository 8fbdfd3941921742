"""A text as the words that tell it from others: case, width of letters, spaces and punctuation are nothing.

Numbers keep their points, signs and dashes, and what carries a meaning of its own is a word: symbols, emoji, smileys.
Of scripts without spaces each character is a word.
"""

import re
import unicodedata

SMILEY = r"(?<!\w)[:;=]['^-]?(?:[()\[\]|]+|[/\\*dpo](?!\w))"
NUMBER = r"\d+(?:[.,:/*+-]\d+)*"
SIGN = r"[+<=>^|~$%]|(?<!\w)-(?=\s?\d)"
WORD = r"[^\W_]+(?:'[^\W_]+)*"
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
SYMBOL = "[\u00a2-\u00a9\u00ac\u00ae\u00b0\u00b1\u00d7\u00f7\u20a0-\u20cf\u2100-\u2bff\U0001f000-\U0001faff]"
OF_ASCII = re.compile("|".join((SMILEY, NUMBER, SIGN, r"[a-z0-9]+(?:'[a-z0-9]+)*")))
OF_ANY = re.compile("|".join((SMILEY, NUMBER, SIGN, f"[{SPACELESS}]", f"(?:(?![{SPACELESS}]){WORD})", SYMBOL)))


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    if text.isascii():
        return OF_ASCII.findall(text.lower())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return OF_ANY.findall(folded.replace("’", "'"))


def is_number(word: str) -> bool:
    """Whether a word is a number, a date or a time."""
    return word[:1].isdigit()
