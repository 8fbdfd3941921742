"""What to type in a DuckDB session of one's own to read the lake, whole: nothing is left to be known besides."""

from pathlib import Path

from gt_platform.lake.connection import CATALOG, ONE_MOMENT, catalog_of, quoted
from gt_platform.lake.credentials import create_secret, found_keys, named
from gt_platform.lake.postgres import without_secrets
from gt_platform.settings import Settings

READERS = "DuckDB 1.5.4 or 1.5.5. Older ones refuse the lake (1.4 to 1.5.1) or fail on it (1.5.2 and 1.5.3)."
IN_UTC = "SET GLOBAL TimeZone = 'UTC'"


def attach_script(settings: Settings, *, secrets: bool = False) -> str:
    """The statements, with a reason where one might leave a line out.

    Passwords and keys are among them only with `secrets`; else a comment says where DuckDB looks for them. Raises
    LakeError where there are none to print, or GT_CATALOG cannot be read.
    """
    kind, target = catalog_of(settings)
    lines = [f"-- {READERS}", f"{_load('ducklake')} {_load(kind)}", f"{IN_UTC};  -- a frame is a day in UTC"]
    if kind == "sqlite":
        lines.append(f"{ONE_MOMENT};  -- else what is read while files are merged may find no rows")
        target = str(Path(target).resolve())
    elif not secrets:
        lines.append("-- its password: from PGPASSWORD or ~/.pgpass")
        target = without_secrets(target)
    if settings.data_url.startswith("s3://"):
        lines += _s3(settings, secrets=secrets)
    return "\n".join([*lines, _attach(kind, target, settings)])


def _s3(settings: Settings, *, secrets: bool) -> list[str]:
    from gt_platform.lake.s3 import new_session  # boto3 takes 0.15 s, which an embedded lake need not pay

    session, scope = new_session(), {"SCOPE": settings.data_url}  # other buckets are signed for as before
    if secrets:
        keys = create_secret(settings, session.region_name, named(found_keys(session)) | scope)
        return [_load("httpfs"), f"{keys};"]
    chain = {"PROVIDER": "credential_chain", "REFRESH": "auto"} | scope
    said = "-- keys: from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the machine's role"
    return [f"{_load('httpfs')} {_load('aws')}", said, f"{create_secret(settings, session.region_name, chain)};"]


def _attach(kind: str, target: str, settings: Settings) -> str:
    # catalog and files are looked for where they are now: a lake may have been moved
    options = ["READ_ONLY", f"DATA_PATH {quoted(settings.data_url + '/')}", "OVERRIDE_DATA_PATH true"]
    options += ["META_BUSY_TIMEOUT 5000"] if kind == "sqlite" else []
    return f"ATTACH {quoted(f'ducklake:{kind}:{target}')} AS {CATALOG} ({', '.join(options)});"


def _load(extension: str) -> str:
    return f"INSTALL {extension}; LOAD {extension};"
