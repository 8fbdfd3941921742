"""Label Studio 1.23 or later as the front end: everybody answers in a Label Studio project of their own.

GT_LABEL_STUDIO_URL and GT_LABEL_STUDIO_TOKEN say where it is; the rest is in `gt_platform.labeling.label_studio`.
"""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from gt_platform.labeling.base import BackendOptions
from gt_platform.labeling.label_studio.backend import LabelStudioBackend
from gt_platform.labeling.label_studio.session import Account
from gt_platform.labeling.label_studio.setup import REVIEW, Setup, Staff
from gt_platform.project import Project, ProjectError
from gt_platform.settings import Settings


class Person(BaseModel):
    """Somebody with an account in Label Studio."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    email: str | None = Field(None, description="the address of the account; the name, if that is one")
    languages: tuple[str, ...] = Field((), description="languages of the items that can be given")
    skills: tuple[str, ...] = Field((), description="skills that items may ask for")
    active: bool = Field(True, description="whether work is given")


class LabelStudio(BackendOptions):
    """Annotators and reviewers are named as the lake shall know them; a list of addresses will do."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    annotators: dict[str, Person] = Field(min_length=1, description="who answers, by name")
    reviewers: dict[str, Person] = Field(default_factory=dict, description="who rules on cases, by name")
    title: str = Field("", max_length=20, description="what the titles of Label Studio's projects begin with")
    shows: Literal["text", "image"] = Field("text", description="whether an input is a text or a picture's address")
    queue: int = Field(500, ge=1, description="tasks an annotator has waiting at most")
    timeout: float = Field(60.0, gt=0, description="seconds to wait for an answer of the server")
    key: Path = Field(Path("label_studio/key"), description="file, below GT_HOME, of the key that seals references")

    @field_validator("annotators", "reviewers", mode="before")
    @classmethod
    def _by_name(cls, value: Any) -> Any:
        return {name: {} for name in value} if isinstance(value, list) else value

    @field_validator("annotators", "reviewers")
    @classmethod
    def _reachable(cls, value: dict[str, Person]) -> dict[str, Person]:
        for name, person in value.items():
            if name == REVIEW or (person.email is None and "@" not in name):
                raise ValueError(f"{name!r} needs the address of an account: {name}: {{email: …}}")
        return value

    def open(self, project: Project, settings: Settings) -> LabelStudioBackend:
        """The backend; the server is asked when something is to be done. Raises ProjectError."""
        if settings.label_studio_url is None or settings.label_studio_token is None:
            raise ProjectError(
                f"{project.name}: labeling.backend is label_studio: set GT_LABEL_STUDIO_URL and GT_LABEL_STUDIO_TOKEN"
            )
        most = project.labeling.maximum or project.labeling.overlap
        if len(self.annotators) < most:
            raise ProjectError(
                f"{project.name}: labeling.options.annotators names {len(self.annotators)}, "
                f"and an item may be asked of {most}"
            )
        home = settings.home.resolve()
        annotators, reviewers = _staff(self.annotators), _staff(self.reviewers)
        setup = Setup(project, annotators, reviewers, home / "label_studio", self.title, self.shows, self.queue)
        account = Account(settings.label_studio_url, settings.label_studio_token.get_secret_value(), self.timeout)
        return LabelStudioBackend(setup, account, home / self.key)


def _staff(people: dict[str, Person]) -> dict[str, Staff]:
    return {name: Staff(one.email or name, _abilities(one), one.active) for name, one in people.items()}


def _abilities(person: Person) -> frozenset[str]:
    return frozenset(
        [*(f"language:{language}" for language in person.languages), *(f"skill:{skill}" for skill in person.skills)]
    )
