"""The difference of systems that hardly ever part: too few units differ to tell how they scatter, but few they are."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Rare:
    """Of independent units all but `differing` have the `common` value, and none lies beyond -most and most.

    `groups` is the number of units of equal size that tells no more than they do: their total size over the largest.
    """

    differing: int
    groups: float
    common: float
    most: float

    @property
    def negated(self) -> "Rare":
        """Of the opposite differences."""
        return replace(self, common=-self.common)

    def bounds(self, level: float) -> tuple[float, float]:
        """Of the mean: as many more units as Poisson's law lets differ may be as far off as any can.

        A mean of independent units, whichever they are, has no higher a chance of so few differing ones than Poisson's
        law says of the share that differs (Hoeffding 1956), if each is taken for the largest.
        """
        from scipy.special import chdtri

        share = min(float(chdtri(2 * (self.differing + 1), (1 - level) / 2)) / 2 / self.groups, 1.0)
        return self.common - share * (self.most + self.common), self.common + share * (self.most - self.common)
