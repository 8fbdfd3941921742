"""What Landis and Koch (1977) call a kappa: words that the field knows, and no more than words."""

BANDS = (
    (0.0, "poor"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost perfect"),
)
CAVEAT = (
    "the words are Landis & Koch's (1977), whose bounds are arbitrary, by their own account: kappa falls where one "
    "label is rare, and whether it is enough depends on what truth is for"
)


def band(low: float, high: float) -> str:
    """The name of the band an interval lies in, or of those it reaches from and to."""
    first, last = (next(name for upper, name in BANDS if value <= upper or upper == 1) for value in (low, high))
    return first if first == last else f"{first} to {last}"
