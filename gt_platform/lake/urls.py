"""Which storage a URL names. New kinds of storage are told apart here; what they do is in files of their own."""

from gt_platform.lake.storage import Folder, Storage, StorageError
from gt_platform.settings import Settings


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
    from gt_platform.lake.s3 import S3Prefix  # boto3 is slow to load, and an embedded lake needs none

    return S3Prefix(bucket, prefix.strip("/"), settings.s3_endpoint, patience=settings.patience)
