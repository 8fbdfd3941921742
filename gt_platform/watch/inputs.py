"""What a day's verdicts rest on, as digests: where these are the same, so are the verdicts."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np
import polars as pl

from gt_platform.canonical import as_json, digest
from gt_platform.project import Project
from gt_platform.stats.volume import WINDOW
from gt_platform.watch.evidence import MATURE
from gt_platform.watch.found import Watched
from gt_platform.watch.reading import Read, read_as
from gt_platform.watch.spans import Span
from gt_platform.watch.windows import WINDOWS

MADE_BY = 1
"""Goes up where verdicts come to be made otherwise, so that all are made anew."""


class Inputs:
    """All that was read, a number for each day of each kind."""

    def __init__(self, found: Read, project: Project) -> None:
        self._evidence, self._drift = found.evidence, project.drift
        self._declared = {
            "by": MADE_BY,
            "drift": project.drift.model_dump(include={"reference", "alpha", "minimum"}),
            "read_as": read_as(project),
            "metric": found.evidence.metric,
            "slices": project.benchmark.slices,
        }
        rows, feedback = found.counts.rows, pl.col("counted") == "feedback"
        self._feedback, self._counts, self._labels = (
            _by_day(part) for part in (rows.filter(feedback), rows.filter(~feedback), found.labeled)
        )

    def of(self, day: date, watched: Watched) -> str:
        """The digest behind what is watched on a day."""
        kinds = {"volume": self._volume, "feedback_rate": self._rate}
        return digest(
            as_json([self._declared, self._evidence.in_force(day), kinds.get(watched, self._labeled)(day)]), 16
        )

    def _volume(self, day: date) -> list[object]:
        places = self._evidence.between(day - timedelta(days=WINDOW), day)
        return [
            self._evidence.days[0],
            self._evidence.ordinals[places].tolist(),
            self._evidence.events[places].tolist(),
        ]

    def _rate(self, day: date) -> list[object]:
        age = min((self._evidence.days[-1] - day).days, MATURE)
        return [
            age,
            [(self._feedback[one], self._counts[one]) for one in self._behind(day, (1,))],
            self._feedback != {},
        ]

    def _labeled(self, day: date) -> list[object]:
        return [(str(one), self._counts[one], self._labels[one]) for one in self._behind(day, (1, *WINDOWS))]

    def _behind(self, day: date, windows: tuple[int, ...]) -> list[date]:
        spans = [Span.of(self._evidence, day, self._drift.reference, days=days) for days in windows]
        places = np.unique(np.concatenate([part for span in spans for part in (span.reference, span.now)]))
        return [day, *(self._evidence.days[place] for place in places)]


def _by_day(rows: pl.DataFrame) -> dict[date, int]:
    """A number for what each day has, whatever the order of its rows."""
    hashed = rows.select("frame_day", pl.struct(pl.all()).hash().alias("hash"))
    return defaultdict(int, hashed.group_by("frame_day").agg(pl.col("hash").sum()).iter_rows())
