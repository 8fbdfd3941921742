"""Evidently's methods: its own statistic of two samples, and how it becomes a distance that can be calibrated.

Which columns are compared belongs in columns.py, Evidently's own decision by its own threshold in decisions.py.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gt_platform.errors import GroundTruthError
from gt_platform.stats.distances import Floats

Kind = Literal["num", "cat"]
"""Evidently's words for numbers and categories."""
Value = Callable[[Floats, Floats], float]
ROWS = 5_000
"""Rows a side that a method is given: its cost grows with them, and it is asked a thousand times."""
FEWER = {"empirical_mmd": 200}
"""Of this one each call costs the square of its rows."""
EQUAL = frozenset({"fisher_exact", "g_test"})
"""Methods that Evidently refuses for samples of different sizes."""
PERMUTED = frozenset({"TVD", "empirical_mmd"})
"""Methods that are permutation tests themselves: what they permute is calibrated, and not their p-value."""
ROOTS = frozenset({"wasserstein", "jensenshannon", "hellinger", "ed", "TVD"})
SQUARED = frozenset({"psi", "kl_div", "empirical_mmd"})
"""Those above are distances, these squares of one; the value of all others is a p-value."""
LEAST = 1e-300
"""Smaller p-values are taken for this, which is 37 standard deviations."""

REFUSALS = (ValueError, ArithmeticError, IndexError, np.linalg.LinAlgError)
"""What Evidently and scipy raise for samples they cannot compare."""


class UncomputableError(GroundTruthError):
    """Evidently does not compute a method of these samples; the message is its own."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a method's values of samples of such sizes become distances whose squares fall as one over the rows."""

    method: str
    rows: tuple[int, int]

    def distance(self, value: float) -> float:
        """Of a p-value the standard deviations it stands for, by the sizes; where there is no value there is none."""
        from scipy.special import ndtri

        if not np.isfinite(value) or self.method in ROOTS:
            return value if np.isfinite(value) else 0.0
        if self.method in SQUARED:
            return float(np.sqrt(max(value, 0.0)))
        return float(max(-ndtri(max(value, LEAST) / 2), 0.0) * self._unit)

    def value(self, distance: float) -> float:
        """The method's value at such a distance."""
        from scipy.special import ndtr

        if self.method in ROOTS:
            return distance
        return distance**2 if self.method in SQUARED else float(2 * ndtr(-distance / self._unit))

    @property
    def _unit(self) -> float:
        return float(np.sqrt(1 / self.rows[0] + 1 / self.rows[1]))


def most_rows(method: str) -> int:
    """The rows a side that it is given."""
    return FEWER.get(method, ROWS)


def registered() -> Mapping[str, Mapping[Any, Any]]:
    """Evidently's tests, by their names and the types of columns they are for."""
    from evidently.legacy.calculations.stattests import registry

    found: Mapping[str, Mapping[Any, Any]] = registry._registered_stat_tests
    return found


def value_of(method: str, kind: Kind) -> Value:
    """What computes Evidently's value of two samples without missing values; categories come as codes of their order.

    It raises UncomputableError.
    """
    import pandas as pd

    own = _permuted(method) if method in PERMUTED else _tested(method, kind)

    def value(reference: Floats, current: Floats) -> float:
        try:
            return float(own(pd.Series(reference), pd.Series(current)))
        except REFUSALS as error:
            raise UncomputableError(f"Evidently's {method} says: {str(error).strip().split('. ')[0]}") from None

    return value


@contextmanager
def quietly() -> Iterator[None]:
    """Without what scipy and numpy warn of on the way, such as a p-value that a table does not have."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _tested(method: str, kind: Kind) -> Callable[[Any, Any], float]:
    from evidently.legacy.core import ColumnType

    of = ColumnType(kind)
    test = next(iter(registered()[method].values()))  # of numbers of few values Evidently chooses one for categories
    return lambda reference, current: test(reference, current, of, None).drift_score


def _permuted(method: str) -> Callable[[Any, Any], float]:
    from evidently.legacy.calculations.stattests.mmd_stattest import kernel_matrix, mmd_2samp
    from evidently.legacy.calculations.stattests.tvd_stattest import _total_variation_distance

    def mmd(reference: Any, current: Any) -> float:
        kernel = kernel_matrix(reference.to_numpy().reshape(-1, 1), current.to_numpy().reshape(-1, 1))
        return float(mmd_2samp(kernel - np.diag(np.diagonal(kernel)), len(current)))

    return _total_variation_distance if method == "TVD" else mmd
