"""What a caller gets is made ready while COMMIT is under way, and nobody hears of it before COMMIT has returned."""

import asyncio
import threading
import time
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from app.persistence.database import Database, StorageDown
from tests.persistence.samples import insert_account, look


def stored(url: str) -> set[str]:
    return {row[0] for row in look(url, "SELECT id FROM accounts")}


def test_it_is_ready_before_the_commit_and_told_after_it(database: Database, database_url: str) -> None:
    async def main() -> None:
        made = asyncio.Event()
        seen: list[tuple[bool, bool, set[str]]] = []

        def prepare(name: str) -> str:
            assert threading.current_thread() is threading.main_thread()
            made.set()
            return name.upper()

        writing = asyncio.create_task(database.write(insert_account("ada"), prepare=prepare))

        def before_commit(_connection: Connection) -> None:
            deadline = time.monotonic() + 10
            while not made.is_set() and time.monotonic() < deadline:
                time.sleep(0.01)
            time.sleep(0.1)  # time enough for a hasty answer to arrive
            seen.append((made.is_set(), writing.done(), stored(database_url)))

        event.listen(database._backend.write_engine, "commit", before_commit)
        assert await writing == "ADA"
        assert seen == [(True, False, set())]
        assert stored(database_url) == {"ada"}

    asyncio.run(main())


def test_of_a_commit_that_fails_nothing_is_told(database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[str] = []

    def lost(_connection: Any) -> None:
        time.sleep(0.1)
        raise OSError("the disk is gone")

    async def main() -> None:
        event.listen(database._backend.write_engine, "commit", lost)
        with pytest.raises((StorageDown, OSError)):
            await database.write(insert_account("ada"), prepare=lambda name: prepared.append(name) or name)
        event.remove(database._backend.write_engine, "commit", lost)
        assert await database.write(insert_account("bob"), prepare=len) == 3

    asyncio.run(main())
    assert prepared[:1] == ["ada"]
    assert stored(database_url) == {"bob"}


def test_what_cannot_be_made_ready_is_stored_all_the_same_and_harms_no_neighbour(database: Database, database_url: str) -> None:
    def refuse(_name: str) -> str:
        raise ZeroDivisionError("no such answer")

    async def main() -> list[str | BaseException]:
        writes = [database.write(insert_account("ada"), prepare=refuse), database.write(insert_account("bob"), prepare=str.upper)]
        return await asyncio.gather(*writes, database.write(insert_account("eve")), return_exceptions=True)

    ada, bob, eve = asyncio.run(main())
    assert isinstance(ada, ZeroDivisionError)
    assert (bob, eve) == ("BOB", "eve")
    assert stored(database_url) == {"ada", "bob", "eve"}
