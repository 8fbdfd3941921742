"""Files of the platform: inboxes, reports and bundles, in a folder or below an S3 prefix, behind one set of methods.

Tables do not belong here: DuckDB reads and writes their Parquet itself.
"""

import io
import os
import stat
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from gt_platform.settings import Settings

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer
    from mypy_boto3_s3 import S3Client


class StorageError(OSError):
    """A storage that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Stored:
    """One file of a listing: `path` below the storage, `size` in bytes, `version` changing with the content."""

    path: str
    size: int
    version: str


class Storage(Protocol):
    """A place for files. Paths are relative and '/'-separated; a missing one raises FileNotFoundError."""

    url: str

    def list(self, prefix: str = "") -> list[Stored]:
        """Every file whose path starts with `prefix`, sorted by path; hidden and temporary names are left out."""

    def open(self, path: str) -> BinaryIO:
        """Read a file as a stream; the caller closes it."""

    def read(self, path: str) -> bytes:
        """Read a whole file."""

    def write(self, path: str, content: bytes | Iterable[bytes]) -> str:
        """Write a file in one step, so that no reader ever sees half of it; returns its full URL."""

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""


def open_storage(url: str, settings: Settings) -> Storage:
    """The storage at `s3://bucket/prefix` or at a folder; a relative folder is below `settings.home`."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return Folder(settings.home.resolve() / url)
    if scheme != "s3":
        raise StorageError(f"{url}: only folders and s3:// are known; give a path or s3://bucket/prefix")
    bucket, _, prefix = rest.partition("/")
    if not bucket:
        raise StorageError(f"{url}: names no bucket; write s3://bucket/prefix")
    return S3Prefix(bucket, prefix.strip("/"), settings.s3_endpoint)


def _visible(path: str) -> bool:
    return not path.endswith((".tmp", "/")) and not any(part.startswith((".", "_")) for part in path.split("/"))


def _refuse_escape(url: str, path: str) -> None:
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\0" in path:
        raise StorageError(f"{path!r} is not a path inside {url}; give a relative one without '..'")


class Folder:
    """A folder on this machine. It need not exist: it then lists as empty and is made by the first write."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.url = str(self.root)

    def list(self, prefix: str = "") -> list[Stored]:
        """As in Storage. Left out besides: what is no regular file, and links leading out of the folder."""
        if self.root.exists() and not self.root.is_dir():
            raise StorageError(f"{self.root} is a file; a folder is needed here")
        return sorted(self._walk(prefix), key=lambda stored: stored.path)

    def _walk(self, prefix: str) -> Iterator[Stored]:
        above = prefix.rpartition("/")[0]
        top = self._inside(above) if above else self.root
        for folder, _, names in os.walk(top, onerror=_unless_gone):
            for name in names:
                file = Path(folder, name)
                path = file.relative_to(self.root).as_posix()
                if path.startswith(prefix) and _visible(path) and (found := self._stored(file, path)):
                    yield found

    def _stored(self, file: Path, path: str) -> Stored | None:
        try:
            status = file.stat()
        except FileNotFoundError:  # moved away since it was listed, or a link to nothing
            return None
        if not stat.S_ISREG(status.st_mode) or not file.resolve().is_relative_to(self.root):
            return None
        return Stored(path, status.st_size, f"{status.st_size}-{status.st_mtime_ns}")

    def open(self, path: str) -> BinaryIO:
        """As in Storage."""
        return self._inside(path).open("rb")

    def read(self, path: str) -> bytes:
        """As in Storage."""
        return self._inside(path).read_bytes()

    def write(self, path: str, content: bytes | Iterable[bytes]) -> str:
        """As in Storage; on disk before it returns, also through a loss of power."""
        target = self._inside(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{uuid.uuid4().hex}.tmp")
        try:
            with temporary.open("xb") as file:
                file.writelines([content] if isinstance(content, bytes) else content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        for folder in target.parents:  # up to the root: any of them may be new
            _sync(folder)
            if folder == self.root:
                break
        return str(target)

    def exists(self, path: str) -> bool:
        """As in Storage."""
        return self._inside(path).is_file()

    def _inside(self, path: str) -> Path:
        _refuse_escape(self.url, path)
        full = self.root / path
        if not full.resolve().is_relative_to(self.root):
            raise StorageError(f"{full} is a link out of {self.root}; put the file itself there")
        return full


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class S3Prefix:
    """A prefix of an S3 bucket. Keys and region come from the AWS_* variables or the machine's role."""

    def __init__(self, bucket: str, prefix: str, endpoint: str | None = None) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix}/" if prefix else ""
        self.endpoint = endpoint
        self.url = f"s3://{bucket}/{prefix}".rstrip("/")

    @cached_property
    def _client(self) -> "S3Client":
        from boto3.session import Session
        from botocore.config import Config

        session = Session(region_name=os.environ.get("AWS_REGION"))
        if self.endpoint is None:
            return session.client("s3")
        # services other than AWS often know neither bucket host names nor the newer checksums
        config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
        region = session.region_name or "us-east-1"
        return session.client("s3", endpoint_url=self.endpoint, region_name=region, config=config)

    def list(self, prefix: str = "") -> list[Stored]:
        """As in Storage."""
        with _explained(self.url):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix + prefix
            )
            entries = [entry for page in pages for entry in page.get("Contents", [])]
        stored = [
            Stored(entry["Key"].removeprefix(self.prefix), entry["Size"], entry["ETag"].strip('"')) for entry in entries
        ]
        return sorted((one for one in stored if _visible(one.path)), key=lambda one: one.path)

    def open(self, path: str) -> BinaryIO:
        """As in Storage."""
        with _explained(self._full(path)):
            body = self._client.get_object(Bucket=self.bucket, Key=self.prefix + path)["Body"]
        return io.BufferedReader(_Body(cast("BinaryIO", body), self._full(path)), buffer_size=1 << 20)

    def read(self, path: str) -> bytes:
        """As in Storage."""
        with self.open(path) as stream:
            return stream.read()

    def write(self, path: str, content: bytes | Iterable[bytes]) -> str:
        """As in Storage; an iterable goes up in parts, so that it need not fit into memory."""
        _refuse_escape(self.url, path)
        key = self.prefix + path
        with _explained(self._full(path)):
            if isinstance(content, bytes):
                self._client.put_object(Bucket=self.bucket, Key=key, Body=content)
            else:
                self._client.upload_fileobj(io.BufferedReader(_Chunks(content)), self.bucket, key)
        return self._full(path)

    def exists(self, path: str) -> bool:
        """As in Storage."""
        try:
            with _explained(self._full(path)):
                self._client.head_object(Bucket=self.bucket, Key=self.prefix + path)
        except FileNotFoundError:
            return False
        return True

    def _full(self, path: str) -> str:
        return f"{self.url}/{path}"


class _Body(io.RawIOBase):
    """The body of a response, with the errors of this module."""

    def __init__(self, body: BinaryIO, url: str) -> None:
        self._body = body
        self._url = url

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        view = memoryview(buffer).cast("B")
        with _explained(self._url):
            piece = self._body.read(len(view))
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
    from boto3.exceptions import S3UploadFailedError
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    try:
        yield
    except NoCredentialsError:
        raise StorageError(f"{url}: no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY") from None
    except ClientError as error:
        raise _explain(url, error.response.get("Error", {}).get("Code", "")) from error
    except (BotoCoreError, S3UploadFailedError) as error:
        raise StorageError(f"{url}: {error}") from error


def _explain(url: str, code: str) -> OSError:
    if code in {"NoSuchKey", "404"}:
        return FileNotFoundError(f"{url}: no such file")
    remedy = {
        "NoSuchBucket": "the bucket does not exist; make it, or correct its name",
        "InvalidAccessKeyId": "the access key is not known there; check AWS_ACCESS_KEY_ID and GT_S3_ENDPOINT",
        "SignatureDoesNotMatch": "the secret key is wrong; check AWS_SECRET_ACCESS_KEY",
        "AccessDenied": "these credentials may not do that; ask for s3:ListBucket, s3:GetObject and s3:PutObject",
        "403": "these credentials may not read that; ask for s3:ListBucket and s3:GetObject",
    }
    return StorageError(f"{url}: {remedy.get(code, f'the service answered {code}')}")
