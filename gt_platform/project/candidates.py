"""What a system that is not in production has to show before it may be."""

from typing import Annotated, Literal

from pydantic import Field

from gt_platform.project.declared import Declared

PRODUCTION = "production"
"""What serves has no predictions of its own: its outputs are the events'; no candidate has this name."""
Margin = Annotated[float, Field(ge=0, lt=float("inf"))]


class Candidates(Declared):
    """How candidates are held against what serves, by `gt gate`."""

    baseline: str = Field(PRODUCTION, min_length=1, description="whom they are compared with: production, or another")
    margins: dict[str, Margin] = Field(
        default_factory=dict,
        description="by how much a candidate may be worse, by metric: {accuracy: 0.02}; left out, a fiftieth of the "
        "headline's range",
    )
    must_not_lose: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+=.+$")], ...] = Field(
        (), description="slices on which the margins hold, too: [channel=web]"
    )
    at_once: int = Field(
        1,
        ge=1,
        description="how many candidates compete for one place: that any of them passes although it is worse by the "
        "margin is then as seldom as for one alone",
    )
    estimand: Literal["production", "benchmark"] = Field(
        "production",
        description="which score decides: of all sampled traffic, by design; or of the held-out items, each once",
    )
