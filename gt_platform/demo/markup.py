"""HTML and SVG elements whose text is always escaped. What is drawn with them belongs elsewhere."""

from html import escape


class Markup(str):
    """Text that is markup already; only `tag` and `join` make it."""

    __slots__ = ()


def tag(name: str, /, *children: str | float | None, **attributes: str | float | None) -> Markup:
    """One element. Children that are not `Markup` are escaped; None leaves a child or an attribute out.

    In attribute names an underscore stands for a dash, one at the end is dropped: `class_`, `stroke_width`.
    """
    inside = "".join(_text(child) for child in children if child is not None)
    within = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{within}>{inside}</{name}>")


def join(*parts: str | float | None) -> Markup:
    """Parts one after the other, escaped like children."""
    return Markup("".join(_text(part) for part in parts if part is not None))


def _text(child: str | float) -> str:
    return child if isinstance(child, Markup) else escape(_value(child))


def _value(value: str | float) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
