"""Answers told apart by who answered what along with whom, and by no name or order."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.consensus.votes import Votes

Digests = NDArray[np.uint64]

ROUNDS = 4
"""Of telling items and annotators apart by their neighbours; on the real data sets tried, three leave nothing alike."""


def thinned(votes: Votes, most: int) -> Votes:
    """At most about `most` answers: all those of some items, chosen by the items' `colours`."""
    if len(votes.item) <= most:
        return votes
    item, _ = colours(votes)
    share = most / len(votes.item)
    kept = mixed(item)[votes.item] < np.uint64(share * 2**64)
    return votes.only(kept) if kept.any() else votes


def colours(votes: Votes) -> tuple[Digests, Digests]:
    """A digest of each item, (items,), and annotator, (annotators,), by their place among the others' answers.

    Found by colour refinement (Weisfeiler and Leman 1968): renaming or reordering annotators, items and labels leaves
    everyone their colour. What nothing tells apart shares one.
    """
    # an answer is known by how many others of its item agree with it: the labels' names say nothing
    agreeing = votes.tally()[votes.item, votes.label].astype(np.uint64)
    item = np.ones(votes.items, dtype=np.uint64)
    annotator = np.ones(votes.annotators, dtype=np.uint64)
    by_annotator = np.argsort(votes.annotator, kind="stable")
    for _ in range(ROUNDS):
        answer = mixed(mixed(item[votes.item]) + agreeing)
        annotator = _gathered(answer[by_annotator], votes.annotator[by_annotator], annotator)
        answer = mixed(mixed(annotator[votes.annotator]) + agreeing)
        item = _gathered(answer, votes.item, item)
    return item, annotator


def _gathered(colours: Digests, owner: NDArray[np.int64], own: Digests) -> Digests:
    """Each owner's colour mixed with the sum of its answers' colours, which come in the order of their owners."""
    owners, first = np.unique(owner, return_index=True)
    gathered = mixed(own)
    gathered[owners] += np.add.reduceat(colours, first)
    return gathered


def mixed(numbers: Digests) -> Digests:
    """A well mixed digest of each number: the finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
