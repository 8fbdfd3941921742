"""What other programs are told: signed, in order, again until they take it, and never more than ids and counts."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from gt_platform.workbench.hooks import delivery, webhooks
from gt_platform.workbench.hooks.delivery import Sender
from gt_platform.workbench.hooks.destinations import Allowed
from gt_platform.workbench.hooks.webhooks import WebhookError, check_url, enqueue, set_target, verify
from gt_platform.workbench.store.account_tables import webhook_outbox
from gt_platform.workbench.store.database import Database
from tests.support.accounts import START, Clock, rows
from tests.support.receiver import Receiver, drip, receiver

SECRET = "a secret of receiver and workbench"  # noqa: S105
HERE = Allowed.of("127.0.0.0/8")


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


def happened(database: Database, clock: Clock, number: int, *, project: str = "tax") -> None:
    with database.write() as connection:
        enqueue(connection, project, "batch.handed_in", {"batch_id": f"b{number}", "answers": number}, now=clock())


def told(hook: Receiver) -> list[str]:
    return [json.loads(body)["batch_id"] for _, _, body in hook.came]


def test_an_event_arrives_signed_with_ids_and_counts(database: Database, hook: Receiver, clock: Clock) -> None:
    set_target(database, "tax", hook.url)
    happened(database, clock, 7)
    clock.pass_(seconds=3)
    assert Sender(database, SECRET, allowed=HERE, now=clock).deliver() == 1
    path, headers, body = hook.came[0]
    event = verify(SECRET, headers, body, clock())
    assert event == {
        "id": headers["X-GT-Event-Id"],
        "type": "batch.handed_in",
        "project": "tax",
        "at": "2026-01-05T09:00:00+00:00",
        "batch_id": "b7",
        "answers": 7,
    }
    assert (path, headers["Content-Type"]) == ("/hook", "application/json")
    timestamp = str(int(clock().timestamp()))
    expected = hmac.new(SECRET.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert (headers["X-GT-Timestamp"], headers["X-GT-Signature"]) == (timestamp, f"v1={expected}")
    assert Sender(database, SECRET, allowed=HERE, now=clock).deliver() == 0
    assert len(hook.came) == 1


def test_nothing_is_kept_where_nobody_wants_to_know_or_nothing_happened(
    database: Database, hook: Receiver, clock: Clock
) -> None:
    happened(database, clock, 1)
    set_target(database, "tax", hook.url)

    def broken(connection: Connection) -> None:
        enqueue(connection, "tax", "case.ruled", {"case_id": "c1"})
        raise RuntimeError

    with pytest.raises(RuntimeError), database.write() as connection:
        broken(connection)
    assert rows(database, webhook_outbox) == []
    happened(database, clock, 2)
    set_target(database, "tax", None)
    Sender(database, SECRET, allowed=HERE, now=clock).deliver()
    assert hook.came == []
    assert rows(database, webhook_outbox)[0]["outcome"] == "the webhook was taken out of the declaration"


@pytest.mark.parametrize(
    "detail", [{"text": "I hate it"}, {"name": "Ada Lovelace"}, {"ids": ["a"]}, {"id": "x" * 65}, {"a": ""}]
)
def test_texts_and_names_never_get_into_the_outbox(sqlite: Database, detail: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="ids and counts"), sqlite.write() as connection:
        enqueue(connection, "tax", "case.ruled", detail)


def test_a_failing_receiver_gets_them_all_later_and_in_order(database: Database, hook: Receiver, clock: Clock) -> None:
    set_target(database, "tax", hook.url)
    set_target(database, "law", hook.url)
    for number in range(4):
        happened(database, clock, number, project=("tax", "law")[number % 2])
    hook.answers = [204, 500]
    sender = Sender(database, SECRET, allowed=HERE, now=clock)
    assert sender.deliver() == 1
    assert told(hook) == ["b0", "b1"]  # and nothing of what came after the one that failed
    assert sender.deliver() == 0
    assert len(hook.came) == 2  # not before its time
    clock.pass_(seconds=5)
    assert sender.deliver() == 3
    assert told(hook) == ["b0", "b1", "b1", "b2", "b3"]
    assert hook.came[1][1]["X-GT-Event-Id"] == hook.came[2][1]["X-GT-Event-Id"]
    assert [row["outcome"] for row in rows(database, webhook_outbox)] == ["answered 204"] * 4


def test_one_receiver_does_not_hold_up_another(sqlite: Database, hook: Receiver, clock: Clock) -> None:
    set_target(sqlite, "tax", "http://127.0.0.1:9/closed")
    set_target(sqlite, "law", hook.url)
    for number in range(4):
        happened(sqlite, clock, number, project=("tax", "law")[number % 2])
    assert Sender(sqlite, SECRET, allowed=HERE, now=clock).deliver() == 2
    assert told(hook) == ["b1", "b3"]
    assert rows(sqlite, webhook_outbox)[0]["outcome"].startswith("ConnectError")


def test_pauses_double_up_to_an_hour_and_after_a_day_it_is_given_up(
    sqlite: Database, hook: Receiver, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    set_target(sqlite, "tax", hook.url)
    happened(sqlite, clock, 1)
    happened(sqlite, clock, 2)
    hook.answers = [503] * 100
    sender, seen = Sender(sqlite, SECRET, allowed=HERE, now=clock), [START]
    while told(hook).count("b2") == 0:
        sender.deliver()
        clock.at = max(clock.at, rows(sqlite, webhook_outbox)[0]["due_at"])
        seen.append(clock.at)
    pauses = [int((after - before).total_seconds()) for before, after in pairwise(seen)]
    assert pauses[:12] == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert told(hook).count("b1") == 11 + 23
    first = rows(sqlite, webhook_outbox)[0]
    assert first["ended_at"] - START >= timedelta(hours=24)
    assert "was never taken: answered 503" in caplog.text


def test_redirects_are_not_followed_and_slow_receivers_not_waited_for(
    sqlite: Database, hook: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.4)
    set_target(sqlite, "tax", hook.url)
    happened(sqlite, clock, 1)
    hook.answers = [307, drip, 302]
    sender = Sender(sqlite, SECRET, allowed=HERE, now=clock)
    for outcome in ("answered 307", "no answer within 0.4 s", "answered 302"):
        begin = time.monotonic()
        assert sender.deliver() == 0
        assert time.monotonic() - begin < 2
        assert rows(sqlite, webhook_outbox)[0]["outcome"] == outcome
        clock.pass_(minutes=1)
    assert {path for path, _, _ in hook.came} == {"/hook"}


def test_proxies_of_the_environment_learn_nothing(
    sqlite: Database, hook: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name)
    set_target(sqlite, "tax", hook.url)
    happened(sqlite, clock, 1)
    assert Sender(sqlite, SECRET, allowed=HERE, now=clock).deliver() == 1


def test_the_sender_works_in_the_background_and_stops_when_told(
    sqlite: Database, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "EVERY", 0.02)
    set_target(sqlite, "tax", hook.url)
    sender = Sender(sqlite, SECRET, allowed=HERE)
    sender.start()
    for number in range(3):
        happened(sqlite, delivery.utc_now, number)  # type: ignore[arg-type]
    deadline = time.monotonic() + 10
    while len(hook.came) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    sender.stop()
    assert told(hook) == ["b0", "b1", "b2"]
    happened(sqlite, delivery.utc_now, 4)  # type: ignore[arg-type]
    time.sleep(0.1)
    assert len(hook.came) == 3


def message(clock: Clock) -> tuple[dict[str, str], bytes]:
    body = b'{"id": "evt_1", "type": "case.ruled"}'
    return webhooks.signed(SECRET, "evt_1", body, clock()), body


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"X-GT-Signature": "v1=" + "0" * 64}, "signature"),
        ({"X-GT-Signature": ""}, "signature"),
        ({"X-GT-Signature": "é"}, "signature"),
        ({"X-GT-Timestamp": "1767603601"}, "signature"),
        ({"X-GT-Timestamp": ""}, "no timestamp"),
        ({"X-GT-Timestamp": "-1"}, "no timestamp"),
        ({"X-GT-Timestamp": "٣"}, "no timestamp"),
        ({"X-GT-Event-Id": "evt_2"}, "id in the header"),
    ],
)
def test_a_receiver_takes_nothing_that_was_tampered_with(clock: Clock, change: dict[str, str], says: str) -> None:
    headers, body = message(clock)
    assert verify(SECRET, headers, body, clock())["id"] == "evt_1"
    assert verify(SECRET, {name.upper(): value for name, value in headers.items()}, body, clock())["id"] == "evt_1"
    with pytest.raises(WebhookError, match=says):
        verify(SECRET, headers | change, body, clock())


def test_another_secret_another_body_and_a_replay_are_refused(clock: Clock) -> None:
    headers, body = message(clock)
    with pytest.raises(WebhookError, match="another secret"):
        verify("another", headers, body, clock())
    with pytest.raises(WebhookError, match="body was changed"):
        verify(SECRET, headers, body.replace(b"ruled", b"moved"), clock())
    assert verify(SECRET, headers, body, clock.pass_(minutes=5))["id"] == "evt_1"
    with pytest.raises(WebhookError, match="too old"):
        verify(SECRET, headers, body, clock.pass_(seconds=1))
    with pytest.raises(WebhookError, match="too old"):
        verify(SECRET, headers, body, START - timedelta(minutes=6))


@given(st.binary(max_size=200), st.integers(0, 199), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(body: bytes, at: int, flip: int) -> None:
    headers = webhooks.signed(SECRET, "evt_1", body, START)
    changed = bytearray(body or b"x")
    changed[at % len(changed)] ^= flip
    if bytes(changed) != body:
        with pytest.raises(WebhookError, match="signature"):
            verify(SECRET, headers, bytes(changed), START)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/x?y=1",
        "https://hooks.example:8443",
        "http://127.0.0.1:80/x",
        "http://localhost/",
        "http://[::1]:9",
    ],
)
def test_events_go_over_tls_or_stay_on_this_machine(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/x", "http://127.0.0.1.evil.example/",
     "ftp://hooks.example", "https://", "https:///x", "hooks",
     "https://user:word@hooks.example/", "file:///etc/passwd", "https://[::1", "https://hooks.example:99999/", "https://h/#x"],
)  # fmt: skip
def test_other_addresses_are_refused(sqlite: Database, url: str) -> None:
    with pytest.raises(WebhookError, match=r"https://|no URL"):
        set_target(sqlite, "tax", url)
