"""The ways in which an annotator may stray from the true step of an ordered scale."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

CONCENTRATIONS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""From nearly blind to nearly always exact, each twice the last."""
SEVERITIES = ((-1.0, 0.05), (-0.5, 0.15), (0.0, 0.6), (0.5, 0.15), (1.0, 0.05))
"""Steps an annotator is off on average, and how common that is before anything is learned: most are not."""
LEAST = 1e-12
"""Probability below which no answer falls: anyone slips once."""


def manners(steps: int, places: int) -> tuple[Floats, Floats, Codes]:
    """Log P(answer | truth) of G manners, (G, P, K), their prior (G,), and each one's opposite in severity (G,).

    A truth lies at one of P = steps x places points. Errors by power 0 are to any other step alike; by power 1 and
    2 they fall with distance, by 2 as normal errors do. The first manner is blind.
    """
    ladder = np.arange(steps, dtype=np.float64)
    points = (np.arange(steps * places) + 0.5) / places - 0.5
    tables, prior, mirror = [np.zeros((len(points), steps))], [1.0], [0]
    for concentration in CONCENTRATIONS:
        elsewhere = np.rint(points)[:, None] != ladder
        tables.append(-concentration * elsewhere)
        prior.append(1.0)
        mirror.append(len(mirror))
        for power in (1, 2):
            first = len(mirror)
            for at, (severity, common) in enumerate(SEVERITIES):
                tables.append(-concentration * np.abs(points[:, None] + severity - ladder) ** power)
                prior.append(common)
                mirror.append(first + len(SEVERITIES) - 1 - at)
    weight = np.exp(np.stack(tables)) + LEAST
    return np.log(weight / weight.sum(axis=2, keepdims=True)), np.array(prior) / sum(prior), np.array(mirror)
