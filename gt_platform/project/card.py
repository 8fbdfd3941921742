"""What a project declares for the card of its releases: what only people know of the data."""

from pydantic import Field, field_validator

from gt_platform.project.declared import Declared


class Card(Declared):
    """What the card of a release says beside what the lake knows."""

    title: str | None = Field(
        None, min_length=1, description="what the data set is called; left out, the project's name"
    )
    languages: tuple[str, ...] = Field((), description="of the items, as ISO 639 codes: [en, de]")
    license: str | None = Field(
        None, pattern=r"^[a-z0-9][a-z0-9.-]*$", description="as a Hugging Face identifier: cc-by-4.0, mit, other"
    )
    intended_use: str | None = Field(None, min_length=1, description="what the truth is meant to be used for")
    limits: str | None = Field(None, min_length=1, description="what it must not be used for, or does not cover")
    known_problems: tuple[str, ...] = Field((), description="a sentence each")
    citation: str | None = Field(None, min_length=1, description="how to cite it, as text or BibTeX")

    @field_validator("languages")
    @classmethod
    def _codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [one for one in value if not (one.isascii() and one.isalpha() and one.islower() and 2 <= len(one) <= 3)]
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no ISO 639 code; write en, de, zh, …")
        return value
