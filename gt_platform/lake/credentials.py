"""What DuckDB signs its requests to S3 with, kept as fresh as boto3 keeps it: a role's keys hold for an hour or so."""

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import duckdb

from gt_platform.lake.connection import quoted
from gt_platform.lake.outages import LakeError
from gt_platform.settings import Settings

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.credentials import ReadOnlyCredentials


class Secret:
    """The secret of one connection. Safe to use from several threads. Does nothing where data are in a folder."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
        """Hand the connection what there is now. Raises LakeError where there are no credentials."""
        self._connection = connection
        self._settings = settings
        self._needed = settings.data_url.startswith("s3://")
        self._changing = threading.Lock()
        self._session: Session | None = None
        self._given: ReadOnlyCredentials | None = None
        self.keep_fresh()

    def keep_fresh(self) -> None:
        """Hand over what a role has been given since: boto3 fetches that before what it had runs out."""
        if self._needed:
            with self._changing:
                self._hand_over(self._session or self._new_session())

    def renew(self) -> bool:
        """Look everywhere anew, as into a profile that was changed; whether that gave others than those refused."""
        if not self._needed:
            return False
        with self._changing:
            before = self._given
            self._hand_over(self._new_session())
            return self._given != before

    def _new_session(self) -> "Session":
        from gt_platform.lake.s3 import new_session  # boto3 takes 0.15 s, which an embedded lake need not pay

        self._session = new_session()
        return self._session

    def _hand_over(self, session: "Session") -> None:
        credentials = session.get_credentials()
        if credentials is None:
            raise LakeError("no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile or role")
        now = credentials.get_frozen_credentials()
        if now != self._given:
            self._connection.cursor().execute(_statement(now, session.region_name, self._settings))
            self._given = now


def _statement(keys: "ReadOnlyCredentials", region: str | None, settings: Settings) -> str:
    parts: dict[str, str | None] = {
        "KEY_ID": keys.access_key,
        "SECRET": keys.secret_key,
        "REGION": region or "us-east-1",
    }
    if keys.token:
        parts["SESSION_TOKEN"] = keys.token
    if settings.s3_endpoint:
        endpoint = urlsplit(settings.s3_endpoint)
        parts |= {"ENDPOINT": endpoint.netloc, "URL_STYLE": "path", "USE_SSL": str(endpoint.scheme == "https").lower()}
    options = ", ".join(f"{name} {quoted(value)}" for name, value in parts.items())
    return f"CREATE OR REPLACE SECRET gt_data (TYPE s3, {options})"
