"""What a project declares of what a frame's draw is composed of: who may be drawn, and quotas."""

from collections.abc import Iterator, Mapping
from math import prod
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from gt_platform.project.declared import Declared, Mistake, MistakesError, Path
from gt_platform.project.outputs import Outputs

OUTPUT = "output"
"""The key of quotas that is no attribute: the answer that an output is read as."""
ALL = 100.0  # per cent
LEAST_ITEMS = 10
"""Events that a night draws whatever its budget is better spent on: a day's score of fewer has no interval."""
UNITS_PER_STRATUM = 4
"""With fewer events on average, the variance within strata could hardly be estimated."""
Attribute = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
Shares = Annotated[dict[str, Annotated[float, Field(gt=0, le=ALL)]], Field(min_length=1)]


class Design(Declared):
    """What a frame's draw is composed of; events of every kind keep a known chance, so that scores stay true."""

    eligible: dict[Attribute, Annotated[tuple[str, ...], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="of an attribute, the values whose events may be drawn: {channel: [web, app]}; all others are left "
        "out, counted, and scores do not speak of them",
    )
    quotas: dict[Attribute, Shares] = Field(
        default_factory=dict,
        description="of an attribute's values, or of what an output says (output), per cent of what is drawn: "
        "{difficulty: {easy: 40, medium: 40, hard: 20}}; what adds up to less leaves the rest to all other values",
    )

    @field_validator("quotas")
    @classmethod
    def _at_most_all(cls, quotas: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        found = [
            Mistake(path=(name,), said=f"adds up to {sum(shares.values()):g} per cent; give 100 at most")
            for name, shares in quotas.items()
            if sum(shares.values()) > ALL + 1e-9
        ]
        if found:
            raise MistakesError(found)
        return quotas

    @model_validator(mode="after")
    def _of_something(self) -> Self:
        if not self.quotas and not self.eligible:
            raise ValueError("says nothing: give quotas, eligible, or leave it out")
        return self

    def check(self, budget: int, minimum: int) -> None:
        """Whether so many events can be parted so. Raises MistakesError."""
        cells = prod(len(shares) + (sum(shares.values()) < ALL - 1e-9) for shares in self.quotas.values())
        least = max(UNITS_PER_STRATUM, minimum)
        if cells * least > budget:
            said = (
                f"{' by '.join(self.quotas)} makes {cells} cells, of which a score needs {least} events each, and the "
                f"budget is {budget}: name fewer values, or raise it to {cells * least}"
            )
            raise MistakesError([Mistake(path=("design", "quotas"), said=said)])


def design_mistakes(quotas: Mapping[str, Mapping[str, float]], outputs: Outputs, *, judged: bool) -> Iterator[Mistake]:
    """What of it does not fit what outputs say."""
    path: Path = ("quotas", OUTPUT)
    named = quotas.get(OUTPUT, {})
    if named and judged:
        yield Mistake(path=path, said="is what an output answers, and with ask: about the output it is judged itself")
        return
    for value in named:
        read = outputs.written(value)
        if read.reason:
            yield Mistake(path=(*path, value), said=f"is no answer of this project: {read.why}")
