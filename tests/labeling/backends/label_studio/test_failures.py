"""What goes wrong at a real Label Studio: a clear message, nothing lost, nothing doubled."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gt_platform.labeling import BackendError, collect
from gt_platform.labeling.asking import waiting_assignments
from gt_platform.labeling.backends.label_studio import client as client_module
from gt_platform.labeling.messages import Assignment, Submission, Unreadable
from gt_platform.lake import Lake, Store
from gt_platform.settings import Settings
from tests.labeling.backends.label_studio.conftest import PEOPLE, Studio, declared
from tests.labeling.backends.label_studio.stand_in import Asked, Said, forwarded, stand_in
from tests.support.sentiment import put_assignment

pytestmark = pytest.mark.slow
ASKED = [
    Assignment(assignment_id=f"{n}-{slot}", item_id=f"item {n}", slot=slot, input=f"text {n}")
    for n in range(4)
    for slot in (1, 2, 3)
]


@pytest.fixture
def store(lake_home: Path) -> Iterator[Store]:
    with Lake.open(Settings(home=lake_home)) as lake:
        yield lake.store("sentiment")


def chosen(label: str) -> list[dict[str, Any]]:
    return [{"from_name": "answer", "to_name": "input", "type": "choices", "value": {"choices": [label]}}]


def texts(studio: Studio, name: str) -> dict[str, Counter[str]]:
    queues = studio.projects(name)
    return {who: Counter(task["data"]["input"] for task in studio.tasks(queues[who])) for who in PEOPLE}


EACH_ONCE = {who: Counter({f"text {number}": 1 for number in range(4)}) for who in PEOPLE}


def fails_once(studio: Studio, what: str, after: bool) -> Callable[[Asked], Said]:
    """Forwards to the real server; the first POST to such a path fails, though it may have been done."""
    left = [what]

    def answer(asked: Asked) -> Said:
        if asked.method == "POST" and left and asked.path.endswith(left[0]):
            left.clear()
            if after:
                forwarded(asked, studio.server.url)
            return Said(500, "boom")
        return forwarded(asked, studio.server.url)

    return answer


@pytest.mark.parametrize("what", ["/import", "/api/projects"])
@pytest.mark.parametrize("after", [True, False])
def test_an_import_that_failed_is_made_good_by_the_next_send(
    studio: Studio, tmp_path: Path, what: str, after: bool
) -> None:
    project = declared(tmp_path, f"crash_{what[-2:]}_{after}".lower())
    with stand_in(fails_once(studio, what, after)) as server:
        backend = studio.backend(project, tmp_path, url=server.url)
        with pytest.raises(BackendError, match=f"failed with 500 on POST .*{what}"):
            backend.send(ASKED)
        backend.send(ASKED)
        assert texts(studio, project.name) == EACH_ONCE
        backend.send(ASKED)
    assert texts(studio, project.name) == EACH_ONCE


def test_several_who_send_at_once_send_it_once(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "at_once")
    backends = [studio.backend(project, tmp_path) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda backend: backend.send(ASKED), backends))
    assert texts(studio, "at_once") == EACH_ONCE
    assert [one["title"].count("at_once") for one in listed(studio)].count(1) == len(PEOPLE)


def listed(studio: Studio) -> list[dict[str, Any]]:
    return list(studio.server.api("GET", "/api/projects?page_size=1000")["results"])


def test_a_doubled_import_is_repaired(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "doubled")
    backend = studio.backend(project, tmp_path)
    backend.send(ASKED)
    queue = studio.projects("doubled")["ann"]
    tasks = studio.tasks(queue)
    studio.server.api("POST", f"/api/projects/{queue}/import", [{"data": task["data"]} for task in tasks])
    later = studio.tasks(queue)[len(tasks) :]
    studio.annotate("ann", later[0]["id"], chosen("positive"))
    backend.send(ASKED)
    assert texts(studio, "doubled") == EACH_ONCE
    kept = {task["data"]["input"]: task["id"] for task in studio.tasks(queue)}
    assert kept[later[0]["data"]["input"]] == later[0]["id"]
    assert {kept[task["data"]["input"]] for task in tasks[1:]} == {task["id"] for task in tasks[1:]}
    (came,) = backend.collect(ASKED)
    assert isinstance(came, Submission)


def test_a_server_that_is_down_and_a_bad_token_are_named(studio: Studio, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr(client_module, "PAUSE", 0.0)
    project = declared(tmp_path, "down")
    with pytest.raises(BackendError, match=r"cannot be reached: .* Start it, or correct GT_LABEL_STUDIO_URL"):
        studio.backend(project, tmp_path, url="http://127.0.0.1:9").send(ASKED)
    backend = studio.backend(project, tmp_path, token="0" * 40)
    for call in (lambda: backend.send(ASKED), lambda: list(backend.collect(ASKED))):
        with pytest.raises(BackendError, match=r"401: Invalid token\. GT_LABEL_STUDIO_TOKEN must be"):
            call()
    assert studio.projects("down") == {}


def test_an_administrator_s_personal_token_will_do(studio: Studio, tmp_path: Path) -> None:
    token = studio.server.api("POST", "/api/token/")["token"]
    studio.backend(declared(tmp_path, "personal"), tmp_path, token=token).send(ASKED)
    assert texts(studio, "personal") == EACH_ONCE


def test_somebody_without_an_account_is_named(studio: Studio, tmp_path: Path) -> None:
    people = {"annotators": ["ann@example.test", "ben@example.test", "dan@example.test"]}
    project = declared(tmp_path, "stranger", labeling={"options": people})
    with pytest.raises(BackendError, match=r"stranger: dan@example.test has no account .* invite them"):
        studio.backend(project, tmp_path).send(ASKED)


def test_a_lost_key_is_noticed_before_anything_is_doubled(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "lost")
    backend = studio.backend(project, tmp_path)
    backend.send(ASKED)
    key = backend.key.read_text()
    backend.key.unlink()
    with pytest.raises(BackendError, match=r"holds work sent with another key: restore the key's file"):
        studio.backend(project, tmp_path).send(ASKED)
    backend.key.write_text(key)
    studio.backend(project, tmp_path).send(ASKED)
    assert texts(studio, "lost") == EACH_ONCE


def test_whatever_is_no_answer_is_kept_with_its_reason_once(studio: Studio, store: Store, tmp_path: Path) -> None:
    project = declared(tmp_path, "unusable")
    for text in (f"text {number}" for number in range(8)):
        put_assignment(store, project, text)
    backend = studio.backend(project, tmp_path)
    backend.send(waiting_assignments(store, project))
    queue = studio.projects("unusable")["ann"]
    tasks = [task["id"] for task in studio.tasks(queue)]
    studio.annotate("ann", tasks[0], chosen("happy"))
    studio.annotate("ann", tasks[1], [{"from_name": "made_up", "type": "choices", "value": {"choices": ["positive"]}}])
    studio.annotate("ann", tasks[2], [{"x": 1}])
    studio.annotate("ann", tasks[3], [], was_cancelled=True)
    studio.annotate("ann", tasks[4], chosen("positive"))
    studio.annotate("ann", tasks[4], chosen("negative"))
    studio.annotate("ben", tasks[5], chosen("positive"))
    studio.annotate("ben", tasks[6], chosen("positive"), completed_by=studio.users["ann"].user_id)
    foreign = [{"data": {"input": "mine", "ref": "made up"}}]
    studio.server.api("POST", f"/api/projects/{queue}/import", foreign)
    studio.annotate("ann", max(task["id"] for task in studio.tasks(queue)), chosen("positive"))
    expected = ["annotator", "annotator", "answer", "from_name", "result", "several", "skipped", "unknown_task"]

    taken = collect(store, project, backend=backend)
    assert (taken.annotations, taken.rejected) == (1, len(expected))
    assert store.read("SELECT annotator, answer FROM annotations").rows() == [("ann", '"positive"')]
    rejected = store.read("SELECT reason, detail FROM rejections ORDER BY reason").rows()
    assert [reason for reason, _ in rejected] == expected
    said = "\n".join(detail for _, detail in rejected)
    assert "in the queue of ann" in said
    assert "under the name of ann was saved by user" in said
    for _ in range(2):
        again = collect(store, project, backend=backend)
        assert (again.annotations, again.rejected) == (0, 0)
        backend.setup.file.unlink()

    # others being at her tasks takes nothing from her: she is given them anew
    backend.send(waiting_assignments(store, project))
    texts_of = Counter(task["data"]["input"] for task in studio.tasks(queue) if not task["annotations"])
    lost = {task["data"]["input"] for task in studio.tasks(queue) if task["id"] in tasks[5:7]}
    assert lost <= texts_of.keys()
    assert max(texts_of.values()) == 1


def test_annotations_that_change_or_vanish(studio: Studio, store: Store, tmp_path: Path) -> None:
    project = declared(tmp_path, "changes")
    for text in ("one", "two"):
        put_assignment(store, project, text)
    backend = studio.backend(project, tmp_path)
    backend.send(waiting_assignments(store, project))
    first, second = studio.tasks(studio.projects(project.name)["ann"])
    made = [studio.annotate("ann", task["id"], chosen("positive")) for task in (first, second)]
    seen = list(backend.collect([]))
    assert len(seen) == 2
    studio.server.api("DELETE", f"/api/annotations/{made[0]}", by=studio.users["ann"])
    taken = collect(store, project, backend=backend)
    assert (taken.annotations, taken.rejected) == (1, 1)
    (gone,) = (one for one in backend.collect([]) if isinstance(one, Unreadable))
    assert gone.reason == "vanished"
    assert '"positive"' in gone.raw

    body = {"result": chosen("negative")}
    studio.server.api("PATCH", f"/api/annotations/{made[1]}", body, by=studio.users["ann"])
    assert collect(store, project, backend=backend).rejected == 1
    studio.annotate("ann", first["id"], chosen("neutral"))
    taken = collect(store, project, backend=backend)
    assert (taken.annotations, taken.rejected) == (1, 0)
    answers = store.read("SELECT answer FROM annotations ORDER BY answer")["answer"].to_list()
    assert answers == ['"neutral"', '"positive"']
    reasons = store.read("SELECT reason FROM rejections ORDER BY reason")["reason"].to_list()
    assert reasons == ["already_answered", "vanished"]


def test_work_somebody_has_begun_is_not_taken_away(studio: Studio, tmp_path: Path) -> None:
    project = declared(tmp_path, "begun")
    backend = studio.backend(project, tmp_path)
    backend.send(ASKED)
    task = studio.tasks(studio.projects("begun")["ann"])[0]
    draft = {"result": chosen("positive"), "lead_time": 1}
    studio.server.api("POST", f"/api/tasks/{task['id']}/drafts", draft, by=studio.users["ann"])
    backend.send([])
    left = texts(studio, "begun")
    assert left == {"ann": Counter({task["data"]["input"]: 1}), "ben": Counter(), "cat": Counter()}
    studio.annotate("ann", task["id"], chosen("positive"))
    assert len(list(backend.collect(ASKED))) == 1


def test_an_input_that_cannot_be_shown_holds_up_no_other(
    studio: Studio, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    options = {"annotators": [f"{who}@example.test" for who in PEOPLE], "shows": "image"}
    project = declared(tmp_path, "pictures", labeling={"overlap": 1, "options": options})
    asked: Sequence[Assignment] = [
        replace(ASKED[0], input={"image": "https://example.test/1.png"}),
        replace(ASKED[3], input="no picture"),
    ]
    studio.backend(project, tmp_path).send(asked)
    tasks = [task for number in studio.projects("pictures").values() for task in studio.tasks(number)]
    assert [task["data"]["input"] for task in tasks] == ["https://example.test/1.png"]
    assert "item item 1 is not asked" in caplog.text
