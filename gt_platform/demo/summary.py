"""The demo's result in a few numbers, computed once for JSON, page and terminal."""

from dataclasses import dataclass
from datetime import date
from statistics import fmean

from gt_platform.demo.figures import Figure, Report
from gt_platform.demo.traffic import FIRST_DAY, SHIFT_DAY

SHIFT = FIRST_DAY.fromordinal(FIRST_DAY.toordinal() + SHIFT_DAY - 1)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How well it went.

    `inside` of `shown` intervals hold the gold score. `days_to_flag` is 0 when drift was flagged on the very
    day of the shift, None when never. The errors are mean absolute distances to gold over the weeks that have
    both scores, as shares; None without such weeks.
    """

    shown: int
    inside: int
    shift: date
    first_flag: date | None
    days_to_flag: int | None
    flagged_before: int
    days_before: int
    flagged_after: int
    days_after: int
    production_error: float | None
    naive_error: float | None

    @property
    def coverage(self) -> float | None:
        """Share of the intervals that hold the gold score."""
        return self.inside / self.shown if self.shown else None


def summarise(report: Report) -> Summary:
    """Count what the demo promises to show."""
    before = [day for day in report.days if day.day is not None and day.day < SHIFT]
    after = [day for day in report.days if day.day is not None and day.day >= SHIFT]
    first = next((day.day for day in after if day.drift.flagged), None)
    return Summary(
        shown=len(report.judged),
        inside=sum(figure.inside is True for figure in report.judged),
        shift=SHIFT,
        first_flag=first,
        days_to_flag=(first - SHIFT).days if first else None,
        flagged_before=_flagged(before),
        days_before=len(before),
        flagged_after=_flagged(after),
        days_after=len(after),
        production_error=_error([(week.score, week.gold) for week in report.weeks if week.naive is not None]),
        naive_error=_error([(week.naive, week.gold) for week in report.weeks if week.score is not None]),
    )


def _flagged(days: list[Figure]) -> int:
    return sum(day.drift.flagged is True for day in days)


def _error(pairs: list[tuple[float | None, float]]) -> float | None:
    distances = [abs(score - gold) for score, gold in pairs if score is not None]
    return fmean(distances) if distances else None
