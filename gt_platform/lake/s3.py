"""An S3 prefix as a Storage. Imported only where one is used: boto3 takes a quarter of a second to load."""

import io
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeVar, cast

from boto3.exceptions import S3UploadFailedError
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from gt_platform.lake.entries import Listing, Stored, absent, visible
from gt_platform.lake.storage import AbsentError, StorageError, UnavailableError, refuse_escape
from gt_platform.waiting import patiently

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

T = TypeVar("T")
Objects: TypeAlias = "list[ObjectTypeDef]"

# not a timeout while reading: what stalls has been waited for five times a minute by then
NO_ANSWER = (EndpointConnectionError, ConnectTimeoutError, ConnectionClosedError, ResponseStreamingError)
PASSING = {429, 500, 502, 503, 504}
KEYS_REFUSED = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "403", "400"}
"""Where only a head was asked for, the answer has no word for it."""
STALLED = 30.0
"""Seconds without a byte after which an object has stalled. It is asked for once more, and then given up."""
TWICE: Any = {"total_max_attempts": 2, "mode": "standard"}
SLOWEST = 1024  # bytes a second: what comes more slowly than that, over all of an object, has stalled as well
PIECE = 1 << 16  # bytes asked for at once where they come quickly; of what drips, less and less
RENEWED = 900  # seconds a client is shared for: keys that change in a file are seen by what is opened later


class S3Prefix:
    """A prefix of an S3 bucket. Keys and region come from the AWS_* variables or the machine's role."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        endpoint: str | None = None,
        *,
        patience: float = 0,
        stalled: float = STALLED,
    ) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.endpoint = endpoint
        self.patience = patience
        self.stalled = stalled
        self.url = f"s3://{bucket}/{prefix}".rstrip("/")

    @property
    def _client(self) -> "S3Client":
        return self._client_for(None)

    def _client_for(self, stalled: float | None) -> "S3Client":
        told = frozenset((name, value) for name, value in os.environ.items() if name.startswith("AWS_"))
        return _client(self.endpoint, told, int(time.monotonic() // RENEWED), stalled)

    def look(self, prefix: str = "") -> Listing:
        """As in Storage. Odd is only a place with nothing in it: on S3 there is no other sign that it is there."""
        try:
            entries = self._entries(prefix)
        except AbsentError:
            return absent("it is in a bucket that does not exist; make it, or correct its name")
        if not entries and not prefix:
            return absent("it has nothing in it; put a file there, or correct where it is declared")
        return Listing(files=_stored(entries, self.prefix), odd=[])

    def list(self, prefix: str = "") -> list[Stored]:
        """As in Storage."""
        return _stored(self._entries(prefix), self.prefix)

    def _entries(self, prefix: str) -> Objects:
        def all_pages() -> Objects:
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            return [entry for page in pages for entry in page.get("Contents", [])]

        return self._patiently(self.url, all_pages)

    def open(self, path: str) -> BinaryIO:
        """As in Storage."""
        body = self._patiently(self._full(path), lambda: self._get(path))
        return io.BufferedReader(_Body(body, self._full(path), self.stalled), buffer_size=1 << 20)

    def read(self, path: str) -> bytes:
        """As in Storage."""
        return self._patiently(self._full(path), lambda: self._get(path).read())

    def write(self, path: str, content: bytes | Iterable[bytes]) -> str:
        """As in Storage; an iterable goes up in parts, so that it need not fit into memory."""
        refuse_escape(self.url, path)
        key = self.prefix + path
        if isinstance(content, bytes):
            self._patiently(
                self._full(path), lambda: self._client.put_object(Bucket=self.bucket, Key=key, Body=content)
            )
        else:  # what was given once cannot be sent again
            with _explained(self._full(path)):
                self._client.upload_fileobj(io.BufferedReader(_Chunks(content)), self.bucket, key)
        return self._full(path)

    def exists(self, path: str) -> bool:
        """As in Storage."""
        try:
            self._patiently(
                self._full(path), lambda: self._client.head_object(Bucket=self.bucket, Key=self.prefix + path)
            )
        except FileNotFoundError:
            return False
        return True

    def remove(self, path: str) -> None:
        """As in Storage."""
        refuse_escape(self.url, path)
        self._patiently(
            self._full(path), lambda: self._client.delete_object(Bucket=self.bucket, Key=self.prefix + path)
        )

    def _get(self, path: str) -> BinaryIO:
        client = self._client_for(self.stalled)
        return cast("BinaryIO", client.get_object(Bucket=self.bucket, Key=self.prefix + path)["Body"])

    def _patiently(self, url: str, ask: Callable[[], T]) -> T:
        """Ask, again and again through an outage, and once more where keys are refused and there are others by now."""

        def once() -> T:
            with _explained(url):
                try:
                    return ask()
                except ClientError as error:
                    if _code(error) not in KEYS_REFUSED:
                        raise
                    _client.cache_clear()
                    return ask()

        return patiently(once, passing=lambda error: isinstance(error, UnavailableError), patience=self.patience)

    def _full(self, path: str) -> str:
        return f"{self.url}/{path}"


def _stored(entries: Objects, prefix: str) -> list[Stored]:
    stored = [
        Stored(path=entry["Key"].removeprefix(prefix), size=entry["Size"], version=entry["ETag"].strip('"'))
        for entry in entries
    ]
    return sorted((one for one in stored if visible(one.path)), key=lambda one: one.path)


def new_session() -> Session:
    """A session with what the AWS_* variables, profiles and roles say now."""
    return Session(region_name=os.environ.get("AWS_REGION"))  # boto3 knows AWS_DEFAULT_REGION only


@lru_cache(maxsize=8)  # one takes 0.1 CPU s to make, and serves any number of threads
def _client(
    endpoint: str | None, _told: frozenset[tuple[str, str]], _quarter: int, stalled: float | None
) -> "S3Client":
    """The client of an endpoint under these variables of the environment, in this quarter of an hour.

    Where `stalled` says how many seconds to wait for a byte it is asked twice, else boto3's patience applies.
    """
    session, config = new_session(), Config()
    if stalled is not None:
        config = Config(connect_timeout=stalled, read_timeout=stalled, retries=TWICE)
    if endpoint is None:
        return session.client("s3", config=config)
    # services other than AWS often know neither bucket host names nor the newer checksums
    other = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
    region = session.region_name or "us-east-1"
    return session.client("s3", endpoint_url=endpoint, region_name=region, config=config.merge(other))


class _Body(io.RawIOBase):
    """The body of a response, with the errors of this module. One that drips is not waited for."""

    def __init__(self, body: BinaryIO, url: str, stalled: float) -> None:
        self._body = body
        self._url = url
        self._stalled = stalled
        self._piece = 1  # byte: a read waits until it has all that it asked for
        self._waited = self._came = 0.0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view, began = memoryview(buffer).cast("B")[: self._piece], time.monotonic()
        with _explained(self._url):
            piece = self._body.read(len(view))
        took = time.monotonic() - began
        self._piece = min(self._piece * 2, PIECE) if took < 1 else max(self._piece // 2, 1)
        self._waited, self._came = self._waited + took, self._came + len(piece)
        if self._waited > self._stalled + self._came / SLOWEST:
            raise StorageError(f"{self._url}: it stalls, {self._came:.0f} bytes came in {self._waited:.0f} s")
        view[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._body.close()
        super().close()


class _Chunks(io.RawIOBase):
    """An iterable of bytes as a stream."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest: ReadableBuffer = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        rest = memoryview(self._rest)
        while not rest:
            piece = next(self._chunks, None)
            if piece is None:
                return 0
            rest = memoryview(piece)
        count = min(len(view), len(rest))
        view[:count] = rest[:count]
        self._rest = rest[count:]
        return count


@contextmanager
def _explained(url: str) -> Iterator[None]:
    """Turn what boto3 raises into the errors of this module."""
    try:
        yield
    except NoCredentialsError:
        raise StorageError(f"{url}: no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") from None
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) in PASSING:
            raise UnavailableError(f"{url}: the service answered {_code(error)}") from error
        raise _explain(url, _code(error)) from error
    except ReadTimeoutError as error:
        raise StorageError(f"{url}: it stalls; no byte came in time") from error
    except IncompleteReadError as error:
        raise StorageError(f"{url}: it broke off in its middle") from error
    except NO_ANSWER as error:
        raise UnavailableError(f"{url}: {error}") from error
    except (BotoCoreError, S3UploadFailedError) as error:
        raise StorageError(f"{url}: {error}") from error


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "")


def _explain(url: str, code: str) -> OSError:
    if code in {"NoSuchKey", "404"}:
        return FileNotFoundError(f"{url}: no such file")
    if code == "NoSuchBucket":
        return AbsentError(f"{url}: the bucket does not exist; make it, or correct its name")
    remedy = {
        "InvalidAccessKeyId": "the access key is not known there; check AWS_ACCESS_KEY_ID and GT_S3_ENDPOINT",
        "SignatureDoesNotMatch": "the secret key is wrong; check AWS_SECRET_ACCESS_KEY",
        "AccessDenied": "these credentials may not do that; ask for s3:ListBucket, and s3:Get-, Put- and DeleteObject",
        "403": "these credentials may not read that; ask for s3:ListBucket and s3:GetObject",
    }
    return StorageError(f"{url}: {remedy.get(code, f'the service answered {code}')}")
