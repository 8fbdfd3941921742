"""Where webhooks go: to the internet, and to what is allowed besides, by the address that is connected to."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import Any

import pytest

from gt_platform.errors import ServeError
from gt_platform.settings import Settings
from gt_platform.workbench.hooks.delivery import INTERNET, post
from gt_platform.workbench.hooks.destinations import Allowed, refuse_literal
from gt_platform.workbench.hooks.webhooks import WebhookError
from gt_platform.workbench.web.serve import serve
from tests.support.receiver import Receiver, receiver
from tests.support.sentiment import declare
from tests.support.serving import Server, running

INSIDE = (
    *("127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"),  # noqa: S104
    *("169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192"),
    *("192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "2001:db8::1"),
    *(
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:a00:1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
    ),
    *(
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "100::1",
        "5f00::1",
    ),
)
OUTSIDE = ("8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")
NOTATIONS = (
    *(
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "localhost",
        "LOCALHOST",
    ),
    *("[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]", "0", "[::]"),
)


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiver() as listening:
        yield listening


@contextmanager
def listening(host: str, port: int = 0) -> Iterator[tuple[int, list[str]]]:
    """A server on one address of this machine: its port, and the hosts it was asked for."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(str(self.headers["Host"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    with running(Server((host, port), Handler)) as server:
        yield server.server_port, came


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_of_the_internet_is_refused(address: str) -> None:
    assert not INTERNET.permits("hooks.example", ip_address(address))
    assert Allowed.of("hooks.example").permits("HOOKS.example.", ip_address(address))
    assert not Allowed.of("hooks.example").permits("x.hooks.example", ip_address(address))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_of_the_internet_is_not(address: str) -> None:
    assert INTERNET.permits("hooks.example", ip_address(address))


def test_networks_are_allowed_by_whatever_their_addresses_are_called() -> None:
    allowed = Allowed.of(" 10.0.0.0/8, fd00::/8 ,192.168.1.7")
    for address in ("10.255.0.1", "::ffff:10.0.0.1", "fd12::1", "192.168.1.7", "64:ff9b::a00:1"):
        assert allowed.permits("hooks.example", ip_address(address))
    for address in ("11.0.0.1", "192.168.1.8", "fc00::1", "127.0.0.1"):
        assert allowed.permits("hooks.example", ip_address(address)) == (address == "11.0.0.1")
    with pytest.raises(WebhookError, match=r"'10\.0\.0\.0/40' is neither a host, an address nor a network"):
        Allowed.of("10.0.0.0/40")


@pytest.mark.parametrize("host", NOTATIONS)
def test_this_machine_is_told_nothing_in_any_notation(hook: Receiver, host: str) -> None:
    url = hook.url.replace("127.0.0.1", host)
    outcome = post(url, b"{}", {})
    assert not outcome.told
    assert "not of the internet" in outcome.text or "Invalid IPv4 address" in outcome.text, outcome.text
    assert hook.came == []
    if host.lower() != "localhost":
        with pytest.raises(WebhookError, match="GT_WORKBENCH_WEBHOOK_ALLOW"):
            refuse_literal(host.strip("[]"), INTERNET)


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.0/8", "localhost"])
def test_this_machine_is_told_where_it_is_allowed(hook: Receiver, allowed: str) -> None:
    url = hook.url.replace("127.0.0.1", "localhost")
    assert post(url, b"{}", {}, Allowed.of(allowed)).text == "answered 204"
    (_, headers, _) = hook.came[0]
    assert headers["Host"] == url.split("/")[2]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_nowhere(hook: Receiver, status: int) -> None:
    hook.answers = [status]
    assert post(hook.url, b"{}", {}, Allowed.of("127.0.0.1")).text == f"answered {status}"
    assert len(hook.came) == 1


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rebinding: a resolver that answers with an allowed address first, and with another one from then on."""
    asked: list[str] = []
    known = socket.getaddrinfo

    def rebound(host: Any, *given: Any, **options: Any) -> Any:
        if host not in {"rebound.example", b"rebound.example"}:
            return known(host, *given, **options)
        asked.append("127.0.0.2" if asked else "127.0.0.1")
        return known(asked[-1], *given, **options)

    monkeypatch.setattr(socket, "getaddrinfo", rebound)
    with listening("127.0.0.1") as (port, meant), listening("127.0.0.2", port) as (_, other):
        url = f"http://rebound.example:{port}/hook"
        assert post(url, b"{}", {}, Allowed.of("127.0.0.1")).text == "answered 204"
        assert (asked, meant, other) == (["127.0.0.1"], [f"rebound.example:{port}"], [])
        refused = post(url, b"{}", {}, Allowed.of("127.0.0.1"))
        assert "rebound.example is 127.0.0.2, which is not of the internet" in refused.text
        assert other == []


def test_of_several_addresses_only_those_that_may_be_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    known = socket.getaddrinfo

    def several(host: Any, *given: Any, **options: Any) -> Any:
        if host not in {"several.example", b"several.example"}:
            return known(host, *given, **options)
        return [one for address in ("127.0.0.1", "127.0.0.3", "127.0.0.2") for one in known(address, *given, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", several)
    with listening("127.0.0.1") as (port, first), listening("127.0.0.2", port) as (_, last):
        allowed = Allowed.of("127.0.0.3, 127.0.0.2")  # nobody listens at the one of them
        assert post(f"http://several.example:{port}/", b"{}", {}, allowed).text == "answered 204"
        assert (first, len(last)) == ([], 1)


@pytest.mark.parametrize(
    "url", ["https://a..b/hook", f"https://{'a' * 70}.example/hook", "https://nowhere.invalid/hook"]
)
def test_a_name_that_is_none_is_an_outcome(url: str) -> None:
    assert not post(url, b"{}", {}).told


def test_an_address_that_is_refused_is_said_at_the_start(
    settings_of: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GT_WORKBENCH_WEBHOOK_SECRET", "s")
    labeling = {"backend": "workbench", "options": {"webhook": "https://169.254.169.254/latest"}}
    project = declare(settings_of.home, labeling=labeling)
    with pytest.raises((ServeError, WebhookError), match=r"169\.254\.169\.254 is .*GT_WORKBENCH_WEBHOOK_ALLOW"):
        serve(settings_of, {"sentiment": project}, port=0)


@pytest.fixture
def settings_of(tmp_path: Any) -> Settings:
    return Settings(home=tmp_path)
