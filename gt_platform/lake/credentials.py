"""What DuckDB signs its requests to S3 with, kept as fresh as boto3 keeps it: a role's keys hold for an hour or so."""

import threading
from collections.abc import Mapping
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
        now = found_keys(session)
        if now != self._given:
            self._connection.cursor().execute(create_secret(self._settings, session.region_name, named(now)))
            self._given = now


def create_secret(settings: Settings, region: str | None, keys: Mapping[str, str]) -> str:
    """The statement that tells DuckDB where S3 is, and with `keys` how to find or what to sign with."""
    parts = {**keys, "REGION": region or "us-east-1"}
    if settings.s3_endpoint:
        endpoint = urlsplit(settings.s3_endpoint)
        parts |= {"ENDPOINT": endpoint.netloc, "URL_STYLE": "path", "USE_SSL": str(endpoint.scheme == "https").lower()}
    options = ", ".join(f"{name} {quoted(value)}" for name, value in parts.items())
    return f"CREATE OR REPLACE SECRET gt_data (TYPE s3, {options})"


def found_keys(session: "Session") -> "ReadOnlyCredentials":
    """The keys there are now. Raises LakeError where there are none."""
    credentials = session.get_credentials()
    if credentials is None:
        raise LakeError("no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile or role")
    return credentials.get_frozen_credentials()


def named(keys: "ReadOnlyCredentials") -> dict[str, str]:
    """Keys by the names that DuckDB has for them."""
    parts = {"KEY_ID": keys.access_key, "SECRET": keys.secret_key, "SESSION_TOKEN": keys.token}
    return {name: value for name, value in parts.items() if value}
