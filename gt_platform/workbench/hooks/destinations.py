"""Where a webhook may go: to addresses of the internet, and to what the installation allows besides.

What counts is the address that is connected to, whatever the URL calls it, and whatever its name led to a moment ago.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Self

import anyio

from gt_platform.workbench.hooks.webhooks import WebhookError

SETTING = "GT_WORKBENCH_WEBHOOK_ALLOW"
Address = IPv4Address | IPv6Address
UNICAST = ip_network("2000::/3")
"""All of IPv6 that is given to anybody on the internet."""
NOT_GIVEN = tuple(
    ip_network(one)
    for one in (
        "168.63.129.16/32",  # Azure's metadata, at an address of the internet; other clouds' are link-local or private
        "192.0.0.0/24",  # protocols' own, and Oracle's metadata
        "192.88.99.0/24",  # relays that are no more
        "3fff::/20",  # documentation
    )
)
"""What Python takes for addresses of the internet, and is not to be told anything."""
CARRIERS = tuple(ip_network(one) for one in ("::/96", "::ffff:0:0/96", "64:ff9b::/96"))
"""Where the last four bytes are an IPv4 address: written as IPv6, in an old way and a newer, or for a translator."""


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """Networks and hosts that webhooks may go to though they are not of the internet."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: str) -> Self:
        """From names, addresses and networks with commas between. Raises WebhookError for a network that is none."""
        networks, hosts = [], set[str]()
        for one in filter(None, (part.strip() for part in told.split(","))):
            try:
                networks.append(ip_network(one, strict=False))
            except ValueError:
                if "/" in one or "*" in one:
                    raise WebhookError(f"{SETTING}: {one!r} is neither a host, an address nor a network") from None
                hosts.add(_plain(one))
        return cls(networks=tuple(networks), hosts=frozenset(hosts))

    def permits(self, host: str, address: Address) -> bool:
        """Whether what is told `host` may be told at this address."""
        meant = _meant(address)
        named = _plain(host) in self.hosts or any(meant in network or address in network for network in self.networks)
        return named or _of_the_internet(meant)


def refuse_literal(url_host: str, allowed: Allowed) -> None:
    """Raise WebhookError where the host of a URL is an address, in any notation, that may not be told anything."""
    try:
        found = socket.getaddrinfo(url_host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):  # a name: what it leads to is looked at whenever something is sent
        return
    _permitted(url_host, [str(one[4][0]) for one in found], allowed)


async def resolve(host: str, port: int, allowed: Allowed) -> list[str]:
    """The addresses to connect to. Raises WebhookError where none may be told, and OSError where there is none."""
    found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return _permitted(host, [str(one[4][0]) for one in found], allowed)


def _permitted(host: str, found: list[str], allowed: Allowed) -> list[str]:
    addresses = list(dict.fromkeys(found))
    permitted = [one for one in addresses if allowed.permits(host, ip_address(one))]
    if not permitted:
        raise WebhookError(
            f"{host} is {', '.join(addresses)}, which is not of the internet; where it is to be told nevertheless, "
            f"name it or its network in {SETTING}"
        )
    return permitted


def _of_the_internet(address: Address) -> bool:
    given = address.version == 4 or address in UNICAST
    return given and address.is_global and not address.is_multicast and not any(address in one for one in NOT_GIVEN)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for, if it does."""
    if isinstance(address, IPv6Address):
        if any(address in carrier for carrier in CARRIERS):
            return IPv4Address(address.packed[-4:])
        return address.sixtofour or address
    return address


def _plain(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()
