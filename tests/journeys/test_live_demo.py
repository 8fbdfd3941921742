"""`gt demo --live` to its end: a person signs in with the printed password and labels everything there is."""

import json
import os
import re
import socket
import subprocess
import sysconfig
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, expect

from tests.support.backends import REPOSITORY
from tests.workbench.browser import chromium

pytestmark = pytest.mark.slow

GT = Path(sysconfig.get_path("scripts")) / "gt"
KEYS = {"negative": "1", "neutral": "2", "positive": "3"}
SOON = 650  # milliseconds in which a page takes an Enter for the second half of a double click
INVITED = re.compile(r"Open (\S+) and sign in as (\S+), password\s+(\S+)\. About", re.DOTALL)


def test_a_person_labels_the_live_day_to_its_end(tmp_path: Path) -> None:
    home, port = tmp_path / "live", free_port()
    said = tmp_path / "said.txt"
    with chromium() as browser, said.open("w") as out:
        environment = {**os.environ, "COLUMNS": "300"}
        command = [str(GT), "demo", "--live", str(home), "--port", str(port)]
        running = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            page = browser.new_page()
            url, name, password = invitation(running, said, page)
            sign_in(page, url, name, password)
            label(page, url, answers(home))
            assert running.wait(120) == 0, said.read_text()
        finally:
            running.terminate()
            running.wait(30)
    assert re.search(r"\d+ of your \d+ settled answers are what the texts were settled with", said.read_text())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def invitation(running: "subprocess.Popen[bytes]", said: Path, page: Page) -> tuple[str, ...]:
    for _ in range(600):
        if found := INVITED.search(said.read_text()):
            return found.groups()
        assert running.poll() is None, said.read_text()
        page.wait_for_timeout(1000)
    raise AssertionError(said.read_text())


def sign_in(page: Page, url: str, name: str, password: str) -> None:
    for _ in range(60):
        try:
            page.goto(f"{url}/signin")
            break
        except Error:  # the workbench is still starting
            page.wait_for_timeout(500)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda at: "/signin" not in at)


def label(page: Page, url: str, say: dict[str, str]) -> None:
    """Everything, from the keyboard: what was sent back is answered the same again."""
    while True:
        page.goto(f"{url}/p/sentiment/next")
        work = page.locator("#work")
        while page.get_by_role("button", name="Submit").count():
            at = work.get_attribute("data-said")
            page.keyboard.press(KEYS[say[" ".join(page.locator(".text").first.inner_text().split())]])
            page.keyboard.press("Enter")
            expect(work).not_to_have_attribute("data-said", at or "")
        if not page.get_by_role("button", name="Hand in").count():
            return
        page.wait_for_timeout(SOON)
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_role("heading", name=re.compile("Accepted|look again|Handed in"))).to_be_visible()


def answers(home: Path) -> dict[str, str]:
    """The answers of the expert whose place this person takes."""
    items = [json.loads(line) for line in (home / "replay.jsonl").read_text(encoding="utf-8").splitlines()]
    return {" ".join(item["input"].split()): item["answers"][-1]["answer"] for item in items}
