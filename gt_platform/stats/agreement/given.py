"""Who gave which ratings: what makes annotators a sample of those who might have rated."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.ratings import Ratings
from gt_platform.stats.crossed import Left, Panel
from gt_platform.stats.resampling import Statistic, dealt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

COUNTED = 2**22  # keys up to here are counted in an array, others are sorted


@dataclass(frozen=True)
class Given:
    """Who gave which ratings: `counts` (R, P) of each kind, a kind being a distinct unit, `unit` (P,), and a value."""

    counts: "csr_array"
    unit: Codes

    @property
    def kinds(self) -> int:
        """Distinct units times the values each was given."""
        return len(self.unit)

    def panel(self, statistic: Statistic, lost: "Floats | csr_array") -> Panel:
        """The values without each annotator and without each rating; `lost` (P, S) is what the sums lose with one."""
        frequency = np.asarray(self.counts.sum(axis=0)).ravel().astype(np.int64)
        single = dealt(lost, frequency, np.random.Generator(np.random.PCG64(len(self.unit))))
        annotators = np.ones(self.counts.shape[0], dtype=np.int64)
        return Panel(
            annotators=Left(values=statistic.without(self.counts @ lost), frequency=annotators),
            ratings=Left(values=statistic.without(single[0]), frequency=single[1]),
            answers=np.asarray(self.counts.sum(axis=1)).ravel().astype(np.int64),
        )


def given(ratings: Ratings, kind: Codes, unit: Codes) -> Given:
    """Count the ratings of each kind, `kind` (n,) pointing into `unit` (P,)."""
    from scipy.sparse import csr_array

    shape = annotators, kinds = ratings.annotators, len(unit)
    if annotators * kinds > COUNTED:
        return Given(csr_array((np.ones(len(kind)), (ratings.annotator, kind)), shape=shape), unit)
    counts = np.bincount(ratings.annotator * kinds + kind, minlength=annotators * kinds).reshape(shape)
    return Given(csr_array(counts.astype(np.float64)), unit)


def placed(keys: Codes, among: Codes, size: int) -> Codes:
    """Where each key, less than `size`, stands among the rising ones."""
    if size > COUNTED:
        return np.searchsorted(among, keys)
    place = np.zeros(size, dtype=np.int64)
    place[among] = np.arange(len(among))
    return place[keys]
