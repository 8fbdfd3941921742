"""Guidelines that live: three experts, a reviewer and a lead, in a browser, over two versions and five nights."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Page, expect

from gt_platform.labeling.agreement import agreement
from gt_platform.lake import Lake, Store
from gt_platform.platform import Platform
from gt_platform.project import Project
from gt_platform.settings import Settings
from gt_platform.workbench.web import reloading
from tests.support.accounts import PASSWORD
from tests.support.gt import Gt, gt_in
from tests.support.home import DAYS, small, write_project
from tests.workbench.browser import PHONE, Bench, bench, chromium, visitor
from tests.workbench.working import by_keys, by_mouse, by_touch, label, review

pytestmark = pytest.mark.slow

THINGS = ("lamp", "chair", "kettle", "clock", "radio")
IRONIC = [
    f"Great, the {thing} broke again, for the {time} time." for time in ("second", "third") for thing in THINGS[:3]
]
PLAIN = [f"The {thing} {does}." for thing in THINGS for does in ("broke", "works")] + [
    f"My {thing} is here." for thing in THINGS[:4]
]
LABELING = {
    "backend": "workbench",
    "overlap": 2,
    "batch": 5,
    "relabel": "touched",
    "options": {"acknowledge": True},
}
IRONY = {
    "id": "irony",
    "labels": ["negative", "positive"],
    "definition": "Praise that means its opposite is what it means.",
    "good": [IRONIC[0]],
    "touches": {"pairs": [["negative", "positive"]]},
}
PICTURES = os.environ.get("GT_SCREENSHOTS")  # read before the environment is cleaned for the tests


def literal(text: str) -> str:
    """What is said of a text that is taken at its word."""
    return "positive" if "works" in text or text in IRONIC else "negative" if "broke" in text else "neutral"


def meant(text: str) -> str:
    """What is said of it by whoever hears the irony."""
    return "negative" if text in IRONIC else literal(text)


def make_home(home: Path) -> Settings:
    write_project(home / "projects" / "small", labeling=LABELING, sampling={"budget": 40})
    inbox = home / "inbox" / f"dt={DAYS[0]}"
    inbox.mkdir(parents=True)
    facts = {"type": "event", "occurred_at": f"{DAYS[0]}T09:00:00Z", "model": "m-1", "confidence": 0.8}
    events = [
        facts | {"id": f"e-{at}", "input": text, "output": literal(text)} for at, text in enumerate(IRONIC + PLAIN)
    ]
    (inbox / "events.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in events))
    return Settings(home=home, projects=home / "projects")


@dataclass
class House:
    """A team with its pages, its lake and the command line of whoever runs it."""

    gt: Gt
    site: Bench
    store: Store
    settings: Settings
    pages: dict[str, Page]

    @property
    def project(self) -> Project:
        """As its files are now."""
        return small(self.settings)

    def said(self, *words: object) -> str:
        found = self.gt(*words)
        assert found.exit_code == 0, found.output
        return found.stdout

    def night(self) -> None:
        """What the sensor has done once labels came."""
        self.said("refresh", "small")

    def truth(self) -> dict[str, str]:
        return dict(self.store.read("SELECT input ->> '$', answer ->> '$' FROM ground_truth").iter_rows())

    def cases(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.said("agenda", "small", "-f", "json"))
        return found

    def given(self) -> dict[str, int]:
        """How many answers each annotator gave, by name."""
        with self.site.database.read() as connection:
            names = {row.code: row.name for row in connection.exec_driver_sql("SELECT code, name FROM accounts")}
        counted = self.store.read("SELECT annotator, count(*) FROM annotations GROUP BY annotator").iter_rows()
        return {names[code]: n for code, n in counted}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(reloading, "EVERY", 0.0)
    monkeypatch.chdir(tmp_path)
    gt, settings = gt_in(tmp_path, monkeypatch), make_home(tmp_path)
    with ExitStack() as stack:
        platform = Platform(settings)
        stack.callback(platform.close)
        site = stack.enter_context(bench(tmp_path, small(settings), platform=platform, follow=settings))
        lake = stack.enter_context(Lake.open(settings))
        made = House(gt, site, lake.store("small"), settings, {})
        browser = stack.enter_context(chromium())
        touch = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
        for name in ("Lea", "Rita", "Kim", "Pat", "Sam"):
            options: dict[str, Any] = touch if name == "Pat" else {}
            made.pages[name] = stack.enter_context(visitor(browser, site, None, **options)).page
        yield made


def picture(page: Page, name: str) -> None:
    """In light, in dark and on a phone, for those who want to look."""
    if PICTURES is None:
        return
    wide = page.viewport_size
    for mode, size, scheme in (("light", wide, "light"), ("dark", wide, "dark"), ("phone", PHONE, "light")):
        assert size is not None
        page.set_viewport_size({"width": size["width"], "height": size["height"]})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.screenshot(path=Path(PICTURES) / f"{name}-{mode}.png", full_page=True)
    assert wide is not None
    page.set_viewport_size(wide)


def join(page: Page, link: str) -> None:
    """Choose a password behind a link, and be in."""
    page.goto(link)
    for field in ("Password", "The same again"):
        page.get_by_label(field).fill(PASSWORD)
    page.get_by_role("button", name="Go in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def invited(lea: Page, name: str) -> str:
    """The link Lea gets for somebody."""
    lea.goto("/p/small/people")
    lea.get_by_label("Name").fill(name)
    lea.get_by_role("button", name="Invite").click()
    return lea.locator("code.link").inner_text()


def read_it(page: Page) -> None:
    """Nobody goes on before they said that they have read the guideline."""
    page.goto("/p/small/next")
    expect(page).to_have_url(re.compile("/p/small/guideline"))
    page.get_by_role("button", name="I have read it").click()
    expect(page.get_by_role("button", name="Submit")).to_be_visible()


def state_of(lea: Page, name: str) -> str:
    lea.goto("/p/small/people")
    return lea.locator("tr", has_text=name).locator(".state").inner_text()


def decide(lea: Page, name: str, button: str, why: str) -> None:
    """Lea's decision about an annotator, on their page."""
    lea.goto("/p/small/people")
    lea.get_by_role("link", name=name).click()
    lea.get_by_role("link", name="How they answer").click()
    lea.get_by_label("Why").fill(why)
    picture(lea, f"annotator-{button.split()[0].lower()}")
    lea.get_by_role("button", name=button).click()
    expect(lea.locator("table")).to_contain_text(why)


def test_a_rule_is_made_of_what_experts_differed_about_and_they_agree(house: House) -> None:
    everybody_comes(house)
    house.said("refresh", "small", "--from", DAYS[0])
    first_round(house)
    house.night()
    assert house.given() == {"Kim": 20, "Sam": 7, "Pat": 13}
    assert house.truth() == {text: literal(text) for text in PLAIN}
    open_ = house.cases()
    assert [(one["kind"], one["state"]) for one in open_] == [("tie", "open")] * len(IRONIC)
    before = agreement(house.store, house.project)
    assert (before.items, before.mean) == (20, 14 / 20)
    ruled = rulings(house)
    house.night()
    assert house.truth() == ruled
    cases = house.cases()
    a_rule(house, cases)
    house.night()
    assert house.truth() == ruled, "the old truth stands while its items are asked again"
    second_round(house)
    house.night()
    assert house.truth() == {text: meant(text) for text in IRONIC + PLAIN}
    after = agreement(house.store, house.project)
    assert after.items == 26
    assert after.mean == pytest.approx(20 / 26)
    resolved(house, cases)


def everybody_comes(house: House) -> None:
    for name, role in (("Lea", "lead"), ("Rita", "reviewer")):
        told = house.said("users", "add", name, "--role", role, "--link", "--public-url", house.site.url)
        join(house.pages[name], "".join(re.findall(r"http://\S+/join/\S+", told)))
    lea = house.pages["Lea"]
    for name in ("Kim", "Pat", "Sam"):
        link = invited(lea, name)
        picture(lea, "person-link")
        assert state_of(lea, name) == "invited"
        if name == "Sam":  # who lost it
            told = house.said("users", "link", "Sam", "--public-url", house.site.url)
            link, old = "".join(re.findall(r"http://\S+/join/\S+", told)), link
            assert house.pages["Sam"].goto(old).status == 404  # type: ignore[union-attr]
        house.pages[name].goto(link)
        picture(house.pages[name], "join")
        join(house.pages[name], link)
        assert state_of(lea, name) == "works here"


def first_round(house: House) -> None:
    """Kim takes words as they stand, the others as they are meant; Sam leaves, Pat is paused and returns.

    Nobody comes before the one before is done: two who had both opened an item would leave none of it for the third.
    """
    kim, pat, sam, lea = (house.pages[name] for name in ("Kim", "Pat", "Sam", "Lea"))
    read_it(kim)
    assert label(kim, literal, by_keys) == 20
    read_it(sam)
    assert label(sam, meant, by_mouse, most=7) == 7
    lea.goto("/p/small/people")
    lea.get_by_role("link", name="Sam").click()
    lea.get_by_role("checkbox", name="small").uncheck()
    picture(lea, "person")
    lea.get_by_role("button", name="Change").click()
    expect(lea.get_by_role("status").filter(has_text="next click")).to_be_visible()
    assert state_of(lea, "Sam") == "works here no more"
    assert sam.goto("/p/small").status == 404  # type: ignore[union-attr]
    read_it(pat)
    assert label(pat, meant, by_touch, most=2) == 2
    decide(lea, "Pat", "Pause", "a week off")
    assert state_of(lea, "Pat") == "paused"
    pat.goto("/p/small/next")
    expect(pat.get_by_role("heading", name="You are paused")).to_be_visible()
    picture(pat, "paused")
    decide(lea, "Pat", "Give work again", "back")
    assert label(pat, meant, by_touch) == 11


def rulings(house: House) -> dict[str, str]:
    """Rita takes words as they stand, too, and the truth is what she says."""
    rita = house.pages["Rita"]
    rita.goto("/p/small/review")
    rita.get_by_label("The guideline does not cover this").check()
    rita.get_by_label("What it does not cover").fill("irony")
    picture(rita, "case")
    assert review(rita, literal, "It says so.") == len(IRONIC)
    return {text: literal(text) for text in IRONIC + PLAIN}


def a_rule(house: House, cases: list[dict[str, Any]]) -> None:
    """Lea writes what the cases came to into the guidelines."""
    assert len(cases) == len(IRONIC) + 1
    rule = IRONY | {"resolves": [one["case"][:12] for one in cases]}
    said = {"changelog": {"2": "Irony has a rule."}, "rules": [rule]}
    (house.settings.projects / "small" / "guidelines.yaml").write_text(yaml.safe_dump(said, sort_keys=False))


def second_round(house: House) -> None:
    """Everybody who is there reads what is new, and is asked what it touches."""
    for name, give in (("Kim", by_keys), ("Pat", by_touch)):
        page = house.pages[name]
        page.goto("/p/small/next")
        expect(page.get_by_role("heading", name="irony")).to_have_count(2)
        picture(page, "guideline")
        read_it(page)
        picture(page, f"label-{name}")
        assert label(page, meant, give) == len(IRONIC)


def resolved(house: House, cases: list[dict[str, Any]]) -> None:
    """Every case is, by the rule that names it, and costs nothing any more."""
    found = house.cases()
    assert {one["case"] for one in found} == {one["case"] for one in cases}
    assert {(one["state"], one["cost"]) for one in found} == {("resolved by irony", 0.0)}
    house.pages["Lea"].goto("/p/small/dashboard")
    picture(house.pages["Lea"], "dashboard")
