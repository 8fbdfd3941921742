"""Months and what their releases are called."""

from datetime import UTC, date, datetime

import pytest

from gt_platform.monthly import Month, ReviewError
from gt_platform.sensors.nightly import month_before


def test_a_month_is_called_by_the_calendar_and_a_quarter_besides() -> None:
    assert [(Month(2026, n).tag, Month(2026, n).quarter) for n in (1, 3, 9, 11, 12)] == [
        ("2026.01", None),
        ("2026.03", "2026.Q1"),
        ("2026.09", "2026.Q3"),
        ("2026.11", None),
        ("2026.12", "2026.Q4"),
    ]
    assert (Month(2026, 12).first, Month(2026, 12).after) == (date(2026, 12, 1), date(2027, 1, 1))
    assert Month(2026, 2).after == date(2026, 3, 1)
    assert Month(2025, 12) < Month(2026, 1) < Month(2026, 11)
    assert Month.named("2026-11") == Month.named("2026.11") == Month.of(date(2026, 11, 30))


@pytest.mark.parametrize("text", ["", "2026-13", "2026-0", "11-2026", "2026-11-01", "november", "2026-1", "٢٠٢٦-١١x"])
def test_what_is_no_month_is_a_sentence(text: str) -> None:
    with pytest.raises(ReviewError, match="is not a month; write it as 2026-11"):
        Month.named(text)


@pytest.mark.parametrize(
    ("fires_at", "month"),
    [
        (datetime(2026, 12, 2, 5, tzinfo=UTC), "2026-11"),
        (datetime(2026, 12, 1, 15, tzinfo=UTC), "2026-11"),  # the second already, on Kiritimati
        (datetime(2027, 1, 2, 17, tzinfo=UTC), "2026-12"),
    ],
)
def test_the_schedule_reviews_the_month_that_ended_last(fires_at: datetime, month: str) -> None:
    assert str(Month.of(month_before(fires_at))) == month
