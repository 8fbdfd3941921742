"""Cohen's kappa of two annotators, from their contingency table, as a function of sums over units."""

import numpy as np
from numpy.typing import NDArray

from gt_platform.stats.agreement.chance import quotient
from gt_platform.stats.agreement.pairs import Cell
from gt_platform.stats.agreement.scales import Level, linear, weights
from gt_platform.stats.resampling import Statistic

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def kappas(level: Level) -> tuple[str, ...]:
    """The kappas that suit a level: unweighted for labels, else with linear and with quadratic weights."""
    return ("cohen",) if level == "nominal" else ("cohen_linear", "cohen_quadratic")


def cohen(cell: Cell, values: Floats, level: Level) -> Statistic:
    """Percent agreement of a pair, then its kappas (Cohen 1960; weighted 1968), undefined if chance agreement is 1.

    `values` (K,) are those of the whole study. Weights are between ranks among them on an ordinal scale, between the
    values themselves on an interval or ratio scale.
    """
    used, place = np.unique(np.concatenate([cell.one, cell.other]), return_inverse=True)
    one, other = place[: len(cell.one)], place[len(cell.one) :]
    eye = np.eye(len(used))
    tables = _weights(values, used, level)
    agreement = [table[one, other] for table in tables]
    sums = np.column_stack([cell.one == cell.other, *agreement, eye[one], eye[other]]).astype(np.float64)

    def of(rows: Floats) -> Floats:
        first, second = rows[:, -2 * len(used) : -len(used)], rows[:, -len(used) :]
        n = first.sum(axis=1)
        found = [quotient(rows[:, 0], n)]
        for number, table in enumerate(tables, start=1):
            chance = ((first @ table) * second).sum(axis=1) / n**2
            found.append(quotient(rows[:, number] / n - chance, 1 - chance))
        return np.column_stack(found)

    return Statistic(sums, cell.count, of, _contrary(cell, one, other, tables))


def _contrary(cell: Cell, one: Codes, other: Codes, tables: list[Floats]) -> Floats | None:
    """The sums of a unit to which the pair gave the two values it uses most, one each."""
    eye = np.eye(len(tables[0]))
    if len(eye) < 2:
        return None
    use = cell.count @ (eye[one] + eye[other])
    first, second = np.argsort(use, kind="stable")[-2:]
    return np.concatenate([[0.0], [table[first, second] for table in tables], eye[first], eye[second]])


def _weights(values: Floats, used: Codes, level: Level) -> list[Floats]:
    if level == "nominal":
        return [np.eye(len(used))]
    positions = used.astype(np.float64) if level == "ordinal" else values[used]
    return [linear(positions), weights(positions, "interval")]
