"""What is made of text that is not ours: guidelines, inputs, answers, and the plots of figures."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from gt_platform.answers import form_of
from gt_platform.answers.form import AnyJson, Form, MarkImage, MarkText, Option, Several
from gt_platform.project import Part
from gt_platform.project.show import ShowForm
from gt_platform.stats.annotators.shares import Share
from gt_platform.workbench.web import plots, render
from gt_platform.workbench.web.asking import Asked, only_read
from gt_platform.workbench.web.controls import HIDDEN, symbol, visible
from gt_platform.workbench.web.forms import said
from gt_platform.workbench.web.forms.mark_text import stretches
from tests.answers.forms import KINDS, answers_of

TAGS = re.compile(r"<[^>]*>")
ELEMENTS = {
    "p", "em", "strong", "s", "code", "pre", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "br", "hr", "blockquote",
    "div", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
LABELS = (Option("a", "A"), Option("b", "B"))
PICTURE = "data:image/png;base64,AAAA"


def text_of(markup: str) -> str:
    return unescape(TAGS.sub("", markup))


@given(st.text())
def test_visible_shows_every_character_in_its_place(text: str) -> None:
    shown = text_of(visible(text))
    assert shown == "".join(symbol(each) if HIDDEN.match(each) else each for each in text)
    assert len(shown) == len(text)
    assert not HIDDEN.search(shown)


def test_what_hides_is_named_and_what_joins_is_left_alone() -> None:
    assert visible("a\x07\u202eb") == (
        'a<span class="control" title="U+0007">␇</span><span class="control" title="U+202E">⍰</span>b'
    )
    assert visible("\ud800") == '<span class="control" title="U+D800">\ufffd</span>'
    assert visible("👩‍👧 مى‌خواهم\t\n") == "👩‍👧 مى‌خواهم\t\n"
    assert visible("<b>&") == "&lt;b&gt;&amp;"


def test_the_browser_hides_the_same_characters() -> None:
    script = (Path(render.TEMPLATES).parent / "static" / "positions.js").read_text("utf-8")
    listed = re.search(r"HIDDEN = /\[(.*?)\]", script)
    assert listed
    in_script = re.compile(f"[{listed.group(1)}\ud800-\udfff]")
    for code in (*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFE00, 0x10000), 0x1F469, 0xE0020):
        assert bool(in_script.match(chr(code))) == bool(HIDDEN.match(chr(code))), hex(code)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("# One\n## Two\n#### Far\n# Again", "<h3>One</h3>\n<h4>Two</h4>\n<h5>Far</h5>\n<h3>Again</h3>"),
        ("## Starts deep\n### Deeper", "<h3>Starts deep</h3>\n<h4>Deeper</h4>"),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("a <img src=x onerror=y>", "<p>a &lt;img src=x onerror=y&gt;</p>"),
        ("[x](javascript:y)", "<p>[x](javascript:y)</p>"),
        ("[x](JaVaScRiPt:y)", "<p>[x](JaVaScRiPt:y)</p>"),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>"),
        ("[x](//elsewhere/y)", "<p>[x](//elsewhere/y)</p>"),
        ("![a *cat*](https://x/y.png)", "<p><em>[picture: a cat, https://x/y.png]</em></p>"),
        ('[x](https://y/?"&)', '<p><a href="https://y/?%22&amp;" rel="noopener noreferrer" target="_blank">x</a></p>'),
    ],
)  # fmt: skip
def test_markdown_is_markdown_and_nothing_more(text: str, markup: str) -> None:
    assert render.markdown(text).strip() == markup


@given(st.text(st.sampled_from("#*_`[]()<>!|-:\n \"'&ax/") | st.characters(codec="utf-8")))
def test_no_markdown_makes_other_elements_or_attributes(text: str) -> None:
    tags = {tag.strip("/") for tag in re.findall(r"<([^ >]*)", render.markdown(text))}
    assert tags <= ELEMENTS
    attributes = {name for tag in TAGS.findall(render.markdown(text)) for name in re.findall(r' ([a-z-]+)="', tag)}
    assert attributes <= {"href", "rel", "target", "class", "start", "tabindex", "role", "aria-label", "title"}


def test_tables_in_guidelines_carry_no_style() -> None:
    assert "style" not in render.markdown("|a|b|\n|:-|-:|\n|1|2|")


def rendered(value: Any, origins: tuple[str, ...] = ()) -> str:
    source = '{% from "_input.html" import data %}{{ data(value, origins) }}'
    return render.environment().from_string(source).render(value=value, origins=origins)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_input_is_shown_as_the_text_it_is(value: Any) -> None:
    def texts(part: Any) -> list[str]:
        if isinstance(part, dict):
            return [text for key, inner in part.items() for text in (key, *texts(inner))]
        if isinstance(part, list):
            return [text for inner in part for text in texts(inner)]
        return [part] if isinstance(part, str) else [json.dumps(part)] if part is not None else []

    shown = text_of(rendered(value))
    for text in texts(value):
        assert text_of(visible(text)) in shown


def test_pictures_are_shown_from_allowed_places_only() -> None:
    assert '<img src="data:image/png;base64,AAAA"' in rendered({"image": PICTURE})
    assert "<img" not in rendered("https://cdn.example/x.png")
    assert '<img src="https://cdn.example/x.png"' in rendered("https://cdn.example/x.png", ("https://cdn.example",))
    assert "<img" not in rendered("https://cdn.example.evil/x.png", ("https://cdn.example",))
    assert "<img" not in rendered("data:image/svg+xml;base64,AAAA")


HERE = ("https://cdn.example",)
SHOWN: list[tuple[dict[str, Any], list[str], list[str]]] = [
    ({"form": "markdown", "value": "# **A** <b>\u202e"}, ["<h3><strong>A</strong> &lt;b&gt;⍰</h3>"], ["<b>"]),
    ({"form": "markdown", "value": "![x](https://e/a.png) [y](javascript:z)"}, ["x, https://e/a.png"], ["<img", "<a"]),
    ({"form": "markdown", "value": "*a*" + "b" * render.LONGEST_MARKDOWN}, ["*a*bb"], ["<em>"]),
    ({"form": "code", "value": "if a:\n\tb <c>"}, ["<pre", "if a:\n\tb &lt;c&gt;</pre>"], []),
    ({"form": "json", "value": {"b": 1, "a": {"d": [], "c": None}}}, ["{\n  &#34;b&#34;: 1,\n  &#34;a&#34;"], []),
    ({"form": "json", "value": None}, ["null"], []),
    ({"form": "link", "value": "https://x/?a&b"}, ['href="https://x/?a&amp;b" rel="noopener noreferrer"'], []),
    ({"form": "link", "value": "javascript:alert(1)"}, ["javascript:alert(1)"], ["<a"]),
    ({"form": "link", "value": "https://x/ y"}, ["https://x/ y"], ["<a"]),
    ({"form": "image", "value": "https://cdn.example/a.png"}, ['alt="H: https://cdn.example/a.png"'], ["wrong"]),
    ({"form": "image", "value": "https://else.example/a.png"}, ["cannot be shown", "https://else.example/a"], ["<img"]),
    ({"form": "image", "value": "data:image/svg+xml;base64," + "A" * 999}, ["cannot be shown", "AAA…"], ["<img"]),
    ({"form": "image", "value": {"of": 1}}, ["There is no address of a picture", "<code>1</code>"], ["<img"]),
    ({"form": "audio", "value": "data:audio/wav;base64,AA"}, ["<audio controls", "data:audio/wav"], ["wrong"]),
    ({"form": "video", "value": "https://cdn.example/a.mp4"}, ["<video controls"], ["wrong"]),
    ({"form": "video", "value": "https://else.example/a.mp4"}, ["This film cannot be shown here"], ["<video"]),
    ({"form": "text", "value": "", "missing": "There is no input.a in this item."}, ["There is no input.a in"], []),
    ({"form": "code", "value": ""}, ["empty text"], ["<pre"]),
    (
        {"form": "chat", "value": [{"role": "a", "content": [{"type": "image", "source": {"url": "https://e/1"}}]}]},
        ["This picture cannot be shown here", "https://e/1"],
        ["<img"],
    ),
    (
        {"form": "chat", "value": [{"role": "<b>", "tool_calls": [{"function": {"name": "f<", "arguments": "<i>"}}]}]},
        ["&lt;b&gt;", "calls <b><bdi>f&lt;", "&lt;i&gt;</pre>"],
        ["<i>"],
    ),
    ({"form": "chat", "value": []}, ["empty conversation"], []),
]


def shown_as(part: dict[str, Any]) -> str:
    asking = Asked(form=AnyJson(), parts=(Part(heading="H", **part),), origins=HERE)
    source = '{% from "_input.html" import parts %}{{ parts(shown, origins) }}'
    return render.environment().from_string(source).render(**asking.context({}), origins=HERE)


@pytest.mark.parametrize(("part", "there", "not_there"), SHOWN)
def test_a_part_is_shown_in_its_form_and_never_blank(
    part: dict[str, Any], there: list[str], not_there: list[str]
) -> None:
    page = shown_as(part)
    assert [text for text in there if text not in page] == [], page
    assert [text for text in not_there if text in page] == [], page


KEYS = st.sampled_from(
    [
        "role",
        "content",
        "type",
        "text",
        "tool_calls",
        "function",
        "name",
        "arguments",
        "image_url",
        "url",
        "source",
        "<b>",
    ]
)
NASTY = st.sampled_from(
    ["<script>", "javascript:x", "tool_use", "tool_result", "image", "[x](//y)", "<img src=x>", "{}"]
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | NASTY,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(form=st.sampled_from(get_args(ShowForm)), value=ANY)
def test_whatever_lies_in_a_field_is_shown_in_any_form(form: ShowForm, value: Any) -> None:
    found = re.findall(r"<(script|img|a|iframe)\b", shown_as({"form": form, "value": value}))
    assert found == []


def test_a_name_that_is_missing_breaks_a_page_in_place_of_leaving_a_gap() -> None:
    with pytest.raises(UndefinedError):
        render.environment().from_string("{{ nobody }}").render()


def seen_in(form: Form, shown: Any, origins: tuple[str, ...] = ()) -> str:
    return Asked(form=form, parts=(Part(heading="", form="any", value=shown, mark=True),), origins=origins).seen


def test_what_is_marked_stands_apart_from_what_is_only_read() -> None:
    text, image = MarkText(LABELS, 5), MarkImage(LABELS, 5, None, None)
    assert (seen_in(text, "abc"), only_read("abc", "abc")) == ("abc", None)
    assert seen_in(text, {"text": "abc", "by": "x"}) == "abc"
    assert only_read({"text": "abc", "by": "x"}, "abc") == {"by": "x"}
    assert seen_in(image, {"image": PICTURE}) == PICTURE
    assert seen_in(image, "https://elsewhere/x.png") == ""
    assert seen_in(image, "https://here/x.png", ("https://here",)) == "https://here/x.png"
    assert seen_in(Several((("what", text), ("where", image))), {"image": PICTURE, "text": "abc"}) == "abc"
    assert seen_in(text, 5) == ""


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_any_answer_of_a_kind_can_be_shown(name: str, data: st.DataObject) -> None:
    form = form_of(KINDS[name])
    made = said(form, data.draw(answers_of(form)), "some text that is seen here")
    source = '{% from "_form.html" import show %}{{ show(said, seen) }}'
    assert render.environment().from_string(source).render(said=made, seen="")


def test_answers_are_shown_in_the_words_of_the_form() -> None:
    assert said(form_of(KINDS["preference"]), "first").value == ["A"]
    assert said(form_of(KINDS["number"]), 3.0).value == "3 stars"
    assert said(form_of(KINDS["choices"]), []).value == ["none of them"]
    assert said(form_of(KINDS["choice"]), "a label of an older schema").template == "show AnyJson"
    assert said(MarkText(LABELS, 9), [{"start": 0, "end": 2, "label": "a"}], "👩‍👧!").value[0] == ["a: 👩‍"]


def test_marks_cut_a_text_where_they_start_and_end() -> None:
    marks = [{"start": 0, "end": 3, "label": "a"}, {"start": 2, "end": 4, "label": "b"}]
    assert [(each.text, each.labels, each.starts) for each in stretches("abcde", marks, LABELS)] == [
        ("ab", (0,), ("a",)),
        ("c", (0, 1), ("b",)),
        ("d", (1,), ()),
        ("e", (), ()),
    ]


def test_a_plot_has_no_mark_where_there_are_too_few() -> None:
    monday = date(2026, 1, 5)
    known = Share(value=0.5, low=0.2, high=0.8, n=9)
    weeks = [
        (monday, known),
        (monday + timedelta(7), Share(value=1.0, low=0.3, high=1.0, n=4)),
        (monday + timedelta(14), None),
    ]
    drawn = ET.fromstring(plots.shares(weeks, "by week"))  # noqa: S314 - our own
    assert [title.text for title in drawn.iter("title")] == ["50%, 20% to 80%", "not enough yet", "not enough yet"]
    (line,) = drawn.findall("g/line")
    grid = [float(one.attrib["y1"]) for one in drawn.findall("line")]
    assert float(line.attrib["y1"]) == (min(grid) + max(grid)) / 2
    assert len(drawn.findall("circle")) == 2


@given(st.lists(st.integers(0, 10**6), max_size=40))
def test_bars_stay_within_their_plot(numbers: list[int]) -> None:
    days = [(date(2026, 1, 1) + timedelta(at), count) for at, count in enumerate(numbers)]
    drawn = ET.fromstring(plots.counts(days, "by day"))  # noqa: S314 - our own
    grid = drawn.findall("line")[0].attrib
    heights = [float(line.attrib["y1"]) for line in drawn.findall("line")]
    bars = [{name: float(value) for name, value in one.attrib.items() if name != "class"} for one in drawn.iter("rect")]
    for bar, count in zip(bars, numbers, strict=True):
        assert min(heights) <= bar["y"] <= max(heights)
        assert (count == 0) <= (bar["height"] == 0)
        assert float(grid["x1"]) <= bar["x"]
        assert bar["x"] + bar["width"] <= float(grid["x2"]) + 0.1
    assert sum(text.attrib.get("text-anchor") == "middle" for text in drawn.iter("text")) <= 6


def test_times_and_shares_are_written_alike_everywhere() -> None:
    assert render.moment(datetime(2026, 1, 5, 9, 3, tzinfo=UTC)) == {
        "machine": "2026-01-05T09:03:00+00:00",
        "people": "5 Jan 2026, 09:03 UTC",
    }
    assert [render.percent(share) for share in (None, 0.0, 0.955)] == ["–", "0%", "96%"]
