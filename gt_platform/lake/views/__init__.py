"""Relations said once: queries over a project's tables that the lake shows beside them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class View:
    """A view of a project's schema. Its query names tables and views of the same project without a schema."""

    name: str
    comment: str
    query: str


VIEWS: tuple[View, ...] = ()  # a view comes after those it reads
