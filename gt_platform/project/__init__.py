"""What a user declares. Reading it from files is in declaration.py."""

from gt_platform.project.declared import Declared, Mistake, MistakesError, ProjectError
from gt_platform.project.guidelines import Guidelines, Rule
from gt_platform.project.labeling import Annotators, Cost, ExpertCheck, Honeypots, Labeling
from gt_platform.project.output import Output
from gt_platform.project.outputs import Outputs
from gt_platform.project.parts import (
    NAME_PATTERN,
    AgreementGate,
    Drift,
    DriftColumn,
    Gates,
    Measure,
    Reference,
    ScoreGate,
)
from gt_platform.project.project import Project, Truth, answer_kind_of, guideline_version_of
from gt_platform.project.show import Part, Show
from gt_platform.project.splits import held_out
from gt_platform.project.words import mistakes, named

__all__ = [
    "NAME_PATTERN",
    "AgreementGate",
    "Annotators",
    "Cost",
    "Declared",
    "Drift",
    "DriftColumn",
    "ExpertCheck",
    "Gates",
    "Guidelines",
    "Honeypots",
    "Labeling",
    "Measure",
    "Mistake",
    "MistakesError",
    "Output",
    "Outputs",
    "Part",
    "Project",
    "ProjectError",
    "Reference",
    "Rule",
    "ScoreGate",
    "Show",
    "Truth",
    "answer_kind_of",
    "guideline_version_of",
    "held_out",
    "mistakes",
    "named",
]
