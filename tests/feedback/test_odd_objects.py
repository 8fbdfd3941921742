"""One object on S3 that is refused, broken, silent, stalls, drips or is cut off, between others that are not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gt_platform.feedback import try_again, verify_conservation
from gt_platform.lake import Lake
from gt_platform.lake.s3 import S3Prefix
from gt_platform.lake.storage import UnavailableError
from gt_platform.settings import Settings
from tests.feedback.conftest import Desk, desk_for
from tests.records.samples import event, lines
from tests.support.backends import s3_prefix
from tests.support.faulty import Fault, Front, front
from tests.support.servers import BUCKET, S3Server

STALLED = 0.5  # seconds
GOOD = ["dt=2026-01-05/a.jsonl", "dt=2026-01-05/z.jsonl", "dt=2026-01-06/z.jsonl"]
BAD = "dt=2026-01-05/m.jsonl"
SAYS: dict[Fault, str] = {
    "refused": "these credentials may not do that",
    "broken": "the service answered InternalError",
    "silent": "it stalls; no byte came in time",
    "stalls": "it stalls; no byte came in time",
    "drips": "it stalls, ",
    "cut": "it broke off in its middle",
}


@pytest.fixture
def before(s3_server: S3Server) -> Iterator[Front]:
    with front(s3_server.endpoint) as opened:
        yield opened


@pytest.fixture
def desk(lake_home: Path, before: Front) -> Iterator[Desk]:
    """A desk whose inbox is behind the front."""
    with Lake.open(Settings(home=lake_home)) as lake:
        prefix = s3_prefix().removeprefix(f"s3://{BUCKET}/")
        inbox = S3Prefix(BUCKET, prefix, before.endpoint, patience=1, stalled=STALLED)
        yield replace(desk_for(Settings(home=lake_home), lake), inbox=inbox)


@pytest.mark.parametrize("fault", SAYS)
@pytest.mark.slow
def test_a_bad_object_is_set_aside_after_three_tries(fault: Fault, desk: Desk, before: Front) -> None:
    for number, path in enumerate([*GOOD, BAD]):
        desk.put(path, lines(event(number)))
    before.faults[BAD] = fault
    for tries in (1, 2, 3):
        assert desk.ingest().unread == 1
        assert desk.rows("SELECT path FROM files ORDER BY path") == [(path,) for path in sorted(GOOD)]
        assert desk.rows("SELECT path, tries FROM unread") == [(BAD, tries)]
    asked = before.asked[BAD]
    assert desk.ingest().unread == 0
    assert before.asked[BAD] == asked
    ((reason,),) = desk.rows("SELECT reason FROM unread")
    assert SAYS[fault] in reason
    assert "\n" not in reason
    before.faults.clear()
    assert try_again(desk.store) == 1
    assert desk.ingest().events == 1
    assert desk.rows("FROM unread") == []
    assert verify_conservation(desk.store) == []


def test_a_service_that_is_away_is_no_fault_of_its_objects(desk: Desk, before: Front) -> None:
    desk.put(BAD, lines(event(1)))
    before.faults["m.jsonl"] = "broken"
    before.faults[desk.inbox.url.split("/")[2]] = "broken"  # the bucket itself: it cannot be listed either
    with pytest.raises(UnavailableError):
        desk.ingest()
    assert desk.rows("FROM attempts") == []


@pytest.mark.parametrize("bucket", ["gt-no-such-bucket", BUCKET])
def test_a_place_that_is_not_there_is_told(bucket: str, desk: Desk, before: Front) -> None:
    nowhere = replace(desk, inbox=S3Prefix(bucket, "nothing/here", before.endpoint))
    assert nowhere.ingest().unread == 1
    assert desk.rows("SELECT path, state FROM unread") == [(".", "failed")]
