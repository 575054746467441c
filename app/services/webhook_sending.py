"""Sending to addresses that somebody else has chosen: over https, to public addresses alone, and in bounded time.

A name may lead anywhere, and elsewhere a moment later. So addresses are judged where the connection is made, after the name was
resolved and by the address that is then connected to; the certificate is still checked against the name.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import httpcore

from app.services.refusals import Unusable

SECONDS = 15.0
LONGEST_URL = 2000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""(name, port) -> addresses as text."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is public by IANA's register. To Python more is global: former site-local addresses, old ways to write an IPv4 one."""


class Refused(Exception):
    """The name leads to no address that may be reached."""


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks with commas, such as 10.1.0.0/16. Raises ValueError."""
    return tuple(ipaddress.ip_network(one.strip()) for one in text.split(",") if one.strip())


def may_reach(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether an address is public, or of a network that is allowed. An address that stands for another is judged as that one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        elif address.sixtofour is not None:
            address = address.sixtofour
        elif address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if any(address in network for network in allowed):
        return True
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return address.is_global and not address.is_multicast


def check_url(url: str, allowed: Iterable[Network]) -> str:
    """The address of a webhook. Raises Unusable: no https address, one with a password in it, or in numbers a private one."""
    text = url.strip()
    try:
        parts = urlsplit(text)
        usable = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and text.isascii() and text.isprintable()
    except ValueError:
        usable = False
    if not usable or " " in text or len(text) > LONGEST_URL:
        raise Unusable("/url", "This must be an https address, such as https://course.example.org/events.")
    if "@" in parts.netloc or "#" in text:
        raise Unusable("/url", "This address may hold no user name, password or fragment.")
    try:
        literal = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return text
    if not may_reach(literal, allowed):
        raise Unusable("/url", "This is an address of a private network, which this server does not send to.")
    return text


async def resolve(host: str, port: int) -> list[str]:
    """By the system's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


class _Guarded(httpcore.AsyncNetworkBackend):
    """Connects to what may be reached, and to nothing else."""

    def __init__(self, allowed: Iterable[Network], resolve: Resolve) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the base class has it
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = [ipaddress.ip_address(one.partition("%")[0]) for one in await self._resolve(host, port)]
        reachable = [str(one) for one in addresses if may_reach(one, self._allowed)]
        if not reachable:
            raise Refused
        for place, address in enumerate(reachable):
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError:
                if place == len(reachable) - 1:
                    raise
        raise AssertionError("unreachable")

    async def sleep(self, seconds: float) -> None:
        await self._network.sleep(seconds)


class Sender:
    """Sends messages. allowed: private networks that may be reached too. Close it."""

    def __init__(self, allowed: Iterable[Network], resolve: Resolve = resolve, context: ssl.SSLContext | None = None) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve
        self._context = context

    @cached_property
    def _pool(self) -> httpcore.AsyncConnectionPool:
        """Made for the first message, since reading all authorities takes longer than starting a server does."""
        import httpx

        return httpcore.AsyncConnectionPool(
            ssl_context=self._context or httpx.create_ssl_context(),  # SSL_CERT_FILE names other authorities
            network_backend=_Guarded(self._allowed, self._resolve),
            max_keepalive_connections=0,  # each connection is judged anew
        )

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int | None, str]:
        """The status of the answer, None without one, and what came of it in words that tell no secret and no address."""
        try:
            async with (
                asyncio.timeout(SECONDS),
                self._pool.stream("POST", url, headers=list(headers.items()), content=body) as got,
            ):
                status: int = got.status
        except Refused:
            return None, "The name leads to a private network."
        except (TimeoutError, httpcore.TimeoutException):
            return None, f"No answer within {SECONDS:g} seconds."
        except (httpcore.ConnectError, OSError, ValueError):
            return None, "No connection, or no valid certificate."
        except (httpcore.NetworkError, httpcore.ProtocolError):
            return None, "The connection broke off."
        return status, f"Answered {status}."

    async def close(self) -> None:
        if "_pool" in vars(self):
            await self._pool.aclose()
