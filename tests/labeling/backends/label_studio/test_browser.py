"""An annotator at Label Studio's own page: what it sends for a choice, for spans after emoji, and for boxes."""

import base64
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling.messages import Assignment, Submission
from gt_platform.project import Project
from tests.labeling.backends.label_studio.conftest import Studio, declared
from tests.support.label_studio import PASSWORD

pytest.importorskip("playwright")
CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not CHROMIUM.exists(), reason="no chromium")]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
TEXT = "a 🙂 b 👨‍👩‍👧 dear\r\nline $neg two\n<script>x</script> end"
LABELS = {"$5": "price", 'a "quoted" one': "", "🙂 glad": ""}
SUBMIT = "[aria-label='Submit current annotation']"
WHERE = """word => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode()); ) {
    const at = node.data.indexOf(word);
    if (at < 0 || !node.parentElement.closest('[class*=richtext]')) continue;
    const range = document.createRange();
    range.setStart(node, at); range.setEnd(node, at + word.length);
    const box = range.getBoundingClientRect();
    return [box.left, box.top + box.height / 2, box.right];
  }
}"""


@pytest.fixture(scope="module")
def page(studio: Studio) -> Iterator[Any]:
    """Ann's browser, signed in."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{studio.server.url}/user/login/", wait_until="domcontentloaded")
        page.fill("#email", "ann@example.test")
        page.fill("#password", PASSWORD)
        with page.expect_navigation(wait_until="domcontentloaded"):
            page.click("button[type=submit]")
        yield page
        browser.close()


def opened(studio: Studio, page: Any, home: Path, name: str, content: str, **answer: Any) -> tuple[Any, Project]:
    """The backend and project, with the only item before ann."""
    people = {"annotators": {"ann": {"email": "ann@example.test"}}}
    project = declared(home, name, labeling={"overlap": 1, "options": people}, answer=answer,
                       benchmark={"metrics": ["accuracy"]}, guidelines="# How\n\n- read <b>it</b> twice\n")  # fmt: skip
    backend = studio.backend(project, home)
    backend.send([Assignment(assignment_id="a-1", item_id="item", slot=1, input=content)])
    number = studio.projects(name)["ann"]
    page.goto(f"{studio.server.url}/projects/{number}/data?labeling=1", wait_until="domcontentloaded")
    page.wait_for_selector(SUBMIT, timeout=60_000)
    page.get_by_role("listitem").get_by_text("read <b>it</b> twice", exact=True).wait_for()
    page.click("[aria-label='Close modal']")
    page.wait_for_selector(".lsf-modal-ls", state="hidden")
    return backend, project


def handed_in(page: Any, backend: Any, project: Project) -> Submission:
    with page.expect_response(lambda one: "/annotations" in one.url and one.request.method == "POST"):
        page.click(SUBMIT)
    (came,) = backend.collect([])
    assert isinstance(came, Submission)
    assert project.answer_kind.validate(came.answer) == came.answer
    return came


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()
    page.wait_for_timeout(500)


def test_a_choice_with_a_comment(studio: Studio, page: Any, tmp_path: Path) -> None:
    backend, project = opened(studio, page, tmp_path, "page_choice", TEXT, kind="choice", labels=LABELS)
    page.locator("label", has_text="quoted").first.click()
    page.locator("textarea").first.fill("sure <b>")
    came = handed_in(page, backend, project)
    assert (came.annotator, came.answer, came.comment) == ("ann", 'a "quoted" one', "sure <b>")
    assert came.suggested is False
    assert came.seconds is not None
    assert 0 < came.seconds < 120


def test_spans_after_emoji_and_line_ends(studio: Studio, page: Any, tmp_path: Path) -> None:
    backend, project = opened(studio, page, tmp_path, "page_spans", TEXT, kind="spans", labels=LABELS)
    page.wait_for_timeout(1000)
    for label, word in (("glad", "🙂"), ("quoted", "dear"), ("5", "line"), ("glad", "script"), ("quoted", "end")):
        page.locator("[class*=label]", has_text=label).last.click()
        left, middle, right = page.evaluate(WHERE, word)
        drag(page, (left + 0.5, middle), (right - 0.2, middle))
    spans = handed_in(page, backend, project).answer
    assert [TEXT[one["start"] : one["end"]] for one in spans] == ["🙂", "dear", "line", "script", "end"]
    assert [one["label"] for one in spans] == ["🙂 glad", 'a "quoted" one', "$5", "🙂 glad", 'a "quoted" one']


def test_boxes_in_units_of_the_project(studio: Studio, page: Any, tmp_path: Path) -> None:
    backend, project = opened(studio, page, tmp_path, "page_boxes", picture(64, 48), kind="boxes", labels=LABELS,
                              width=640, height=480)  # fmt: skip
    page.wait_for_timeout(2500)
    canvas = page.locator("canvas").first.bounding_box()
    page.locator("[class*=label]", has_text="glad").last.click()
    left, top, width, height = (canvas[side] for side in ("x", "y", "width", "height"))
    start, end = (left + width / 2, top + height / 4), (left + width + 60, top + height / 2)
    drag(page, start, end)
    (box,) = handed_in(page, backend, project).answer
    assert box["label"] == "🙂 glad"
    assert [box[side] for side in ("x", "y", "width", "height")] == pytest.approx([320, 120, 320, 120], abs=4)


def picture(width: int, height: int) -> str:
    """A grey PNG as an address of its own."""
    rows = b"".join(b"\0" + b"\xc8\x50\x50" * width for _ in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return f"data:image/png;base64,{base64.b64encode(content).decode()}"
