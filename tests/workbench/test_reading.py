"""Guidelines that must be read: nobody labels under a version before saying so, and what is new is shown."""

from pathlib import Path

from gt_platform.workbench.desk.reading import READ
from tests.support.front import Front, project
from tests.workbench.people import Shop, texts

AT = "/p/sentiment/guideline"
OLD, NEW = "Judge the words.\n\nNot the matter.", "Judge the words.\n\nNot the <matter>, nor its writer."


def says(shop: Shop, folder: Path, text: str, *, acknowledge: bool = True) -> Front:
    """The workbench over the project with these guidelines."""
    options = {"acknowledge": True} if acknowledge else {}
    declared = project(folder, batch=2, overlap=1, options=options).model_copy(update={"guidelines": text})
    shop.project = declared
    return Front(shop.database, {"sentiment": declared})


def test_nobody_goes_on_before_having_read_what_is_new(shop: Shop, tmp_path: Path) -> None:
    ann = shop.hire("ann")
    shop.hire("lea", roles=["lead"])
    shop.send(texts(4))
    front = says(shop, tmp_path / "old", OLD)
    first = front.entered("ann")
    assert first.get("/p/sentiment/next").headers["location"] == AT
    page = first.get(AT).text
    assert ("Please read the guideline." in page, "I have read it" in page, "<ins>" in page) == (True, True, False)
    old = shop.project.guideline_version
    assert first.post(AT, data={"csrf": front.csrf(first), "version": "0" * 16}).headers["location"] == AT
    assert first.post(AT, data={"csrf": front.csrf(first), "version": old}).headers["location"] == "/p/sentiment/next"
    task = first.get("/p/sentiment/next").headers["location"]
    assert first.get(task).status_code == 200

    front = says(shop, tmp_path / "new", NEW)
    again = front.entered("ann")
    assert again.get(task).headers["location"] == AT
    answer = {"csrf": front.csrf(again), "a": "2", "guideline": old}
    assert again.post(f"{task}/submit", data=answer).headers["location"] == AT  # taken, under the version it was given
    page = again.get(AT).text
    assert f"What changed since {old[:8]}" in page
    assert '<del><span class="unseen">removed: </span>Not the matter.</del>' in page
    assert '<ins><span class="unseen">added: </span>Not the &lt;matter&gt;, nor its writer.</ins>' in page
    new = shop.project.guideline_version
    for _ in range(2):
        again.post(AT, data={"csrf": front.csrf(again), "version": new})
    assert "/task/" in again.get("/p/sentiment/next").headers["location"]
    read = [(entry.who, entry.about) for entry in shop.backend.audit(0) if entry.did == READ]
    assert read == [(ann.code, old), (ann.code, new)]
    lead = front.entered("lea")
    assert f"<code>{new[:8]}</code> on" in lead.get(f"/p/sentiment/annotators/{ann.code}").text
    assert "I have read it" not in lead.get(AT).text
    assert "<del>" in lead.get(f"{AT}?from={old}").text
    assert lead.get(f"{AT}?from=no").status_code == 404


def test_without_the_option_what_changed_is_there_to_see_and_holds_nobody_up(shop: Shop, tmp_path: Path) -> None:
    shop.hire("ann")
    shop.send(texts(2))
    front = says(shop, tmp_path / "old", OLD, acknowledge=False)
    ann = front.entered("ann")
    task = ann.get("/p/sentiment/next").headers["location"]
    ann.post(f"{task}/submit", data={"csrf": front.csrf(ann), "a": "2", "guideline": shop.project.guideline_version})
    front = says(shop, tmp_path / "new", NEW, acknowledge=False)
    ann = front.entered("ann")
    assert "/task/" in ann.get("/p/sentiment/next").headers["location"]
    assert "<del>" in ann.get(AT).text
