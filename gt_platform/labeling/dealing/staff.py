"""Who answers in another tool, as a project declares it under `labeling.options`."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from gt_platform.project import Mistake, MistakesError, Project

REVIEW = "review"
"""The place where cases are; a name no annotator has, because it holds no work."""


class Staff(BaseModel):
    """Somebody with an account in the tool. Inactive ones get no work."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    email: str = Field("", description="the address of the account; the name, if that is one")
    languages: tuple[str, ...] = Field((), description="languages of the items that can be given")
    skills: tuple[str, ...] = Field((), description="skills that items may ask for")
    active: bool = Field(True, description="whether work is given")

    @property
    def abilities(self) -> frozenset[str]:
        """What items may ask for, as assignments name it."""
        named = ("language", self.languages), ("skill", self.skills)
        return frozenset(f"{what}:{one}" for what, ones in named for one in ones)


def _by_name(value: Any) -> Any:
    return {name: {} for name in value} if isinstance(value, list) else value


def _reachable(value: dict[str, Staff]) -> dict[str, Staff]:
    for name, one in value.items():
        if name == REVIEW or not (one.email or "@" in name):
            raise ValueError(f"{name!r} needs the address of an account: {name}: {{email: …}}")
    return {name: one.model_copy(update={"email": one.email or name}) for name, one in value.items()}


Team = Annotated[dict[str, Staff], BeforeValidator(_by_name), AfterValidator(_reachable)]
"""Staff by the names the lake has for them; declared so, or as a list of addresses."""


def refuse_too_few(project: Project, annotators: Team) -> None:
    """Raises MistakesError if there are fewer annotators than an item may be asked of."""
    most = project.labeling.maximum or project.labeling.overlap
    if len(annotators) < most:
        said = f"names {len(annotators)}, and an item may be asked of {most}"
        raise MistakesError([Mistake(path=("labeling", "options", "annotators"), said=said)])
