"""How pages ask for each form of answer, read what was sent and show what somebody answered: a file each, found by
being here, with its script beside it where it has one.

A form without a file is asked for as JSON text.
"""

from gt_platform.workbench.web.forms.base import Fields, FormPage, Said, Widget, page_of, said, templates, typed

__all__ = ["Fields", "FormPage", "Said", "Widget", "page_of", "said", "templates", "typed"]
