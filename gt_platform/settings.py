"""Where this installation keeps things: GT_* environment variables, read once."""

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """What is read from GT_* variables. A backend that needs some of its own says so in a subclass, beside itself."""

    model_config = SettingsConfigDict(env_prefix="GT_", frozen=True, extra="ignore")


class Settings(Environment):
    """Every setting has a default that needs nothing running."""

    home: Path = Path(".gt")
    """Folder of the embedded lake, Dagster's own storage, and the relative paths a project declares."""
    projects: Path = Path("projects")
    """Folder with one folder per project."""
    catalog: SecretStr | None = None
    """`sqlite:<file>` or `postgres:<libpq connection string>`; the default is a SQLite file under home."""
    data: str | None = None
    """Folder or `s3://bucket/prefix` for the lake's Parquet files, reports and bundles; default under home."""
    s3_endpoint: str | None = None
    """`http://host:port` of an S3 service other than AWS. Keys and region come from the AWS_* variables."""
    signing_key: SecretStr | None = None
    """What release bundles are signed with: the PEM of an Ed25519 key, or a file of it; default under home."""
    erasure_key: SecretStr | None = None
    """What ids of the erased are known by: 64 hex digits, or a file of them; default under home. One for a lake."""
    executor: Literal["in_process", "multiprocess"] = "in_process"
    """How Dagster runs the steps of a run: a step costs 0.04 s in the run's process, 1.8 s in one of its own."""

    patience: float = Field(default=300, ge=0)
    """Seconds for which an outage of PostgreSQL or S3 is sat out before what was to be done fails."""

    @property
    def embedded(self) -> bool:
        """Whether the lake is files of this machine."""
        return self.catalog_url.startswith("sqlite:") and not self.data_url.startswith("s3://")

    @cached_property
    def catalog_url(self) -> str:
        """The catalog in full."""
        if self.catalog is not None:
            return self.catalog.get_secret_value()
        return f"sqlite:{self.home.resolve() / 'lake' / 'catalog.sqlite'}"

    @cached_property
    def data_url(self) -> str:
        """The data root in full, without a trailing slash."""
        if self.data is None:
            return str(self.home.resolve() / "lake" / "data")
        return self.data.rstrip("/") if self.data.startswith("s3://") else str(Path(self.data).resolve())
