"""Asking a candidate: a real command, a real address and functions, with all that goes wrong there."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gt_platform.candidates import CandidateError, Run, Taken, lacking
from gt_platform.candidates.asking import (
    Asker,
    Command,
    Function,
    Item,
    ask,
    function_named,
    items_of,
)
from gt_platform.candidates.asking.endpoint import Endpoint, headers_from
from gt_platform.lake import Store
from gt_platform.project import Project
from tests.support.receiver import Receiver, receiver
from tests.support.sentiment import item_of

REPOSITORY = Path(__file__).parents[2]
TEXTS = {item_of(text): text for text in ("good", "bad", "so so")}
STANDS = "SELECT item_id, output ->> '$', error FROM current_predictions WHERE candidate = 'v2' AND repetition = 1"
RUNS = "SELECT outcome, taken FROM runs ORDER BY started_at"
ALL = dict.fromkeys(TEXTS.values(), "positive")


@pytest.fixture
def asked(store: Store, project: Project) -> Callable[..., Taken]:
    """Asks what the candidate v2 lacks."""

    def asking(asker: Asker, chunk: int = 2, **which: Any) -> Taken:
        items = items_of(lacking(store, "v2", **which))
        return ask(store, project, Run(candidate="v2", source=asker.source), asker, items, chunk=chunk)

    return asking


def stands(store: Store) -> dict[str, str]:
    """What was answered to each text, or why not."""
    return {TEXTS[item]: output or f"error: {error}" for item, output, error in store.read(STANDS).iter_rows()}


def program(*words: str, timeout: float | None = None) -> Command:
    return Command(f"{sys.executable} -m tests.candidates.program {' '.join(words)}", timeout=timeout)


@pytest.fixture
def _in_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("_in_repository")
def test_a_command_answers_line_by_line_or_at_the_end_and_what_it_says_besides_is_counted(
    store: Store, asked: Callable[..., Taken]
) -> None:
    noisy = program("notes", "late")
    assert asked(noisy, limit=2).taken == 2
    assert asked(program()).taken == 1  # what is lacking, and nothing else
    assert stands(store) == ALL
    assert "loading the model" in noisy.stray[0]
    assert "its item_id is none of what was asked" in noisy.stray[1]
    assert store.read(RUNS).rows() == [("finished", 2), ("finished", 1)]
    assert asked(program("never")).taken == 0  # nothing to ask, and nothing was started


@pytest.mark.usefixtures("_in_repository")
def test_a_command_that_dies_is_started_again_and_what_it_dies_of_twice_has_failed(
    store: Store, asked: Callable[..., Taken]
) -> None:
    assert asked(program("dies")).taken == 3
    assert stands(store) == ALL | {"bad": "error: the command died of SIGABRT"}
    assert asked(program()).taken == 0
    assert asked(program("skips"), again=True).taken == 1
    assert stands(store)["bad"] == "error: the command ended without an answer to it"
    assert asked(program("once"), again=True).taken == 1
    assert (stands(store), Path("died").exists()) == (ALL, True)


@pytest.mark.usefixtures("_in_repository")
def test_a_command_that_answers_nothing_is_given_up_with_its_last_words(
    store: Store, asked: Callable[..., Taken]
) -> None:
    with pytest.raises(CandidateError, match=r"exit code 3 \(no such file: model.bin\), 3 times without an answer"):
        asked(program("never"))
    with pytest.raises(CandidateError, match=r"gave no answer for 0\.1 s, 3 times"):
        asked(Command("sleep 60", timeout=0.1))
    for command, says in (("gone-program x", "gone-program cannot be started"), ("", "is empty"), ("'", "be read as")):
        with pytest.raises(CandidateError, match=says):
            asked(Command(command))
    assert stands(store) == {}


def body(content: bytes, code: int = 200, *, length: int | None = None, **headers: str) -> Any:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content) if length is None else length))
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def silent(_handler: BaseHTTPRequestHandler) -> None:
    time.sleep(0.6)


RIGHT = body(b'"positive"')


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as known:
        yield known


def test_an_address_is_asked_again_where_a_failure_may_pass(
    store: Store, asked: Callable[..., Taken], server: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gt_platform.candidates.asking.endpoint.FIRST", 0.01)
    half, cut = body(b'{"output": "posi'), body(b'{"output"', length=400)
    server.answers += [429, 500, half, silent, cut, body(b'{"answer": "positive", "confidence": 0.75}')]
    server.answers += [body(b"too long", 413), RIGHT]
    monkeypatch.setenv("TOKEN", "Authorization: Bearer secret")
    url = f"{server.url}?key=secret"
    endpoint = Endpoint(url, headers=headers_from(["TOKEN"]), timeout=0.3, at_once=1)
    assert asked(endpoint).taken == 3
    first, second, _ = sorted(TEXTS)
    assert stands(store) == ALL | {TEXTS[second]: "error: it answers 413: 'too long'"}
    told = store.read("SELECT confidence, seconds < 0.3 FROM predictions WHERE item_id = ?", [first]).row(0)
    assert told == (0.75, True)
    assert len(server.came) == 8
    path, headers, sent = server.came[0]
    assert (path, headers["Authorization"]) == ("/hook?key=secret", "Bearer secret")
    assert sent.decode() == f'{{"input":"{TEXTS[first]}","item_id":"{first}"}}'
    kept = store.read("SELECT to_json(r)::VARCHAR FROM runs r").item()
    assert server.url in kept
    assert "secret" not in kept


def test_an_address_that_never_answers_is_given_up_and_what_came_is_kept(
    store: Store, asked: Callable[..., Taken], server: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers += [RIGHT, 503, body(b"{}", 401)]
    with pytest.raises(CandidateError, match=r"answers 401, it does not let us in; --header-from VARIABLE names"):
        asked(Endpoint(server.url, patience=0, at_once=1))
    first, second, _ = sorted(TEXTS)
    assert stands(store) == {TEXTS[first]: "positive", TEXTS[second]: "error: it answers 503 (after 1 tries)"}
    assert store.read(RUNS).rows() == [("stopped", 2)]
    with pytest.raises(CandidateError, match=r"http://127.0.0.1:1/x cannot be reached: .*refused.*; what came is kept"):
        asked(Endpoint("http://me:secret@127.0.0.1:1/x", patience=0))
    for url in ("localhost", "ftp://host/x"):
        with pytest.raises(CandidateError, match="is no address"):
            Endpoint(url)
    monkeypatch.setenv("TOKEN", "secret")
    with pytest.raises(CandidateError, match=r"--header-from TOKEN: the environment variable is to hold a header"):
        headers_from(["TOKEN"])


def test_an_address_is_asked_several_at_a_time_and_no_faster_than_allowed(
    store: Store, asked: Callable[..., Taken], server: Receiver
) -> None:
    together = threading.Barrier(3)

    def at_once(handler: BaseHTTPRequestHandler) -> None:
        together.wait(5)
        RIGHT(handler)

    server.answers += [at_once] * 3 + [RIGHT] * 3
    assert asked(Endpoint(server.url, at_once=3)).taken == 3
    began = time.monotonic()
    assert asked(Endpoint(server.url, per_second=20), repetitions=2).taken == 3
    assert time.monotonic() - began > 2 / 20
    assert stands(store) == ALL


def test_a_function_that_raises_on_one_item_fails_on_that_alone(store: Store, asked: Callable[..., Taken]) -> None:
    def predict(text: str) -> Any:
        if text == "bad":
            raise ZeroDivisionError("by me")
        return {"output": "positive", "confidence": 3.5} if text == "so so" else np.array(["positive"])[0]

    assert asked(Function(predict)).taken == 3
    assert stands(store) == {
        "good": "positive",
        "bad": "error: ZeroDivisionError: by me",
        "so so": "error: confidence is 3.5; allowed is a number from 0 to 1",
    }
    odd = {"bad": object(), "so so": {"label": float("nan")}}
    assert asked(Function(lambda text: odd[text]), again=True).taken == 2
    assert all("which is no JSON" in said for text, said in stands(store).items() if text != "good")
    assert asked(Function(lambda _: {"label": "positive", "p": np.float64(0.5)}), again=True).taken == 2
    assert stands(store)["bad"] == '{"label":"positive","p":0.5}'


def test_ctrl_c_in_the_middle_keeps_what_came_and_the_rest_is_asked_later(
    store: Store, asked: Callable[..., Taken]
) -> None:
    came: list[str] = []

    def until_stopped(text: str) -> str:
        if len(came) == 1:
            raise KeyboardInterrupt
        came.append(text)
        return "positive"

    with pytest.raises(KeyboardInterrupt):
        asked(Function(until_stopped))
    assert (list(stands(store)), store.read(RUNS).rows()) == (came, [("stopped", 1)])
    assert asked(Function(lambda _: "positive")).taken == 2
    assert stands(store) == ALL
    with pytest.raises(
        CandidateError, match=r"20 items in a row failed, the last with: KeyError: '[a-z ]+'\. What came"
    ):
        asked(Function({}.__getitem__), chunk=50, repetitions=9)
    assert store.read("SELECT count(*) FROM predictions WHERE error IS NOT NULL").item() == 20


def test_a_function_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_own_model.py").write_text("def predict(text):\n    return text.upper()\nNOT = 3\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    (reply,) = function_named("my_own_model:predict")(items_of_texts("a"))
    assert (reply.record["output"], function_named("my_own_model:predict").source) == ("A", "my_own_model:predict")
    for name, says in (
        ("my_own_model", "write it as module:function"),
        ("gone_model:predict", "No module named 'gone_model'"),
        ("my_own_model:gone", "has no attribute 'gone'"),
        ("my_own_model:NOT", "it is 3, which cannot be called"),
    ):
        with pytest.raises(CandidateError, match=says):
            function_named(name)


def items_of_texts(*texts: str) -> list[Item]:
    return [Item(item_id=item_of(text), input=text) for text in texts]
