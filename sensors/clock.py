"""A clock that was put back: Dagster then asks no sensor and no schedule until it has caught up, and says nothing."""

import time
from datetime import UTC, datetime

import dagster as dg

SLACK = 60  # seconds: clocks are corrected by less all the time


class Clock:
    """The wall's clock beside one that only goes forward."""

    def __init__(self) -> None:
        self._ahead = time.time() - time.monotonic()

    def put_back(self) -> datetime | None:
        """Until when sensors wait if the clock was put back since the last look; else None."""
        before, self._ahead = self._ahead, time.time() - time.monotonic()
        return datetime.fromtimestamp(time.monotonic() + before, UTC) if self._ahead < before - SLACK else None


def silent_until(instance: dg.DagsterInstance) -> datetime | None:
    """Until when sensors and schedules wait, having last run at a time that is still to come; None if they do not."""
    states = instance.all_instigator_state()
    ticks = (tick for one in states for tick in instance.get_ticks(one.instigator_origin_id, one.selector_id, limit=1))
    latest = max((tick.timestamp for tick in ticks), default=0.0)
    return datetime.fromtimestamp(latest, UTC) if latest > time.time() + SLACK else None


def said(until: datetime) -> str:
    """The sentence for whoever watches."""
    return (
        f"the clock was put back: sensors and schedules stay silent until {until:%Y-%m-%d %H:%M} UTC, when it "
        "has caught up; `gt refresh` works meanwhile"
    )
