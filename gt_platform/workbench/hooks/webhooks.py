"""What the workbench tells other programs: that something happened, with ids and counts, never texts or names.

An event is written in the transaction that causes it and told later (delivery.py), so none is told that did not
happen, and none is forgotten. A receiver may get one twice, and knows it by its id.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import Connection, delete, insert, select, update

from gt_platform.errors import GroundTruthError
from gt_platform.workbench.store.account_tables import webhook_outbox, webhook_targets
from gt_platform.workbench.store.database import Database

Event = Literal["batch.handed_in", "case.ruled", "person.paused"]
TOLERANCE = timedelta(minutes=5)
ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class WebhookError(GroundTruthError):
    """An address that cannot be told anything, or a message that is not from the workbench; the message says why."""


def set_target(database: Database, project: str, url: str | None) -> None:
    """Where a project's events go from now on, or that nobody wants them. Raises WebhookError."""
    if url is not None:
        check_url(url)
    one = webhook_targets.c.project == project
    with database.read() as connection:
        if connection.execute(select(webhook_targets.c.url).where(one)).scalar_one_or_none() == url:
            return
    with database.write() as connection:
        connection.execute(delete(webhook_targets).where(one))
        if url is not None:
            connection.execute(insert(webhook_targets).values(project=project, url=url))
        else:
            given_up = {"ended_at": datetime.now(UTC), "outcome": "the webhook was taken out of the declaration"}
            waiting = (webhook_outbox.c.project == project) & webhook_outbox.c.ended_at.is_(None)
            connection.execute(update(webhook_outbox).where(waiting).values(given_up))


def check_url(url: str) -> None:
    """Refuse what would send events in the clear or to nobody. Raises WebhookError."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise WebhookError(f"{url!r} is no URL: {error}") from None
    if not host or parts.username or parts.password or parts.fragment:
        raise WebhookError(f"{url!r} must be https://host/path, without a user and without a #")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise WebhookError(f"{url!r} must begin with https://; http:// is for this machine alone")


def enqueue(
    connection: Connection,
    project: str,
    type: Event,  # noqa: A002  -- the name it has in the body
    detail: Mapping[str, Any],
    *,
    now: datetime | None = None,
) -> None:
    """Note that something happened, in the transaction that makes it so; nothing where nobody wants to know.

    Raises ValueError where `detail` holds more than ids and counts.
    """
    texts = [name for name, value in detail.items() if not _tells_little(value)]
    if texts:
        raise ValueError(f"a webhook carries ids and counts; {', '.join(texts)} is neither")
    if connection.execute(select(webhook_targets).where(webhook_targets.c.project == project)).one_or_none() is None:
        return
    at = now or datetime.now(UTC)
    event_id = f"evt_{secrets.token_hex(16)}"
    body = {"id": event_id, "type": type, "project": project, "at": at.isoformat(), **detail}
    row = {"event_id": event_id, "project": project, "body": json.dumps(body), "created_at": at, "due_at": at}
    connection.execute(insert(webhook_outbox).values(attempts=0, **row))


def signed(secret: str, event_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers a body is sent with."""
    timestamp = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "X-GT-Event-Id": event_id,
        "X-GT-Timestamp": timestamp,
        "X-GT-Signature": f"v1={_signature(secret, timestamp, body)}",
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> dict[str, Any]:
    """The event a receiver got, if the workbench sent it in the last five minutes; one seen before is the
    receiver's to notice, by its id. Raises WebhookError.
    """
    given = {name.lower(): value for name, value in headers.items()}
    timestamp = given.get("x-gt-timestamp", "")
    if not re.fullmatch(r"\d{1,12}", timestamp, re.ASCII):
        raise WebhookError("there is no timestamp")
    expected = f"v1={_signature(secret, timestamp, body)}"
    if not hmac.compare_digest(expected.encode(), given.get("x-gt-signature", "").encode("utf-8", "surrogatepass")):
        raise WebhookError("the signature is not ours: another secret, or the body was changed")
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise WebhookError("the message is too old, or a clock is wrong")
    event: dict[str, Any] = json.loads(body)
    if event.get("id") != given.get("x-gt-event-id"):
        raise WebhookError("the id in the header is not the one in the body")
    return event


def _signature(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _tells_little(value: object) -> bool:
    return ID.fullmatch(value) is not None if isinstance(value, str) else isinstance(value, (int, float, type(None)))
