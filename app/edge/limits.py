"""How often one may knock.

Guessing passwords and making accounts by the thousand are slowed down always; anything else only where
`QUIZ_API_RATE` says so. Counters live where they are handed in from, so that several processes count
together; the bucket names hold digests, not addresses or e-mails: a counter needs to tell people apart, not
to remember them.
"""

import hashlib
import ipaddress
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import Request

from app.edge.dependencies import identify_request
from app.edge.headers import RATE_LIMIT
from app.edge.problems import Problem
from app.security.principals import Principal

Counter = Callable[[str, int], Awaitable[int]]
"""(bucket, window in seconds) -> events of that bucket in the current window, this one included.

Windows are aligned to the epoch: the current one began at the last multiple of its length.
"""

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"\s*([1-9][0-9]{0,8})\s*(?:/|per)\s*(second|minute|hour|day)\s*", re.ASCII)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` events in a window of `seconds`."""

    limit: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read "300/minute" (second, minute, hour or day). Raises ValueError."""
        match = _RATE.fullmatch(text)
        if match is None:
            raise ValueError("A rate looks like 300/minute; the units are second, minute, hour and day.")
        return cls(int(match[1]), _UNITS[match[2]])


SIGN_IN_OF_ONE = Rate(10, 15 * 60)
SIGN_IN_OF_ADDRESS = Rate(100, 15 * 60)
REGISTRATION = Rate(600, 60)  # a classroom shares one address, and starts all at once


class MemoryCounter:
    """A Counter of this process alone, for what must not write to the database: reading."""

    def __init__(self, clock: Callable[[], float] = time.time, most_buckets: int = 10_000) -> None:
        self._clock = clock
        self._most_buckets = most_buckets
        self._counts: dict[tuple[str, int], int] = {}
        self._ends: dict[tuple[str, int], float] = {}

    async def __call__(self, bucket: str, seconds: int) -> int:
        now = self._clock()
        key = (bucket, seconds)
        if self._ends.get(key, 0.0) <= now:
            if len(self._ends) >= self._most_buckets:
                self._forget(now)
            self._ends[key] = now - now % seconds + seconds
            self._counts[key] = 0
        self._counts[key] += 1
        return self._counts[key]

    def _forget(self, now: float) -> None:
        for key in [key for key, end in self._ends.items() if end <= now]:
            del self._ends[key], self._counts[key]
        if len(self._ends) >= self._most_buckets:  # a flood of addresses: better to start anew than to grow
            self._ends.clear()
            self._counts.clear()


class Throttle:
    """Counts knocks and refuses with 429 and Retry-After. One to an application, in `app.state.throttle`.

    `count` is used for whatever writes; `api_rate` None means that only sign-in and registration are
    limited. Under an `api_rate`, reads are counted in memory, apart from writes.
    """

    def __init__(self, count: Counter, *, api_rate: Rate | None = None, clock: Callable[[], float] = time.time) -> None:
        self.api_rate = api_rate
        self._count = count
        self._count_reads = MemoryCounter(clock)
        self._clock = clock

    async def sign_in(self, request: Request, email: str) -> None:
        """To be called before a password is looked at, right or wrong."""
        address = client_address(request)
        await self._knock(self._count, "sign-in-address", address, SIGN_IN_OF_ADDRESS)
        await self._knock(self._count, "sign-in", f"{address} {email.strip().lower()}", SIGN_IN_OF_ONE)

    async def registration(self, request: Request) -> None:
        """To be called before an account is made for a stranger."""
        await self._knock(self._count, "registration", client_address(request), REGISTRATION)

    async def api_call(self, request: Request, principal: Principal | None) -> None:
        """Any other call: per account, or per address for a stranger. Nothing without an `api_rate`."""
        if self.api_rate is None:
            return
        who = client_address(request) if principal is None else principal.account_id
        count = self._count_reads if request.method in _READS else self._count
        setattr(request.state, RATE_LIMIT, self._told(self.api_rate, self.api_rate.limit))
        made = await self._knock(count, "api", who, self.api_rate)
        setattr(request.state, RATE_LIMIT, self._told(self.api_rate, made))

    def _told(self, rate: Rate, made: int) -> dict[str, str]:
        """What is left after `made` calls, in the words of draft-ietf-httpapi-ratelimit-headers."""
        left = max(0, rate.limit - made)
        return {
            "RateLimit-Policy": f'"api";q={rate.limit};w={rate.seconds}',
            "RateLimit": f'"api";r={left};t={self._until_next(rate)}',
        }

    def _until_next(self, rate: Rate) -> int:
        """Seconds until the current window ends, at least 1."""
        return rate.seconds - int(self._clock()) % rate.seconds

    async def _knock(self, count: Counter, kind: str, who: str, rate: Rate) -> int:
        """Counts one more, and returns how many there were in this window."""
        digest = hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        made = await count(f"{kind}:{digest}", rate.seconds)
        if made <= rate.limit:
            return made
        wait = self._until_next(rate)
        raise Problem(
            429,
            "Too many requests",
            f"At most {rate.limit} in {rate.seconds} seconds; try again in {wait} seconds.",
            "too-many-requests",
            headers={"Retry-After": str(wait)},
        )


def client_address(request: Request) -> str:
    """Whom to count: the address, or for IPv6 its /64, because a single household has all of that."""
    host = "" if request.client is None else request.client.host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
        address = address.ipv4_mapped
    return str(address)


async def limit_registration(request: Request) -> None:
    """Dependency of whatever makes an account for a stranger."""
    throttle: Throttle = request.app.state.throttle
    await throttle.registration(request)


async def limit_api(request: Request) -> None:
    """Dependency of the REST interface as a whole. 401 for a wrong token, also where none is needed."""
    throttle: Throttle = request.app.state.throttle
    await throttle.api_call(request, await identify_request(request))
