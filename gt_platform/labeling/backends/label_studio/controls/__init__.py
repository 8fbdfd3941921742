"""How Label Studio asks for each form of answer: a file each, found by being here.

A form without a file is asked for as JSON text.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from gt_platform.answers.form import Form
from gt_platform.labeling.backends.label_studio.controls.base import Control
from gt_platform.labeling.backends.label_studio.controls.text import JsonText

__all__ = ["Control", "control_of"]


def control_of(form: Form) -> Control[Any]:
    """What asks for answers of this form."""
    return _controls().get(type(form), JsonText())


@cache
def _controls() -> dict[type[Form], Control[Any]]:
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    return {one.form: one() for one in found if issubclass(one, Control) and hasattr(one, "form")}
