"""How a webhook's message ends that is not received: later and later, then given up, and in time forgotten."""

import json
from datetime import timedelta

import pytest

from app.persistence import webhooks
from app.persistence.database import Database
from app.services import webhook_delivery
from tests.databases import database, database_url
from tests.persistence.samples import NOW, look
from tests.services.receiver import Receiver
from tests.services.test_webhooks import LONG, deliver, hurry, receiver, register, settled, submit

__all__ = ["database", "database_url", "hurry", "receiver"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_never_received_is_given_up_and_the_next_goes_on(database: Database, receiver: Receiver) -> None:
    register(database, receiver.url())
    first, second = submit(database, "ada", 1), submit(database, "ada", 2)
    receiver.act = lambda received, before: 500 if json.loads(received.body)["data"]["id"] == str(first) else 204
    deliver(database, lambda: settled(database))
    with database.read() as connection:
        log = {one.attempt_id: one for one in webhooks.delivery_log(connection, "nets", 10)}
    assert (log[first].outcome, log[first].tries, log[first].said) == ("given-up", 10, "Answered 500.")
    assert (log[second].outcome, log[second].tries) == ("delivered", 1)
    receiver.act = lambda received, before: 204
    assert database.write_now(lambda connection: webhooks.send_again(connection, "nets", log[first].id, NOW))
    deliver(database, lambda: settled(database))
    assert len(receiver.accepted()) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_after_each_try_the_pause_is_the_next_longer_one(
    database: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(LONG) == sorted(set(LONG)) and len(LONG) == 9
    monkeypatch.setattr(webhook_delivery, "PAUSES", LONG[-3:])
    register(database, receiver.url())
    submit(database, "ada")
    receiver.act = lambda received, before: 503

    def logged() -> webhooks.LoggedDelivery:
        with database.read() as connection:
            return webhooks.delivery_log(connection, "nets", 1)[0]

    waited: list[timedelta] = []
    for tries in range(1, 5):
        deliver(database, lambda tries=tries: logged().tries == tries)  # type: ignore[misc]
        one = logged()
        assert one.tried_at is not None and len(receiver.received) == tries
        waited.append(one.next_at - one.tried_at)
        due = webhooks.deliveries.update().values(next_at=one.tried_at)
        database.write_now(lambda connection, due=due: connection.execute(due))  # type: ignore[misc]
    assert waited == [*LONG[-3:], timedelta(0)] and logged().outcome == "given-up"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_receiver_that_says_it_is_gone_is_told_no_more(database: Database, receiver: Receiver, database_url: str) -> None:
    register(database, receiver.url())
    for number in range(3):
        submit(database, "ada", number)
    receiver.act = lambda received, before: 410
    deliver(database, lambda: settled(database))
    submit(database, "ada", 2)
    assert look(database_url, "SELECT count(*) FROM deliveries")[0][0] == 3
    assert look(database_url, "SELECT stopped_at IS NOT NULL FROM webhooks")[0][0]
    with database.read() as connection:
        log = webhooks.delivery_log(connection, "nets", 10)
    # What waited behind it does not seem to wait for ever, cannot be sent to nobody, and is forgotten like all else.
    assert [(one.outcome, one.tries, one.said) for one in log] == [
        ("given-up", 0, "Its receiver is gone."),
        ("given-up", 0, "Its receiver is gone."),
        ("given-up", 1, "Answered 410."),
    ]
    assert not database.write_now(lambda connection: webhooks.send_again(connection, "nets", log[0].id, NOW))
    now = webhook_delivery.datetime.now(webhook_delivery.UTC)
    database.write_now(lambda connection: webhooks.forget_settled(connection, now + timedelta(days=1)))
    assert look(database_url, "SELECT count(*) FROM deliveries")[0][0] == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_was_settled_long_ago_is_forgotten(database: Database, receiver: Receiver, database_url: str) -> None:
    register(database, receiver.url())
    submit(database, "ada")
    deliver(database, lambda: settled(database))
    now = webhook_delivery.datetime.now(webhook_delivery.UTC)
    database.write_now(lambda connection: webhooks.forget_settled(connection, now - timedelta(days=30)))
    assert look(database_url, "SELECT count(*) FROM deliveries")[0][0] == 1
    database.write_now(lambda connection: webhooks.forget_settled(connection, now + timedelta(days=1)))
    assert look(database_url, "SELECT count(*) FROM deliveries")[0][0] == 0
