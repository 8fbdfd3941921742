"""An answer of every kind, given in a real browser and found in the store."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.workbench.browser import PHONE, Bench, Visitor, bench, people, visitor
from tests.workbench.examples import ADA, KINDS, one_of_each, shown_to


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("site"), *one_of_each()) as running:
        people(running)
        yield running


def begin(site: Bench, visiting: Visitor, kind: str, inputs: list[Any] | None = None) -> Page:
    """The first of some items of a kind."""
    site.ask(kind, inputs or [shown_to(kind)])
    visiting.go(f"/p/{kind}/next")
    return visiting.page


def handed_in(site: Bench, page: Page, kind: str, count: int = 1) -> Any:
    """Hand in from the keyboard; what the platform then gets."""
    expect(page.get_by_role("heading", name="Ready to hand in")).to_be_focused()
    page.wait_for_timeout(650)  # an Enter that comes sooner is taken for the second half of a double click
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Accepted")).to_be_focused()
    given = site.answers(kind, site.sent[kind])
    assert len(given) == count
    return given[f"{kind}-0"] if count == 1 else list(given.values())


def test_a_choice_from_the_keyboard_alone(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "choice", ["one", "two", "three"])
        for number, digit in enumerate("132", 1):
            expect(page.locator("#work")).to_have_attribute("data-said", f"Item {number} of 3")
            expect(page.get_by_text(("one", "two", "three")[number - 1], exact=True)).to_be_visible()
            page.keyboard.press(digit)
            page.keyboard.press("Enter")
        assert handed_in(site, page, "choice", 3) == ["negative", "positive", "neutral"]


def test_several_choices_can_be_taken_back_by_their_key(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "choices")
        for key in ("1", "2", "3", "1", "Enter"):
            page.keyboard.press(key)
        assert handed_in(site, page, "choices") == ["money", "politics"]


@pytest.mark.parametrize(
    ("kind", "name", "answer"), [("ordinal", "serious", "serious"), ("preference", "The second", "second")]
)
def test_one_of_a_scale_or_a_pair_by_touch(browser: Browser, site: Bench, kind: str, name: str, answer: str) -> None:
    with visitor(browser, site, "Ann", viewport=PHONE, has_touch=True, is_mobile=True) as visiting:
        page = begin(site, visiting, kind)
        page.locator("label.option", has_text=name).tap()
        page.get_by_role("button", name="Submit").tap()
        assert handed_in(site, page, kind) == answer


def test_an_order_by_keys_buttons_and_dragging(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "ranking")
        for key in "312":
            page.keyboard.press(key)
        names = page.locator(".order b")
        expect(names).to_have_text(["help", "price", "speed"])
        page.get_by_role("button", name="Move speed up").click()
        expect(names).to_have_text(["help", "speed", "price"])
        first, last = page.locator(".order li").nth(0).bounding_box(), page.locator(".order li").nth(2).bounding_box()
        assert first
        assert last
        page.mouse.move(first["x"] + 120, first["y"] + first["height"] / 2)
        page.mouse.down()
        page.mouse.move(last["x"] + 120, last["y"] + last["height"] / 2, steps=6)
        page.mouse.up()
        expect(names).to_have_text(["speed", "price", "help"])
        page.get_by_role("button", name="Submit").click()
        assert handed_in(site, page, "ranking") == ["speed", "price", "help"]


def test_an_order_is_not_handed_in_half_done(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita") as visiting:
        site.ask("ranking", ["another"], first=7)
        visiting.go("/p/ranking/next")
        page = visiting.page
        page.keyboard.press("2")
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("alert")).to_contain_text("place of its own")
        expect(page.locator(".order li.placed b")).to_have_text(["speed"])


def test_a_number_is_typed_at_once(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "number")
        expect(page.get_by_label("Your answer")).to_be_focused()
        page.keyboard.type("4.5")
        page.keyboard.press("Enter")
        assert handed_in(site, page, "number") == 4.5


def test_texts_in_several_wordings_are_counted_in_characters(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "text")
        page.keyboard.type("Open it.\nuy?!s")
        page.get_by_text("Other wordings").click()
        page.get_by_label("Another wording 1").fill("👩‍👧" * 34)
        page.get_by_label("Another wording 2").fill("Open!")
        expect(page.locator(".wording", has_text="Another wording 1").locator(".count").first).to_have_text(
            "198 characters left"
        )
        page.get_by_label("Another wording 1").fill("x" * 301)
        expect(page.locator(".count.over")).to_have_text("1 characters too many")
        page.get_by_label("Another wording 1").fill("👩‍👧")
        page.keyboard.press("Control+Enter")
        assert handed_in(site, page, "text") == ["Open it.\nuy?!s", "👩‍👧", "Open!"]


def test_a_node_of_a_tree_by_touch(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann", viewport=PHONE, has_touch=True, is_mobile=True) as visiting:
        page = begin(site, visiting, "tree")
        page.get_by_text("payment", exact=True).tap()
        page.get_by_text("refund", exact=True).tap()
        page.locator("label.option", has_text="late").tap()
        page.get_by_role("button", name="Submit").tap()
        assert handed_in(site, page, "tree") == "payment/refund/late"


def test_a_rubric_one_digit_after_the_other(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "rubric")
        for key in ("3", "2", "Enter"):
            page.keyboard.press(key)
        assert handed_in(site, page, "rubric") == {"clear": "yes", "polite": "yes"}


def test_a_part_appears_when_it_is_asked_and_is_not_sent_otherwise(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "form")
        amount = page.get_by_label("How much?")
        expect(amount).to_be_hidden()
        for label in ("refund", "bill", "parcel"):
            page.get_by_label(label).check()
        amount.fill("20")
        page.get_by_label("bill").uncheck()
        expect(amount).to_be_hidden()
        page.get_by_label("In one sentence").fill("wants it back")
        page.get_by_label("furious").check()
        page.keyboard.press("Enter")
        about = {"wants": "refund", "tone": "furious", "about": ["parcel"], "words": "wants it back"}
        assert handed_in(site, page, "form") == about


def marked(page: Page) -> list[dict[str, Any]]:
    return list(json.loads(page.locator(".mark-text input[type=hidden]").input_value()))


def drag_over(page: Page, start: int, end: int) -> None:
    """Select a stretch of the marked text with the mouse, by its positions in UTF-16."""
    ends = page.evaluate(
        """([start, end]) => {
            const walker = document.createTreeWalker(document.querySelector(".marked"), NodeFilter.SHOW_TEXT);
            const range = document.createRange();
            let left = start, right = end, begun = false;
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                if (!begun && left <= node.length) { range.setStart(node, left); begun = true; }
                if (right <= node.length) { range.setEnd(node, right); break; }
                left -= node.length; right -= node.length;
            }
            const boxes = range.getClientRects(), a = boxes[0], b = boxes[boxes.length - 1];
            return [a.left + 0.5, a.top + a.height / 2, b.right, b.top + b.height / 2];
        }""",
        [start, end],
    )
    page.mouse.move(ends[0], ends[1])
    page.mouse.down()
    page.mouse.move(ends[2], ends[3], steps=5)
    page.mouse.up()


def test_spans_by_mouse_and_keys_count_characters_not_halves(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "spans")
        start = ADA.encode("utf-16-le").index("Lovelace".encode("utf-16-le")) // 2
        drag_over(page, start, start + len("Lovelace"))
        page.get_by_role("button", name="person").click()
        at = ADA.index("Lovelace")
        assert marked(page) == [{"start": at, "end": at + 8, "label": "person"}]
        assert ADA[at : at + 8] == "Lovelace"
        drag_over(page, 0, start + len("Lovelace"))
        page.keyboard.press("3")
        assert {"start": 0, "end": at + 8, "label": "machine"} in marked(page)
        page.locator(".marked").focus()
        while page.evaluate("getSelection().toString()") != "London":
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("2")
        page.get_by_role("button", name="End place London. earlier").click()
        expect(page.locator(".marks li")).to_have_count(3)
        expect(page.locator(".marks q").last).to_have_text("London")
        expect(page.locator(".mark.d1")).not_to_have_count(0)
        assert page.locator(".marked").evaluate("element => element.textContent") == ADA
        page.get_by_role("button", name="Submit").click()
        london = ADA.index("London")
        assert handed_in(site, page, "spans") == [
            {"start": 0, "end": at + 8, "label": "machine"},
            {"start": at, "end": at + 8, "label": "person"},
            {"start": london, "end": london + 6, "label": "place"},
        ]


def test_an_emoji_is_one_step_for_the_keyboard_and_hidden_characters_keep_their_place(
    browser: Browser, site: Bench
) -> None:
    text = "a\u202eb 👩‍👧c \x07x"
    with visitor(browser, site, "Rita") as visiting:
        site.ask("spans", [text], first=3)
        visiting.go("/p/spans/next")
        page = visiting.page
        assert page.locator(".marked").evaluate("element => element.textContent") == "a⍰b 👩‍👧c ␇x"
        page.keyboard.press("ArrowRight")
        for _ in range(40):
            if page.evaluate("getSelection().toString()").endswith("👧"):
                break
            page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("1")
        (span,) = marked(page)
        assert text[span["start"] : span["end"]].endswith("👩‍👧")
        page.get_by_role("button", name="Remove").click()
        assert marked(page) == []


def test_boxes_are_drawn_moved_by_keys_and_given_in_numbers(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Ann") as visiting:
        page = begin(site, visiting, "boxes")
        expect(page.locator(".canvas img")).to_be_visible()
        box = page.locator(".boxes").bounding_box()
        assert box
        assert (round(box["width"]), round(box["height"])) == (320, 200)
        page.mouse.move(box["x"] + 40, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 140, box["y"] + 160, steps=5)
        page.mouse.up()
        page.keyboard.press("2")
        page.get_by_role("button", name="Add a box in the middle").click()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        second = page.locator(".marks li").nth(1)
        second.get_by_label("x", exact=True).fill("190")
        second.get_by_label("x", exact=True).press("Tab")
        page.get_by_role("button", name="Submit").click()
        drawn, added = handed_in(site, page, "boxes")
        assert drawn["label"] == "disc"
        for side, value in {"x": 40, "y": 60, "width": 100, "height": 100}.items():
            assert drawn[side] == pytest.approx(value, abs=1.5)
        assert added == {"x": 190.0, "y": 75.0, "width": 80.0, "height": 52.0, "label": "block"}


def drawn_boxes(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(page.locator(".mark-image input[type=hidden]").input_value())
    return found


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Over the picture, in its pixels, however large it is shown."""
    area = page.locator(".boxes").bounding_box()
    assert area
    scale = area["width"] / 320
    (x, y), (to_x, to_y) = ((area["x"] + at * scale, area["y"] + down * scale) for at, down in (start, end))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=4)
    page.mouse.up()


def test_a_box_is_drawn_in_another_moved_by_its_name_sized_by_its_sides_and_looked_at_closely(
    browser: Browser, site: Bench
) -> None:
    with visitor(browser, site, "Ann") as visiting:
        site.ask("boxes", [shown_to("boxes")], first=7)
        visiting.go("/p/boxes/next")
        page = visiting.page
        expect(page.locator(".canvas img")).to_be_visible()
        drag(page, (40, 40), (240, 180))
        drag(page, (120, 100), (160, 140))
        outer, inner = drawn_boxes(page)
        assert (outer["x"], outer["width"], inner["x"], inner["width"]) == pytest.approx((40, 200, 120, 40), abs=1.5)
        drag(page, (55, 28), (75, 18))  # the name of the outer one
        drag(page, (160, 120), (200, 120))  # the right side of the inner one
        drag(page, (260, 170), (20, 20))  # a corner, over the opposite one
        outer, inner = drawn_boxes(page)
        assert (inner["x"], inner["width"], inner["height"]) == pytest.approx((120, 80, 40), abs=1.5)
        assert (outer["x"], outer["y"]) == pytest.approx((20, 20), abs=1.5)
        assert (outer["width"], outer["height"]) == pytest.approx((40, 10), abs=1.5)
        page.mouse.click(*_at(page, 150, 120))
        assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Box 2")

        for _ in range(3):
            page.keyboard.press("+")
        expect(page.locator(".zoom output")).to_have_text("338 %")
        assert drawn_boxes(page) == [outer, inner]
        seen = page.locator(".viewport").bounding_box()
        assert seen
        left = page.locator(".viewport").evaluate("element => element.scrollLeft / 3.375")
        drag(page, (left + 10, 150), (left + 20, 155))
        *_, close = drawn_boxes(page)
        assert (close["x"], close["width"]) == pytest.approx((left + 10, 10), abs=0.7)
        page.get_by_role("button", name="All of it").click()
        assert page.locator(".boxes").bounding_box()["width"] == pytest.approx(320)  # type: ignore[index]
        page.get_by_role("button", name="Submit").click()
        expect(page.get_by_role("heading", name="Ready to hand in")).to_be_focused()


def _at(page: Page, x: float, y: float) -> tuple[float, float]:
    area = page.locator(".boxes").bounding_box()
    assert area
    return area["x"] + x * area["width"] / 320, area["y"] + y * area["width"] / 320


def test_two_fingers_zoom_and_draw_nothing(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita", viewport=PHONE, has_touch=True, is_mobile=True) as visiting:
        site.ask("boxes", [shown_to("boxes")], first=9)
        visiting.go("/p/boxes/next")
        page = visiting.page
        expect(page.locator(".zoom output")).to_be_visible()
        page.locator(".boxes").scroll_into_view_if_needed()
        touching = page.context.new_cdp_session(page)

        def touch(kind: str, *points: tuple[float, float]) -> None:
            fingers = [dict(zip("xy", _at(page, *point), strict=True), id=at) for at, point in enumerate(points)]
            touching.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

        touch("touchStart", (100, 80))
        touch("touchMove", (160, 140))
        touch("touchEnd")
        assert len(drawn_boxes(page)) == 1
        area = page.locator(".boxes").bounding_box()
        assert area
        touch("touchStart", (140, 100))
        touch("touchStart", (140, 100), (180, 100))
        touch("touchMove", (120, 100), (200, 100))
        touch("touchEnd")
        assert len(drawn_boxes(page)) == 1
        nearer = page.locator(".boxes").bounding_box()
        assert nearer
        assert nearer["width"] > 1.5 * area["width"]
        page.get_by_role("button", name="Remove box 1").tap()


def test_a_box_can_be_drawn_with_a_finger_and_removed(browser: Browser, site: Bench) -> None:
    with visitor(browser, site, "Rita", viewport=PHONE, has_touch=True, is_mobile=True) as visiting:
        site.ask("boxes", [shown_to("boxes")], first=5)
        visiting.go("/p/boxes/next")
        page = visiting.page
        page.get_by_role("button", name="Add a box in the middle").tap()
        expect(page.locator(".box")).to_have_count(1)
        page.get_by_role("button", name="Remove box 1").tap()
        expect(page.locator(".box")).to_have_count(0)
        assert page.locator(".mark-image input[type=hidden]").input_value() == "[]"


def test_every_kind_was_labelled_here() -> None:
    source = Path(__file__).read_text("utf-8")
    assert all(f'"{kind}"' in source for kind in KINDS)
