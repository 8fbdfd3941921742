"""What annotators and reviewers do in a browser: by keys, touch or mouse, until nothing waits for them."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

LABELS = ("negative", "neutral", "positive")  # in the order of their keys
SOON = 650  # milliseconds in which a page takes an Enter for the second half of a double click
Answer = Callable[[str], str]
Give = Callable[[Page, str], None]


def by_keys(page: Page, answer: str) -> None:
    page.keyboard.press(str(LABELS.index(answer) + 1))
    page.keyboard.press("Enter")


def by_touch(page: Page, answer: str) -> None:
    page.locator("label.option", has_text=answer).tap()
    page.get_by_role("button", name="Submit").tap()


def by_mouse(page: Page, answer: str) -> None:
    page.locator("label.option", has_text=answer).click()
    page.get_by_role("button", name="Submit").click()


def shown(page: Page) -> str:
    """The text that is asked about."""
    return page.locator(".text").first.inner_text().strip()


def hand_in(page: Page, *, keys: bool) -> None:
    page.wait_for_timeout(SOON)
    page.keyboard.press("Enter") if keys else page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Accepted")).to_be_visible()


def label(page: Page, say: Answer, give: Give, *, most: int | None = None) -> int:
    """Answer and hand in what this annotator is given, up to so many; returns how many answers that made."""
    given = 0
    while True:
        page.goto("/p/small/next")
        work = page.locator("#work")
        while page.get_by_role("button", name="Submit").count():
            if given == most:
                return given
            said, text = work.get_attribute("data-said"), shown(page)
            give(page, say(text))
            given += 1
            expect(work).not_to_have_attribute("data-said", said or "")
        if not page.get_by_role("button", name="Hand in").count():
            return given
        hand_in(page, keys=give is by_keys)


def review(page: Page, say: Answer, reasoning: str) -> int:
    """Rule on every case this reviewer is given; returns how many there were."""
    ruled = 0
    page.goto("/p/small/review")
    while page.get_by_role("button", name="Settle").count():
        assert not page.get_by_text("ann-").count()
        at = page.locator("#answer").get_attribute("action")
        page.locator("label.option", has_text=say(shown(page))).click()
        page.locator("textarea[name=reasoning]").fill(reasoning)
        page.wait_for_timeout(SOON)
        page.get_by_role("button", name="Settle").click()
        expect(page.locator(f'#answer[action="{at}"]')).to_have_count(0)
        ruled += 1
    expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    return ruled
