"""Looking again as evidence comes in: what a later look has to show, so that all looks together err seldom."""

import math

FIRST, LATER = 0.025, 0.025
"""Chances of a false pass spent on the first look, which is that of a 95 % interval, and on all later ones together."""


def level_of(look: int, among: int = 1) -> float:
    """The level of the two-sided interval that the look with this number, from 1, is decided by.

    Later looks spend 6 / (pi k)^2 of what is left for them (alpha spending, Lan & DeMets 1983, by the number of looks):
    their sum over any number of looks is at most FIRST + LATER, however alike their evidence is. Of several, `among`
    whom the one that passes is taken, each has its share of that (Bonferroni). Raises ValueError.
    """
    if look < 1:
        raise ValueError(f"look {look}; the first is 1")
    spent = FIRST if look == 1 else LATER * 6 / (math.pi * (look - 1)) ** 2
    return 1 - 2 * spent / among
