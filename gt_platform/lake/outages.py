"""What the lake raises, and which errors pass by themselves: an outage, a busy catalog, a commit that came second."""

import re

import duckdb

from gt_platform.errors import GroundTruthError

SIGNS = re.compile(
    r"database is locked|transaction conflict|failed to commit|connection|connect to server|time(d )?out|"
    r"terminating|database system is|duplicate key value|relation \S+ already exists|HTTP (408|429|5\d\d)",
    re.IGNORECASE,
)
DENIED = re.compile(r"HTTP\D{0,20}40[013]\b")  # S3 answers 400 to a token that ran out
NO_RIGHT = re.compile(r"permission denied for \w+ \w+")
PASSWORD_WITHIN = re.compile(r'Postgres at ".*": ')
OUTRUN = "Exceeded the maximum retry count"


class LakeError(GroundTruthError):
    """The lake cannot do what was asked; the message says why and what to do."""


class NoLakeError(LakeError):
    """There is no lake where one is looked for."""


class UnreachableError(LakeError):
    """Catalog or data are out of reach, and may not be the next time."""


def passing(error: Exception) -> bool:
    """Whether to do the same again may go well: not where a statement is wrong, or a key is not the right one."""
    if isinstance(error, duckdb.Error):
        wrong = isinstance(error, duckdb.ProgrammingError) or NO_RIGHT.search(str(error))
        return not wrong and SIGNS.search(str(error)) is not None
    return isinstance(error, UnreachableError)


def denied(error: Exception) -> bool:
    """Whether S3 refused the keys, or what they may do."""
    return isinstance(error, duckdb.Error) and DENIED.search(str(error)) is not None


def in_words(error: Exception) -> str:
    """Why something did not go well, in a part of a sentence."""
    if OUTRUN in str(error):  # DuckLake would have it tried more often, which is what must not be: see `connection`
        return "another writer committed first, or the catalog hung up"
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return PASSWORD_WITHIN.sub("Postgres: ", line)
