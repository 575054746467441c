"""Whether the program is alive, and whether it can do its work: what is asked before it is restarted, or sent visitors."""

import asyncio
from dataclasses import dataclass

from app.persistence.database import Database, StorageBusy, StorageDown
from app.persistence.migrate import is_current


@dataclass(frozen=True)
class Readiness:
    """storage: answers can be stored now. migrated: the database has the tables of this version."""

    storage: bool
    migrated: bool

    @property
    def ready(self) -> bool:
        return self.storage and self.migrated


def is_alive(database: Database) -> bool:
    """False when only a restart helps. A database that is away is no reason: another start would not bring it back."""
    return database.alive()


async def readiness(database: Database) -> Readiness:
    """Whether this process should be sent visitors now."""
    return Readiness(await database.check(), await asyncio.to_thread(_is_migrated, database))


def _is_migrated(database: Database) -> bool:
    try:
        with database.read() as connection:
            return is_current(connection)
    except (StorageBusy, StorageDown):
        return False
