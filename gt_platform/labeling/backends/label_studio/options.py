"""What a project declares about Label Studio, and what the installation says: GT_LABEL_STUDIO_URL and _TOKEN."""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from gt_platform.labeling.backends.label_studio.backend import LabelStudioBackend
from gt_platform.labeling.backends.label_studio.session import Account
from gt_platform.labeling.backends.label_studio.setup import Setup
from gt_platform.labeling.base import BackendOptions
from gt_platform.labeling.dealing.staff import Team, refuse_too_few
from gt_platform.project import Project, ProjectError
from gt_platform.settings import Environment, Settings


class Server(Environment):
    """Where the server is that projects with this backend use."""

    model_config = SettingsConfigDict(env_prefix="GT_LABEL_STUDIO_")
    url: str | None = None
    """`http://host:port`."""
    token: SecretStr | None = None
    """Its administrator's token."""


class LabelStudio(BackendOptions):
    """Annotators and reviewers are named as the lake shall know them; a list of addresses will do."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    annotators: Team = Field(min_length=1, description="who answers, by name")
    reviewers: Team = Field(default_factory=dict, description="who rules on cases, by name")
    title: str = Field("", max_length=20, description="what the titles of Label Studio's projects begin with")
    shows: Literal["text", "image"] = Field("text", description="whether an input is a text or a picture's address")
    queue: int = Field(500, ge=1, description="tasks an annotator has waiting at most")
    timeout: float = Field(60.0, gt=0, description="seconds to wait for an answer of the server")
    key: Path = Field(Path("label_studio/key"), description="file, below GT_HOME, of the key that seals references")

    def refuse(self, project: Project) -> None:
        """Raises MistakesError where an item is to be asked of more annotators than there are."""
        refuse_too_few(project, self.annotators)

    def open(self, project: Project, settings: Settings) -> LabelStudioBackend:
        """The backend; the server is asked when something is to be done. Raises ProjectError."""
        server = Server()
        if server.url is None or server.token is None:
            raise ProjectError(
                f"{project.name}: labeling.backend is label_studio: set GT_LABEL_STUDIO_URL and GT_LABEL_STUDIO_TOKEN"
            )
        home = settings.home.resolve()
        setup = Setup(
            project=project,
            annotators=self.annotators,
            reviewers=self.reviewers,
            folder=home / "label_studio",
            title=self.title,
            shows=self.shows,
            queue=self.queue,
        )
        return LabelStudioBackend(
            setup=setup,
            account=Account(url=server.url, token=server.token.get_secret_value(), timeout=self.timeout),
            key=home / self.key,
        )
