"""Delivers the outbox: in order for each learner, again with growing pauses, by one process of however many there are.

At least once: a server that dies between the receiver's answer and its own note sends again, under the same `webhook-id`. A slow
receiver holds up its own messages and no other's.
"""

import asyncio
import logging
import secrets
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy.engine import Connection

from app import __version__
from app.persistence import webhooks
from app.persistence.database import Database, StorageBusy, StorageDown
from app.persistence.webhooks import Delivery, State
from app.security.webhooks import sign
from app.services.webhook_messages import message
from app.services.webhook_sending import SECONDS, Sender

logger = logging.getLogger(__name__)

EVERY_SECONDS = 1.0
PAUSES = tuple(timedelta(seconds=one) for one in (5, 30, 120, 600, 1800, 7200, 18000, 36000, 50400))
"""After each try but the last. Ten tries, over a day and a half."""
KEPT = timedelta(days=30)
_LEASE = timedelta(seconds=60)
_RENEWED_BEFORE = timedelta(seconds=2 * SECONDS)  # a message that is begun must end within the lease
_AT_ONCE = 32
_AT_ONCE_TO_ONE = 4
_NAME = "webhooks"
_GONE = 410
_NEVER = datetime.min.replace(tzinfo=UTC)


class Deliverer:
    """Delivers as long as `keep` runs."""

    def __init__(self, database: Database, sender: Sender) -> None:
        self._database = database
        self._sender = sender
        self._holder = secrets.token_hex(8)
        self._held_until = _NEVER
        self._under_way: dict[asyncio.Task[None], Delivery] = {}
        self._swept = _NEVER

    async def keep(self) -> None:
        """Goes on until it is cancelled. A database that is out of reach is tried again the next time."""
        try:
            while True:
                try:
                    await self.deliver_due()
                except (StorageBusy, StorageDown):
                    pass  # said by the writer
                except Exception:
                    logger.exception("the webhooks could not be served; tried again")
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)
            await self._give_back()
            await self._sender.close()

    async def deliver_due(self) -> None:
        """Sends what is due until nothing is, if this process has the lease or can have it."""
        while True:
            # What is on its way now may look due to a read that began before its note was written.
            before = {(one.webhook_id, one.learner_id) for one in self._under_way.values()}
            for delivery in await asyncio.to_thread(self._due):
                if not await self._have_lease():
                    break
                if (delivery.webhook_id, delivery.learner_id) not in before and self._has_room(delivery):
                    self._start(delivery)
            if not self._under_way and not before:
                return
            if self._under_way:
                await asyncio.wait(self._under_way, timeout=EVERY_SECONDS, return_when=asyncio.FIRST_COMPLETED)

    def _due(self) -> list[Delivery]:
        busy = Counter(one.webhook_id for one in self._under_way.values())
        full = [webhook for webhook, count in busy.items() if count >= _AT_ONCE_TO_ONE]
        with self._database.read() as connection:
            return webhooks.due_deliveries(connection, datetime.now(UTC), 2 * _AT_ONCE, full)

    def _has_room(self, delivery: Delivery) -> bool:
        known = [one.webhook_id for one in self._under_way.values()]
        return len(known) < _AT_ONCE and known.count(delivery.webhook_id) < _AT_ONCE_TO_ONE

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._deliver(delivery))
        self._under_way[task] = delivery
        task.add_done_callback(lambda done: self._under_way.pop(done, None) and None)

    async def _deliver(self, delivery: Delivery) -> None:
        try:
            body = await asyncio.to_thread(self._message, delivery)
            if body is None:
                await self._note(delivery, "There is nothing to tell any more.", "given-up")
                return
            now = datetime.now(UTC)
            name, timestamp = f"msg_{delivery.id}", int(now.timestamp())
            headers = {
                "content-type": "application/json",
                "user-agent": f"sigmoid-quiz/{__version__}",
                "webhook-id": name,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": sign(delivery.secret, name, timestamp, body),
            }
            status, said = await self._sender.send(delivery.url, headers, body)
            if status is not None and 200 <= status < 300:
                await self._note(delivery, said, "delivered")
            elif status == _GONE:
                await self._note(delivery, said, "given-up", stop=True)
            else:
                await self._note(delivery, said, "given-up" if delivery.tries >= len(PAUSES) else None)
        except (StorageBusy, StorageDown):
            # It will be sent again, with the same id; but nothing is, until the lease can be written anew.
            self._held_until = _NEVER
        except Exception:
            logger.exception("message %d could not be sent", delivery.id)
            await self._note(delivery, "It could not be sent.", "given-up" if delivery.tries >= len(PAUSES) else None)

    def _message(self, delivery: Delivery) -> bytes | None:
        with self._database.read() as connection:
            return message(connection, delivery)

    async def _note(self, delivery: Delivery, said: str, outcome: State | None, stop: bool = False) -> None:
        now = datetime.now(UTC)
        next_at = now if outcome else now + PAUSES[delivery.tries]

        def job(connection: Connection) -> None:
            webhooks.note_try(connection, delivery, now, said, outcome=outcome, next_at=next_at)
            if stop:
                webhooks.stop_webhook(connection, delivery.webhook_id, now)

        await self._database.write(job)

    async def _have_lease(self) -> bool:
        now = datetime.now(UTC)
        if now + _RENEWED_BEFORE < self._held_until:
            return True
        sweep = now - self._swept > timedelta(hours=1)

        def job(connection: Connection) -> bool:
            if not webhooks.take_lease(connection, _NAME, self._holder, now, _LEASE):
                return False
            if sweep:
                webhooks.forget_settled(connection, now - KEPT)
            return True

        if not await self._database.write(job):
            return False
        self._held_until = now + _LEASE
        self._swept = now if sweep else self._swept
        return True

    async def _give_back(self) -> None:
        """So that another process need not wait for it to end."""
        if self._held_until > datetime.now(UTC):
            with suppress(StorageBusy, StorageDown):
                await self._database.write(lambda connection: webhooks.give_lease_back(connection, _NAME, self._holder))
