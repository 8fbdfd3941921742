"""How near-duplicates are declared to be asked."""

from pydantic import Field

from gt_platform.project.declared import Declared


class Duplicates(Declared):
    """What becomes of items that are near-duplicates of others."""

    ask_once: bool = Field(
        False,
        description="whether of a group of near-duplicates one item is asked, and the others are given its truth; left "
        "out, each is asked",
    )
