"""When each token was last used, without a write for each request: noted in memory, written now and then, to the hour.

So a GET writes nothing, and the busiest program costs one small write an hour.
"""

import asyncio
import threading
from datetime import datetime, timedelta

from app.persistence import tokens
from app.persistence.database import Database, StorageBusy, StorageDown

EVERY_SECONDS = 30.0
_KEPT_TO = timedelta(hours=1)


class TokenUses:
    """The uses seen by this process that are not written down yet, by the hash of the token."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: dict[str, datetime] = {}
        self._lock = threading.Lock()  # with PostgreSQL, requests are told apart in threads

    def note(self, hash: str, known: datetime | None, now: datetime) -> None:
        """A token was used. known: the last use that is written down; one within the hour needs no other."""
        if known is None or now - known >= _KEPT_TO:
            with self._lock:
                self._seen[hash] = now

    async def write(self) -> None:
        """Writes down what was seen. A database that is out of reach gets it the next time."""
        with self._lock:
            seen, self._seen = self._seen, {}
        if not seen:
            return
        try:
            await self._database.write(lambda connection: tokens.note_uses(connection, seen))
        except (StorageBusy, StorageDown):  # said by the writer
            with self._lock:
                self._seen = {**seen, **self._seen}

    async def keep(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await self.write()
