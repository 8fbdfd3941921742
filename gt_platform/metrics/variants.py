"""Texts of a case as the libraries of text metrics take them: as they are written, whatever the kind leaves out."""

from gt_platform.metrics.base import Case


def variants(case: Case) -> list[str]:
    """Every acceptable wording of the truth."""
    return [str(one) for one in case.truth] if isinstance(case.truth, list) else [str(case.truth)]


def said(case: Case) -> str:
    """The output; one that is no text says nothing."""
    return case.output if isinstance(case.output, str) else ""
