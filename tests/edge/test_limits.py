"""Knocking too often is refused until the window ends, and one who knocks too often locks nobody else out."""

import asyncio
from typing import Any

import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from app.edge.limits import MemoryCounter, Rate, Throttle, client_address, limit_api, limit_registration


class Clock:
    now = 1_000_000 * 900.0  # the beginning of a window of every length used here

    def __call__(self) -> float:
        return self.now


class From:
    """Stands for the network: the client's address is what the test says in a header."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        address = dict(scope.get("headers", ())).get(b"x-test-address", b"10.0.0.1").decode()
        await self.app({**scope, "client": (address, 1234)}, receive, send)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def buckets() -> set[str]:
    return set()


@pytest.fixture
def client(app: FastAPI, clock: Clock, buckets: set[str]) -> TestClient:
    memory = MemoryCounter(clock)

    async def count(bucket: str, seconds: int) -> int:
        buckets.add(bucket)
        return await memory(bucket, seconds)

    app.state.throttle = Throttle(count, api_rate=Rate.parse("3/minute"), clock=clock)

    @app.post("/api/v1/learners", dependencies=[Depends(limit_registration)])
    async def register() -> Any:
        return {}

    @app.post("/sign-in/{email}")
    async def sign_in(email: str, request: Request) -> Any:
        await app.state.throttle.sign_in(request, email)
        return {}

    @app.api_route("/api/v1/rest", methods=["GET", "POST"], dependencies=[Depends(limit_api)])
    async def rest() -> Any:
        return {}

    return TestClient(From(app))


def knock(client: TestClient, path: str, times: int, address: str = "10.0.0.1", **headers: str) -> list[int]:
    sent = {"x-test-address": address, **headers}
    return [client.post(path, headers=sent).status_code for _ in range(times)]


def test_sign_in_is_slowed_for_one_email_from_one_address(client: TestClient, clock: Clock) -> None:
    assert knock(client, "/sign-in/Ada@Example.org", 10) == [200] * 10
    clock.now += 100
    response = client.post("/sign-in/ada@example.org")
    assert (response.status_code, response.headers["retry-after"]) == (429, "800")
    assert knock(client, "/sign-in/ada@example.org", 1, "10.0.0.2") == [200]
    assert knock(client, "/sign-in/grace@example.org", 1) == [200]
    clock.now += 800
    assert knock(client, "/sign-in/ada@example.org", 1) == [200]


def test_sign_in_is_slowed_for_one_address_whatever_the_email(client: TestClient) -> None:
    statuses = [knock(client, f"/sign-in/{number}@example.org", 1)[0] for number in range(101)]
    assert statuses == [200] * 100 + [429]


def test_a_classroom_may_register_at_once(client: TestClient, app: FastAPI) -> None:
    async def class_arrives() -> None:
        for _ in range(600):
            await app.state.throttle.registration(Request({"type": "http", "client": ("10.0.0.1", 1)}))

    asyncio.run(class_arrives())
    response = client.post("/api/v1/learners")
    assert (response.status_code, response.headers["retry-after"]) == (429, "60")
    assert response.headers["content-type"] == "application/problem+json"
    assert knock(client, "/api/v1/learners", 1, "10.0.0.2") == [200]


def test_the_rest_is_limited_by_account_or_address(client: TestClient, clock: Clock) -> None:
    assert knock(client, "/api/v1/rest", 4) == [200, 200, 200, 429]
    assert knock(client, "/api/v1/rest", 4, Authorization="Bearer learner-token") == [200, 200, 200, 429]
    assert knock(client, "/api/v1/rest", 1, Authorization="Bearer instructor-token") == [200]
    clock.now += 59.5
    assert client.post("/api/v1/rest").headers["retry-after"] == "1"
    clock.now += 0.5
    assert knock(client, "/api/v1/rest", 1) == [200]


def test_reading_is_counted_without_writing(client: TestClient, buckets: set[str]) -> None:
    assert [client.get("/api/v1/rest").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert buckets == set()


def test_without_a_rate_the_rest_is_free(client: TestClient, app: FastAPI, buckets: set[str]) -> None:
    app.state.throttle.api_rate = None
    assert knock(client, "/api/v1/rest", 10) == [200] * 10
    assert buckets == set()


def test_buckets_are_short_and_hold_no_email_or_address(client: TestClient, buckets: set[str]) -> None:
    knock(client, "/sign-in/" + "ada@example.org" * 1000, 1)
    assert len(buckets) == 2
    assert all(len(bucket) < 64 and "ada" not in bucket and "10.0" not in bucket for bucket in buckets)


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
        (None, ""),
    ],
)
def test_whom_to_count(host: str | None, counted: str) -> None:
    request = Request({"type": "http", "client": host and (host, 1)})
    assert client_address(request) == counted


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("300/minute", Rate(300, 60)),
        (" 5 / second ", Rate(5, 1)),
        ("10 per hour", Rate(10, 3600)),
        ("1/day", Rate(1, 86400)),
    ],
)
def test_rates_are_read(text: str, rate: Rate) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "300", "0/minute", "-1/minute", "1.5/minute", "٣/minute", "3/week", "3/minute!"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="300/minute"):
        Rate.parse(text)


def test_a_flood_of_addresses_does_not_grow_the_memory(clock: Clock) -> None:
    counter = MemoryCounter(clock, most_buckets=100)

    async def flood() -> None:
        for number in range(1000):
            await counter(str(number), 60)
            assert len(counter._counts) <= 100

    asyncio.run(flood())
