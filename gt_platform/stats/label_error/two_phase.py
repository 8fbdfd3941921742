"""Ratios of totals from a sample whose truth experts checked in part.

Phase one drew units from their frames, phase two drew some of those for experts. How phase one estimates is the
caller's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gt_platform.stats.design import Design, over, unit_weights
from gt_platform.stats.label_error.cells import Codes, Flags, Floats
from gt_platform.stats.label_error.corrections import Corrections
from gt_platform.stats.label_error.shares import Shares
from gt_platform.stats.survey import Estimates

PhaseOne = Callable[[Floats, Floats], Estimates]


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """Estimates of m ratios against the truth; `labels` (m,) is the share of the variance that labels make.

    The rest of the variance is sampling's.
    """

    estimates: Estimates
    labels: Floats


@dataclass(frozen=True, kw_only=True)
class Units:
    """n units of phase one in its design's order: their `cell`, who is `checked`, and what they add to the metrics.

    `shares` (n, m) are the truth's where checked, the leading answer's elsewhere. `inside` (n,) is the domain: outside
    it shares are 0.
    """

    cell: Codes
    checked: Flags
    shares: Shares
    inside: Flags


def corrected(design: Design, units: Units, corrections: Corrections, phase_one: PhaseOne) -> Corrected:
    """Estimate m ratios of totals, each unchecked unit's shares corrected by what experts said of its cell.

    `phase_one` takes numerators and denominators (n, m) and estimates their ratios as if they were known. The variance
    is that of two phases (Sarndal, Swensson & Wretman 1992, chapter 9), as Rubin's (1987) two parts: sampling, what
    phase one would have with every truth known; and labels, what is not known of the unchecked truths: their cells'
    means, and their own scatter around those. Degrees of freedom are Satterthwaite's (1946).
    """
    left = (units.inside & ~units.checked)[:, None].astype(np.float64)
    numerator = units.shares.numerator + left * corrections.numerator[units.cell]
    denominator = units.shares.denominator + left * corrections.denominator[units.cell]
    found = phase_one(numerator, denominator)
    weight = unit_weights(design)[:, None]
    total = (weight * denominator).sum(axis=0)
    within = corrections.variance(np.nan_to_num(found.value))
    scatter = left * within[units.cell]
    unknown = 1 - np.repeat(design.fraction, design.answered.astype(np.int64))[:, None]
    more = left * corrections.added(np.nan_to_num(found.value))[units.cell]
    sampling = np.maximum(found.error**2 + over((weight**2 * unknown * more).sum(axis=0), total**2), 0)
    unseen = over((weight**2 * scatter).sum(axis=0), total**2)
    cells = np.bincount(units.cell, (weight * left)[:, 0], len(within))[:, None]
    means = np.nan_to_num(cells**2 * within / corrections.checks[:, None] / np.where(total == 0, np.nan, total) ** 2)
    spread = np.nan_to_num(over((weight * more).sum(axis=0), (weight * denominator**2).sum(axis=0)))
    counted = (units.shares.denominator != 0).sum(axis=0)
    return _combined(replace(found, n=counted), sampling, unseen, means, corrections.freedom, spread)


def _combined(
    found: Estimates, sampling: Floats, unseen: Floats, means: Floats, own: Floats, spread: Floats
) -> Corrected:
    labels = unseen + means.sum(axis=0)
    variance = sampling + labels
    spent = over(sampling**2, found.freedom) + (means**2 / own[:, None]).sum(axis=0)
    freedom = np.where(labels > 0, over(variance**2, spent), found.freedom)
    kept = np.nan_to_num(over(found.error**2, variance), nan=1.0)
    estimates = replace(
        found,
        error=np.sqrt(variance),
        freedom=freedom,
        effective=found.effective,
        skewness=None if found.skewness is None else found.skewness * kept**1.5,
        scatter=None if found.scatter is None else np.maximum(found.scatter + spread, 0),
    )
    return Corrected(estimates=estimates, labels=np.nan_to_num(over(labels, variance)))
