"""What a user declares. Reading it from files is in declaration.py."""

from gt_platform.project.declared import Declared, ProjectError
from gt_platform.project.labeling import Annotators, Cost, ExpertCheck, Honeypots, Labeling
from gt_platform.project.project import NAME_PATTERN, Drift, DriftColumn, Project, ScoreGate, Truth, answer_kind_of

__all__ = [
    "NAME_PATTERN",
    "Annotators",
    "Cost",
    "Declared",
    "Drift",
    "DriftColumn",
    "ExpertCheck",
    "Honeypots",
    "Labeling",
    "Project",
    "ProjectError",
    "ScoreGate",
    "Truth",
    "answer_kind_of",
]
