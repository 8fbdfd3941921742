"""What Evidently itself would decide of a frame, by its own choice of method and its own thresholds.

It decides nothing here: it stands beside the verdicts, so that who knows Evidently sees both.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from gt_platform.drift.columns import Rows, sampled
from gt_platform.drift.evidently.columns import Sides, coded, kind_of
from gt_platform.drift.evidently.methods import EQUAL, REFUSALS, most_rows, quietly
from gt_platform.drift.meaning import STATISTIC as MEANING
from gt_platform.drift.verdicts import FRAME, Verdict, rounded
from gt_platform.project import Drift
from gt_platform.project.methods import AUTOMATIC, OF_TEXTS

MOST_ROWS = 20_000
"""Of each side. Evidently takes half a minute of CPU for each million."""
FEWER = {"TVD": 500}
"""Of this one Evidently makes a thousand permutations of its own, a millisecond for each thousand rows."""
SHARE = 0.5
"""The share of columns from which Evidently's preset calls a frame drifted."""
PRESET = "data_drift"


def with_decisions(verdicts: Sequence[Verdict], rows: Rows, drift: Drift) -> list[Verdict]:
    """The verdicts with what Evidently says of each column that has a statistic, and its preset of the frame.

    Of a large frame it sees an even sample of MOST_ROWS a side, or as many as a named method is given.
    """
    shown = [sampled(side, MOST_ROWS).sort("position", "event_id") for side in (rows.reference, rows.current)]
    methods = drift.methods

    def told(verdict: Verdict) -> Verdict:
        if verdict.statistic in (None, MEANING):  # on texts it takes five seconds, and is nothing to calibrate
            return verdict
        sides = shown[0][verdict.column_name], shown[1][verdict.column_name]
        return _decided(verdict, methods.get(verdict.column_name) or _of_texts(verdict), sides)

    return _with_frame([told(verdict) for verdict in verdicts])


def _of_texts(verdict: Verdict) -> str | None:
    return verdict.statistic if verdict.statistic in OF_TEXTS else None


def _with_frame(verdicts: list[Verdict]) -> list[Verdict]:
    drifted = [verdict.evidently_drift for verdict in verdicts if verdict.evidently_drift is not None]
    if not drifted:
        return verdicts
    share = sum(drifted) / len(drifted)
    return [
        replace(one, evidently_method=PRESET, evidently_value=rounded(share), evidently_drift=share >= SHARE)
        if one.column_name == FRAME
        else one
        for one in verdicts
    ]


def _decided(verdict: Verdict, method: str | None, sides: Sides) -> Verdict:
    import pandas as pd
    from evidently.legacy.calculations.stattests import get_stattest
    from evidently.legacy.core import ColumnType

    sides = _few(sides, method)
    if any(side.is_empty() for side in sides):
        return verdict
    of = ColumnType.Text if method in OF_TEXTS else ColumnType(kind_of(sides[0]))
    reference, current = (pd.Series(values) for values in (sides if method in OF_TEXTS else coded(sides)))
    try:
        with quietly(), _as_ever():
            test = get_stattest(reference, current, of, None if method == AUTOMATIC else method)
            found = test(reference, current, of, None)
    except REFUSALS:
        return verdict
    value = float(found.drift_score)
    return replace(
        verdict,
        evidently_method=test.name,
        evidently_value=rounded(value) if np.isfinite(value) else None,
        evidently_drift=bool(found.drifted),
    )


def _few(sides: Sides, method: str | None) -> Sides:
    most = MOST_ROWS if method is None else FEWER.get(method, most_rows(method))
    reference, current = (side.drop_nulls() for side in sides)
    if method in EQUAL:
        most = min(most, len(reference), len(current))
    return reference.head(most), current.head(most)


@contextmanager
def _as_ever() -> Iterator[None]:
    """With numpy's common generator at its beginning, from which Evidently draws."""
    before = np.random.get_state()
    np.random.seed(0)
    try:
        yield
    finally:
        np.random.set_state(before)
