"""The client against servers that misbehave: changes are asked for once, and every failure says what to do."""

import json
import time
from collections.abc import Callable

import pytest

from gt_platform.labeling import BackendError
from gt_platform.labeling.backends.label_studio import client as module
from gt_platform.labeling.backends.label_studio.client import Client, RefusedError
from tests.labeling.backends.label_studio.stand_in import Asked, Said, StandIn, stand_in

PERSONAL = "head.claims.signature"


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSE", 0.0)


def once(*answers: Said) -> Callable[[Asked], Said]:
    """Each of these once, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def test_a_failed_import_is_sent_once_though_it_may_have_been_applied() -> None:
    with stand_in(once(Said(500, "boom"))) as server, Client(server.url, "t") as client:
        with pytest.raises(BackendError, match=r"failed with 500 on POST /api/projects/7/import; see its log"):
            client.add_tasks(7, [{"data": {}}])
        assert server.count("POST") == 1


def test_a_slow_import_is_sent_once_and_said_to_be_in_doubt() -> None:
    def slow(_: Asked) -> Said:
        time.sleep(0.6)
        return Said(201, {})

    with stand_in(slow) as server, Client(server.url, "t", timeout=0.2) as client:
        with pytest.raises(BackendError, match=r"did not answer POST .* may have been done; the next run looks first"):
            client.add_tasks(7, [{"data": {}}])
        assert server.count("POST") == 1


def test_reading_is_tried_again() -> None:
    with stand_in(once(Said(502, ""), Said(500, ""), Said(200, [{"id": 1}]))) as server, Client(server.url, "t") as one:
        assert one.users() == [{"id": 1}]
        assert server.count("GET") == 3
    with stand_in(once(Said(503, ""))) as server, Client(server.url, "t") as one:
        with pytest.raises(BackendError, match="failed with 503"):
            one.users()
        assert server.count("GET") == module.TRIES


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (Said(401, {"detail": "Invalid token."}), "401: Invalid token. GT_LABEL_STUDIO_TOKEN must be a valid token"),
        (Said(403, {}), "403: no reason given. GT_LABEL_STUDIO_TOKEN"),
        (Said(404, "<html>"), "404: no reason given. GT_LABEL_STUDIO_URL must be the address"),
        (Said(200, "<html>Welcome"), "'<html>Welcome', which is not JSON: GT_LABEL_STUDIO_URL"),
        (Said(302, "", {"Location": "https://else.where/"}), "asked at 'https://else.where/': correct"),
        (Said(200, {"users": []}), "does not answer as Label Studio does, there is no 'results'"),
        (Said(409, {"detail": "no"}), "answered GET /api/users with 409: no"),
    ],
)
def test_what_cannot_be_helped_by_asking_again_is_said_at_once(said: Said, message: str) -> None:
    with stand_in(once(said)) as server, Client(server.url, "t") as client:
        with pytest.raises(BackendError) as caught:
            client.users()
        assert message in str(caught.value)
        assert "t" not in str(caught.value).split()
        assert server.count("GET") == 1


def test_refused_settings_say_why() -> None:
    reasons = {"validation_errors": {"label_config": ["unclosed token: line 1, column 6"]}}
    refused = pytest.raises(RefusedError, match=r"400: \{'label_config': \['unclosed token: line 1, column 6'\]\}")
    with stand_in(once(Said(400, reasons))) as server, Client(server.url, "t") as client, refused:
        client.make_project({})


def test_nobody_there_and_no_address_name_the_setting() -> None:
    with pytest.raises(BackendError, match=r"cannot be reached: .* Start it, or correct GT_LABEL_STUDIO_URL"):
        Client("http://127.0.0.1:9", "t").users()
    with pytest.raises(BackendError, match=r"cannot be reached: .* Start it, or correct GT_LABEL_STUDIO_URL"):
        Client("http://127.0.0.1:9", PERSONAL).users()
    with pytest.raises(BackendError, match="GT_LABEL_STUDIO_URL"):
        Client("label studio", "t").users()


def authorizations(server: StandIn) -> list[str]:
    return [one.headers["Authorization"] for one in server.asked if one.path == "/api/users"]


def test_a_personal_token_is_exchanged_again_before_its_access_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    given = iter(["one", "two", "three"])

    def answer(asked: Asked) -> Said:
        if asked.path == "/api/token/refresh/":
            assert asked.json == {"refresh": PERSONAL}
            return Said(200, {"access": next(given)})
        return Said(200, [])

    with stand_in(answer) as server, Client(server.url, PERSONAL) as client:
        client.users()
        client.users()
        monkeypatch.setattr(module, "ACCESS_SECONDS", -1)
        with Client(server.url, PERSONAL) as outlived:
            outlived.users()
            outlived.users()
        assert authorizations(server) == ["Bearer one", "Bearer one", "Bearer two", "Bearer three"]
    with stand_in(once(Said(200, []))) as server, Client(server.url, "legacy") as client:
        client.users()
        assert authorizations(server) == ["Token legacy"]


def test_tasks_are_read_in_pages_by_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE", 2)

    def answer(asked: Asked) -> Said:
        last = json.loads(asked.parameters["query"])["filters"]["items"][0]["value"]
        return Said(200, {"tasks": [{"id": number} for number in (1, 4, 5, 9) if number > last][:2]})

    with stand_in(answer) as server, Client(server.url, "t") as client:
        assert [task["id"] for task in client.tasks(3)] == [1, 4, 5, 9]
        assert server.count("GET") == 3


def test_no_tasks_to_remove_is_no_request() -> None:
    """An empty list would be taken for all of them."""
    with stand_in(once(Said(200, {}))) as server, Client(server.url, "t") as client:
        client.remove_untouched(3, [])
        client.add_tasks(3, [])
        assert server.asked == []
        client.remove_untouched(3, [5])
        assert server.asked[0].json["selectedItems"] == {"all": False, "included": [5]}


def test_text_that_no_utf8_can_hold_is_sent_all_the_same() -> None:
    with stand_in(once(Said(201, {}))) as server, Client(server.url, "t") as client:
        client.add_tasks(3, [{"data": {"input": "a\ud800b"}}])
        assert server.asked[0].json == [{"data": {"input": "a?b"}}]
