"""Webhooks: each message arrives, signed, in its learner's order, whatever the receiver does; and nowhere that it may not."""

import asyncio
import json
import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from app.persistence import accounts, courses, webhooks
from app.persistence.courses import Course
from app.persistence.database import Database
from app.persistence.errors import Refused, StorageDown
from app.persistence.recording import record_attempt
from app.persistence.webhooks import Webhook
from app.security.webhooks import new_webhook_secret
from app.services import webhook_delivery, webhook_sending
from app.services.webhook_delivery import Deliverer
from app.services.webhook_sending import Sender, read_networks
from tests.databases import database, database_url
from tests.persistence.samples import NOW, add_account, attempt, look
from tests.services.receiver import Receiver, receiving, signature, trusting

__all__ = ["database", "database_url"]

HERE = read_networks("127.0.0.0/8")
LEARNERS = ("ada", "bob", "cyd")
LONG = webhook_delivery.PAUSES


async def to_here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook_delivery, "EVERY_SECONDS", 0.02)
    monkeypatch.setattr(webhook_delivery, "PAUSES", (timedelta(milliseconds=5),) * 9)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def register(database: Database, *urls: str, course: str = "nets") -> list[str]:
    """A course with three learners and a program, told at these addresses; returns the secrets."""
    secrets = [new_webhook_secret() for _ in urls]

    def job(connection: Connection) -> None:
        if accounts.find_account(connection, "ada") is None:
            for name in (*LEARNERS, "dee"):  # dee is in no course
                add_account(connection, name)
        if courses.find_course(connection, course) is None:
            add_account(connection, f"program of {course}", "integration")
            made = Course(course, "Nets", course.upper(), False, "UTC", NOW)
            courses.create_course(connection, made, f"program of {course}")
            for name in LEARNERS:
                courses.enrol(connection, course, name, None, NOW)
        for url, secret in zip(urls, secrets, strict=True):
            account = f"program of {course}"
            told = Webhook(id=secret[-9:], course_id=course, account_id=account, url=url, secret=secret, created_at=NOW)
            webhooks.store_webhook(connection, told)

    database.write_now(job)
    return secrets


def submit(database: Database, learner: str, number: int = 0) -> int:
    new = attempt(learner_id=learner, question_id=f"q{number}")
    return database.write_now(lambda connection: record_attempt(connection, new)[0].id)


def deliver(database: Database, until: Callable[[], bool], *more: Deliverer, seconds: float = 20.0) -> None:
    """Runs a deliverer, and others beside it, until it is so."""

    async def run() -> None:
        one = Deliverer(database, Sender(HERE, to_here, trusting()))
        tasks = [asyncio.create_task(each.keep()) for each in (one, *more)]
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "it did not come to that"
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())


def settled(database: Database) -> bool:
    with database.read() as connection:
        return all(one.outcome for one in webhooks.delivery_log(connection, "nets", 1000))


def test_whatever_the_receiver_does_each_message_arrives_signed_and_in_order(
    database: Database, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (secret,) = register(database, receiver.url("/events?key=in-the-address"))
    chance = random.Random(5)
    receiver.act = lambda received, before: chance.choice([204, 204, 200, 500, 503, 302, None])
    sent = defaultdict(list)
    for number in range(6):
        for learner in (*LEARNERS, "dee"):
            sent[learner].append(str(submit(database, learner, number)))
    deliver(database, lambda: settled(database))

    came = receiver.accepted("/events?key=in-the-address")
    told = defaultdict(list)
    for one in came:
        assert one.headers["webhook-signature"] == signature(secret, one)
        assert abs(int(one.headers["webhook-timestamp"]) - time.time()) < 60
        message = json.loads(one.body)
        assert message["type"] == "attempt.created"
        told[message["data"]["learner_id"]].append(message["data"]["id"])
    assert told == {learner: sent[learner] for learner in LEARNERS}  # and nothing of whoever is not in the course
    assert len({one.headers["webhook-id"] for one in came}) == len(came)
    again = defaultdict(set)
    for one in receiver.received:
        again[one.headers["webhook-id"]].add(one.body)
    assert all(len(bodies) == 1 for bodies in again.values())  # a message is the same at each try
    assert not any(one.path == "/elsewhere" for one in receiver.received)  # a redirection is followed nowhere
    with database.read() as connection:
        log = webhooks.delivery_log(connection, "nets", 100)
    assert {one.outcome for one in log} == {"delivered"} and max(one.tries for one in log) > 1
    for hidden in (secret, secret.removeprefix("whsec_"), "in-the-address"):
        assert hidden not in caplog.text and hidden not in repr(log)


def test_an_event_is_told_with_its_transaction_or_not_at_all(database: Database, database_url: str) -> None:
    submitted = "SELECT attempt_id FROM deliveries ORDER BY id"
    register(database)
    submit(database, "ada")
    assert look(database_url, submitted) == []  # nobody is to be told
    register(database, "https://receiver.test/")
    kept = submit(database, "ada", 1)

    def fails(connection: Connection) -> None:
        record_attempt(connection, attempt(learner_id="ada", question_id="q2"))
        raise RuntimeError("after the attempt was written")

    def is_refused(connection: Connection) -> None:
        raise Refused("on purpose")

    with pytest.raises(RuntimeError):
        database.write_now(fails)
    with pytest.raises(Refused):
        database.write_now(is_refused)
    assert look(database_url, submitted) == [(kept,)]

    def many(connection: Connection) -> None:
        for number in range(3, 8):
            record_attempt(connection, attempt(learner_id="bob", question_id=f"q{number}"))

    database.write_now(many)
    assert len(look(database_url, submitted)) == 6


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_slow_receiver_holds_up_its_own_messages_alone(
    database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_sending, "SECONDS", 1.0)

    def act(received: Any, before: int) -> int:
        if received.path == "/slow":
            time.sleep(1.5)
        return 204

    receiver.act = act
    register(database, receiver.url("/slow"))
    register(database, receiver.url("/quick"), course="more")
    for number in range(10):
        for learner in LEARNERS:
            submit(database, learner, number)

    def told() -> set[str]:
        return {one.headers["webhook-id"] for one in receiver.accepted("/quick")}

    deliver(database, lambda: len(told()) == 30)
    with database.read() as connection:
        slow = webhooks.delivery_log(connection, "nets", 100)
    assert [one.outcome for one in slow] == [None] * 30
    assert {one.said for one in slow} <= {None, "No answer within 1 seconds."}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_nothing_can_be_written_down_nothing_is_sent_twice_over(
    database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(database, receiver.url())
    submit(database, "ada")
    write = database.write
    refused = 0

    async def full(job: Any) -> Any:
        nonlocal refused
        if receiver.received and refused < 15:  # the disk fills up when the first message is out
            refused += 1
            raise StorageDown("on purpose")
        return await write(job)

    monkeypatch.setattr(database, "write", full)
    deliver(database, lambda: settled(database))
    assert refused == 15
    assert len(receiver.received) == 2
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1  # the receiver can tell that it is the same


def test_of_two_deliverers_one_delivers(database: Database, receiver: Receiver, database_url: str) -> None:
    register(database, receiver.url())
    for number in range(8):
        for learner in LEARNERS:
            submit(database, learner, number)
    second = Database(database_url)
    second.start()
    other = Deliverer(second, Sender(HERE, to_here, trusting()))
    deliver(database, lambda: settled(database), other)
    second.close()
    assert len(receiver.received) == 24  # each once
    assert look(database_url, "SELECT count(*) FROM leases")[0][0] == 0  # given back, so nobody waits for it


def test_another_takes_over_when_the_one_has_died(database: Database, receiver: Receiver, database_url: str) -> None:
    register(database, receiver.url())
    submit(database, "ada")
    died = webhook_delivery.datetime.now(webhook_delivery.UTC)
    database.write_now(
        lambda connection: webhooks.take_lease(connection, "webhooks", "the dead one", died, timedelta(seconds=0.5))
    )
    deliver(database, lambda: settled(database))
    assert webhook_delivery.datetime.now(webhook_delivery.UTC) > died + timedelta(seconds=0.5)
    assert len(receiver.received) == 1
