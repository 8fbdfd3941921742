"""What a user declares. Reading it from files is in declaration.py."""

from gt_platform.project.declared import Declared, Mistake, MistakesError, ProjectError
from gt_platform.project.labeling import Annotators, Cost, ExpertCheck, Honeypots, Labeling
from gt_platform.project.project import NAME_PATTERN, Drift, DriftColumn, Project, ScoreGate, Truth, answer_kind_of
from gt_platform.project.words import mistakes, named

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
    "Mistake",
    "MistakesError",
    "Project",
    "ProjectError",
    "ScoreGate",
    "Truth",
    "answer_kind_of",
    "mistakes",
    "named",
]
