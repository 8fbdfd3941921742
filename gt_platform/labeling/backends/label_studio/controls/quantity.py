"""A number."""

from xml.etree.ElementTree import Element, SubElement

from gt_platform.answers.form import Quantity
from gt_platform.labeling.backends.label_studio.controls.base import Control
from gt_platform.labeling.backends.label_studio.elements import INPUT, header


class QuantityControl(Control[Quantity]):
    """A field for a number."""

    form, kind, key = Quantity, "number", "number"

    def ask(self, view: Element, form: Quantity, name: str) -> None:
        """The field, below its bounds and unit."""
        header(view, f"{form.minimum:g} to {form.maximum:g} {form.unit}", "5")
        bounds = {"min": repr(form.minimum), "max": repr(form.maximum), "step": "any"}
        SubElement(view, "Number", {"name": name, "toName": INPUT, "required": "true", **bounds})
