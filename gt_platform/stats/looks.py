"""Looking again as evidence comes in: what a later look has to show, so that all looks together err seldom."""

import math

FIRST, LATER = 0.025, 0.025
"""Chances of a false pass spent on the first look, which is that of a 95 % interval, and on all later ones together."""
UNITS = 40
"""Of a p-value for every look: those from about five times to a hundred times as many units ask for least evidence."""


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


def at_every_look(p_value: float, units: int) -> float:
    """Of the p-value that one look at so many independent units has, one that holds however often one looks.

    That it is ever alpha or less, while units come in, is as seldom as alpha where nothing is to be found: the ratio of
    a normal mixture of alternatives to nothing is a martingale (Robbins 1970), and what is asymptotically normal is
    bounded by it, too (Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas 2024). Where looks are many it asks for less than
    spending by their number, and nobody has to count them. Raises ValueError.
    """
    from scipy.special import ndtri

    if not 0 <= p_value <= 1 or units < 1:
        raise ValueError(f"a p-value of {p_value}, of {units} units")
    if p_value == 0:
        return 0.0
    seen = units / UNITS
    return min(1.0, math.sqrt(1 + seen) * math.exp(-(float(ndtri(p_value / 2)) ** 2) / 2 * seen / (1 + seen)))
