"""What a frame's draw follows from: the name of its design, and its seeds."""

import json
from datetime import date

from gt_platform.canonical import digest, number
from gt_platform.project import Project

RULES = 3  # of cutting strata and guessing deviations; a change of either is another design


def design_of(project: Project) -> str:
    """Name and digest of the project's sampling design, with what a night may cost where that decides its size."""
    # what is chosen to train on is drawn beside the sample, so declaring it changes no draw
    apart = {"active_learning"} | {name for name in ("design", "share") if getattr(project.sampling, name) is None}
    rules = {"rules": RULES} | project.sampling.model_dump(mode="json", exclude=apart)
    labeling = project.labeling
    if labeling.cost.night is not None and labeling.expert_check is not None:
        rules |= {
            "cost": labeling.cost.model_dump(mode="json"),
            "checks": labeling.expert_check.model_dump(mode="json"),
        }
    return f"stratified-neyman:{digest(json.dumps(rules, sort_keys=True), 16)}"


def seed_of(project: Project, day: date, design: str, phase: int) -> int:
    """The seed of a phase of a frame's draw."""
    content = json.dumps([project.name, day.isoformat(), design, phase])
    return number(content) >> 1
