"""Which items are near-duplicates of one another: what is asked twice, and must not lie on both sides of a split."""

from gt_platform.likeness.duplicates import Alike, find_duplicates, ungrouped
from gt_platform.likeness.similarity import near, similarity
from gt_platform.likeness.texts import Text, text_in, text_of
from gt_platform.likeness.words import words

__all__ = ["Alike", "Text", "find_duplicates", "near", "similarity", "text_in", "text_of", "ungrouped", "words"]
