"""What styles and scripts may and may not do."""

import re
from pathlib import Path

import pytest

from gt_platform.workbench.web import render

STATIC = Path(render.TEMPLATES).parent / "static"
SCRIPTS = [*STATIC.glob("*.js"), *STATIC.with_name("forms").glob("*.js")]
CSS = (STATIC / "workbench.css").read_text("utf-8")
READABLE, VISIBLE = 4.5, 3.0
"""Contrast of text and of the shapes of controls, by WCAG 2.2 AA."""


def colors(scheme: str) -> dict[str, str]:
    block = CSS if scheme == "light" else CSS[CSS.index("prefers-color-scheme: dark") :]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", block[: block.index("}")]))


def luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(2 * digit for digit in color[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_are_far_enough_apart(scheme: str) -> None:
    named = colors(scheme)
    words = ("ink", "soft", "accent", "bad", "good", "gold")
    texts = [(text, ground) for text in words for ground in ("paper", "card")]
    texts += [("on-accent", "accent"), ("gold", "gold-wash"), ("bad", "bad-wash"), ("good", "good-wash")]
    texts += [("ink", "wash"), ("soft", "wash"), ("accent", "wash"), ("ink", "gold-wash")]
    texts += [(f"c{at}", "card") for at in range(8)]
    shapes = [("edge", ground) for ground in ("paper", "card")]
    assert [pair for pair in texts if contrast(named[pair[0]], named[pair[1]]) < READABLE] == []
    assert [pair for pair in shapes if contrast(named[pair[0]], named[pair[1]]) < VISIBLE] == []


def test_contrast_is_measured_as_the_guideline_has_it() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


def test_styles_reach_nowhere_and_respect_what_people_set() -> None:
    assert "url(" not in CSS
    assert "@import" not in CSS
    assert "@media (prefers-color-scheme: dark)" in CSS
    assert "@media (prefers-reduced-motion: no-preference)" in CSS
    assert CSS.count("transition") == 1


@pytest.mark.parametrize("script", sorted(SCRIPTS), ids=lambda file: file.name)
def test_scripts_make_no_markup_of_text_and_leave_no_globals(script: Path) -> None:
    text = script.read_text("utf-8")
    assert not re.search(r"(inner|outer)HTML|insertAdjacentHTML|document\.write|eval\(|new Function|https?:", text)
    assert not re.search(r"\bwindow\.\w+ =|globalThis", text)
    assert len(text.splitlines()) < 200
