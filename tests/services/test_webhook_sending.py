"""Where webhooks are sent, and where not: https alone, public addresses alone, whatever a name leads to meanwhile."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from app.services import webhook_sending
from app.services.refusals import Unusable
from app.services.webhook_sending import Sender, check_url, may_reach, read_networks
from tests.services.receiver import Receiver, receiving, trusting


async def to_here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        *((one, False) for one in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1")),
        *((one, False) for one in ("0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1")),
        *((one, False) for one in ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1")),
        *((one, False) for one in ("fec0::1", "::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::10.0.0.1", "4000::1")),
        ("64:ff9b::5db8:d822", True),
    ],
)
def test_which_addresses_may_be_reached(address: str, public: bool) -> None:
    assert may_reach(ipaddress.ip_address(address), ()) is public
    assert may_reach(ipaddress.ip_address(address), read_networks("0.0.0.0/0, ::/0"))


def test_allowing_one_network_allows_no_other() -> None:
    allowed = read_networks("10.1.0.0/16")
    assert may_reach(ipaddress.ip_address("10.1.2.3"), allowed) and may_reach(ipaddress.ip_address("::ffff:10.1.2.3"), allowed)
    assert not may_reach(ipaddress.ip_address("10.2.2.3"), allowed)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://example.org/",
            "ftp://example.org/",
            "https://",
            "https:///x",
            "example.org",
            "",
            "javascript:1",
            "https://[::1",
        ),
        *(
            "https://user:password@example.org/",
            "https://user@example.org/",
            "https://example.org/#part",
            "https://exa mple.org/",
        ),
        *("https://127.0.0.1/", "https://[::1]/", "https://192.168.0.1:8443/x", "https://[::ffff:10.0.0.1]/", "https://ü.org/"),
        *("https://example.org:0/", "https://example.org:99999/", "https://example.org/" + "x" * 2000),
    ],
)
def test_addresses_that_are_refused_at_once(url: str) -> None:
    with pytest.raises(Unusable) as refused:
        check_url(url, ())
    assert refused.value.pointer == "/url" and "password@" not in refused.value.detail


def send(url: str, resolve: Any, allowed: str = "", trust: bool = True) -> tuple[int | None, str]:
    async def run() -> tuple[int | None, str]:
        sender = Sender(read_networks(allowed), resolve, trusting() if trust else None)
        try:
            return await sender.send(url, {"content-type": "application/json"}, b"{}")
        finally:
            await sender.close()

    return asyncio.run(run())


def test_a_name_that_leads_to_a_private_network_is_not_connected_to(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    assert send(receiver.url(), to_here) == (None, "The name leads to a private network.")
    assert send(receiver.url(), to_here, "127.0.0.0/8") == (204, "Answered 204.")
    assert len(receiver.received) == 1
    # However often it is asked, what is connected to is what was judged: an answer that changes meanwhile changes nothing.
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) > 1 else ["93.184.216.34"]

    connected: list[str] = []

    async def connect(self: Any, host: str, *_: Any) -> Any:
        connected.append(host)
        raise webhook_sending.httpcore.ConnectError("as far as this goes")

    monkeypatch.setattr(webhook_sending.httpcore.AnyIOBackend, "connect_tcp", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("asked a second time"))
    assert send(receiver.url(), rebinding) == (None, "No connection, or no valid certificate.")
    assert (asked, connected) == (["receiver.test"], ["93.184.216.34"])
    assert send(receiver.url(), rebinding) == (None, "The name leads to a private network.")
    assert connected == ["93.184.216.34"]


def test_of_several_addresses_only_public_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[str] = []

    async def several(host: str, port: int) -> list[str]:
        return ["10.0.0.1", "93.184.216.34", "::1", "93.184.216.35"]

    async def connect(self: Any, host: str, *_: Any) -> Any:
        connected.append(host)
        raise webhook_sending.httpcore.ConnectError("as far as this goes")

    monkeypatch.setattr(webhook_sending.httpcore.AnyIOBackend, "connect_tcp", connect)
    assert send("https://receiver.test/", several)[0] is None
    assert connected == ["93.184.216.34", "93.184.216.35"]


def test_the_certificate_is_checked_against_the_name(receiver: Receiver) -> None:
    refused = (None, "No connection, or no valid certificate.")
    assert send(receiver.url(host="other.test"), to_here, "127.0.0.0/8") == refused
    assert send(receiver.url(), to_here, "127.0.0.0/8", trust=False) == refused
    assert receiver.received == []
