"""What everything declared has in common."""

from pydantic import BaseModel, ConfigDict

from gt_platform.errors import GroundTruthError


class ProjectError(GroundTruthError, ValueError):
    """A declaration that cannot be used; the message names file, line, path and what is allowed."""


class Declared(BaseModel):
    """Base of everything declared: unknown keys are mistakes, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)
