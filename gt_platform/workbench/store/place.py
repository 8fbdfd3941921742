"""Where the workbench keeps its store, and what its webhooks are signed with: what the installation says of it."""

from functools import cached_property
from pathlib import Path

from pydantic import SecretStr

from gt_platform.settings import Environment


class Place(Environment):
    """GT_WORKBENCH, and the GT_WORKBENCH_WEBHOOK_ variables; needs none."""

    home: Path = Path(".gt")
    """Folder of the store where there is no URL."""
    workbench: SecretStr | None = None
    """SQLAlchemy URL of the store; the default is a SQLite file under home."""
    workbench_webhook_secret: SecretStr | None = None
    """What webhooks are signed with."""
    workbench_webhook_allow: str = ""
    """Hosts, addresses and networks, with commas between, that webhooks may go to besides the internet."""

    @cached_property
    def url(self) -> str:
        """The store's URL in full."""
        if self.workbench is not None:
            return self.workbench.get_secret_value()
        return f"sqlite:///{self.home.resolve() / 'workbench.sqlite'}"
