"""The writer's promises, on both databases."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from app.persistence import writer
from app.persistence.database import Database, Refused, StorageBusy, StorageDown
from app.persistence.recording import record_attempt
from app.persistence.tickets import Ticket
from app.persistence.writer import Writer
from tests.persistence.samples import (
    add_learners,
    attempt,
    commits_counted,
    eventually,
    held_up,
    insert_account,
    look,
)


def stored(url: str) -> set[str]:
    return {row[0] for row in look(url, "SELECT id FROM accounts")}


def test_a_write_is_answered_only_after_commit(database: Database, database_url: str) -> None:
    at_commit: list[tuple[bool, set[str]]] = []

    async def main() -> None:
        writing = asyncio.create_task(database.write(insert_account("ada")))

        def before_commit(_connection: Connection) -> None:
            time.sleep(0.1)  # time enough for a hasty answer to arrive
            at_commit.append((writing.done(), stored(database_url)))

        event.listen(database._backend.write_engine, "commit", before_commit)
        assert await writing == "ada"
        assert stored(database_url) == {"ada"}

    asyncio.run(main())
    assert at_commit == [(False, set())]


def test_what_queues_up_shares_a_commit_and_one_wake_up(database: Database, database_url: str) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        wake_ups: list[Any] = []
        original = loop.call_soon_threadsafe

        def counted(callback: Callable[..., object], *values: Any, **more: Any) -> Any:
            if threading.current_thread().name == "storage-writer":
                wake_ups.append(callback)
            return original(callback, *values, **more)

        with commits_counted(database) as commits:
            async with held_up(database):
                loop.call_soon_threadsafe = counted  # type: ignore[method-assign, assignment]
                writes = [asyncio.create_task(database.write(insert_account(f"l{n}"))) for n in range(200)]
            assert await asyncio.gather(*writes) == [f"l{n}" for n in range(200)]
        assert len(commits) == 2  # the one that held the writer up, and one for all
        assert len(wake_ups) == 2

    asyncio.run(main())
    assert len(stored(database_url)) == 200


def test_those_who_ask_in_one_moment_rouse_the_writer_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    roused: list[None] = []
    rouse = Writer._rouse

    def counted(writer: Writer) -> None:
        roused.append(None)
        rouse(writer)

    async def main() -> None:
        for moment in range(3):
            await asyncio.gather(*(database.write(insert_account(f"{moment}-{n}")) for n in range(20)))

    monkeypatch.setattr(Writer, "_rouse", counted)
    asyncio.run(main())
    assert len(roused) == 3


def work() -> None:
    """Something else that the loop has to do."""
    time.sleep(0.002)


def test_what_is_asked_while_the_loop_is_busy_shares_a_commit(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "PATIENCE_SECONDS", 30)

    async def main() -> None:
        with commits_counted(database) as commits:
            writes = []
            for number in range(5):
                writes.append(asyncio.create_task(database.write(insert_account(f"l{number}"))))
                await asyncio.sleep(0)
                work()
            await asyncio.gather(*writes)
        assert len(commits) == 1

    asyncio.run(main())


def test_a_loop_that_is_always_busy_is_not_waited_for_long(database: Database) -> None:
    async def main() -> None:
        writing = asyncio.create_task(database.write(insert_account("ada")))
        async with asyncio.timeout(10):
            while not writing.done():
                work()
                await asyncio.sleep(0)
        assert await writing == "ada"

    asyncio.run(main())


def test_a_loop_that_never_comes_round_again_keeps_nobody_waiting(database: Database, database_url: str) -> None:
    for name in ("asked", "asked-again"):
        loop = asyncio.new_event_loop()
        for number in range(2):
            ticket = Ticket(insert_account(f"{name}-{number}"), loop.create_future(), loop)
            database._started_writer().submit(ticket)
        loop.close()
        assert asyncio.run(asyncio.wait_for(database.write(insert_account(f"next-{name}")), 10)) == f"next-{name}"
    assert database.write_now(insert_account("last")) == "last"
    assert len(stored(database_url)) == 7


def test_half_of_a_crowd_waits_for_the_other_half(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async def some(first: int, count: int) -> None:
            await asyncio.gather(*(database.write(insert_account(f"l{n}")) for n in range(first, first + count)))

        await some(0, 20)
        with commits_counted(database) as commits:
            half = asyncio.create_task(some(20, 10))
            await asyncio.sleep(0.1)
            assert not half.done()
            await asyncio.gather(half, some(30, 10))
        assert len(commits) == 1
        monkeypatch.setattr(writer, "COMPANY_SECONDS", 0.05)
        await asyncio.wait_for(some(40, 1), 10)  # nobody else comes

    monkeypatch.setattr(writer, "COMPANY_SECONDS", 20.0)
    asyncio.run(main())


def test_a_batch_has_a_limit(database_url: str) -> None:
    database = Database(database_url, batch_limit=10)
    database.start()

    async def main() -> None:
        with commits_counted(database) as commits:
            async with held_up(database):
                writes = [asyncio.create_task(database.write(insert_account(f"l{n}"))) for n in range(25)]
            await asyncio.gather(*writes)
        assert len(commits) == 1 + 3

    asyncio.run(main())
    database.close()


def _raises(_connection: Connection) -> None:
    raise KeyError("a bug in a job")


def _too_large(connection: Connection) -> None:
    add_learners_directly(connection, "too-large")
    record_attempt(connection, attempt(learner_id="too-large", level=2**70))


def _surrogate(connection: Connection) -> None:
    add_learners_directly(connection, "lone-\ud800")


def _not_a_number(connection: Connection) -> None:
    add_learners_directly(connection, "nan")
    record_attempt(connection, attempt(learner_id="nan", given={"z": [float("nan")]}))


def _nobody(connection: Connection) -> None:
    record_attempt(connection, attempt(learner_id="nobody"))


def _stop(_connection: Connection) -> None:
    raise StopIteration


def add_learners_directly(connection: Connection, account_id: str) -> None:
    insert_account(account_id)(connection)


@pytest.mark.parametrize("bad", [_raises, _too_large, _surrogate, _not_a_number, _nobody, _stop])
def test_a_bad_job_fails_alone(database: Database, database_url: str, bad: Callable[[Connection], None]) -> None:
    async def main() -> None:
        async with held_up(database):
            before = [asyncio.create_task(database.write(insert_account(f"b{n}"))) for n in range(5)]
            failing = asyncio.create_task(database.write(bad))
            after = [asyncio.create_task(database.write(insert_account(f"a{n}"))) for n in range(5)]
        outcomes = await asyncio.gather(*before, failing, *after, return_exceptions=True)
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert failures == [outcomes[5]]
        assert not isinstance(outcomes[5], StorageDown)

    asyncio.run(main())
    assert stored(database_url) == {f"{side}{n}" for side in "ab" for n in range(5)}
    assert database.healthy()


def test_two_jobs_that_exclude_each_other_leave_the_first(database: Database, database_url: str) -> None:
    async def main() -> None:
        async with held_up(database):
            writes = [asyncio.create_task(database.write(insert_account("same"))) for _ in range(3)]
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert outcomes[0] == "same"
        assert [type(outcome) for outcome in outcomes[1:]] == [IntegrityError] * 2

    asyncio.run(main())
    assert stored(database_url) == {"same"}


def test_a_refusal_costs_the_neighbours_nothing(database: Database) -> None:
    runs: list[int] = []

    def neighbour(number: int) -> Callable[[Connection], None]:
        return lambda _connection: runs.append(number)

    def refuse(_connection: Connection) -> None:
        raise Refused("too late")

    async def main() -> None:
        with commits_counted(database) as commits:
            async with held_up(database):
                first = asyncio.create_task(database.write(neighbour(1)))
                refused = asyncio.create_task(database.write(refuse))
                second = asyncio.create_task(database.write(neighbour(2)))
            with pytest.raises(Refused, match="too late"):
                await refused
            await asyncio.gather(first, second)
        assert len(commits) == 2

    asyncio.run(main())
    assert runs == [1, 2]


def test_a_job_that_hides_a_database_error_cannot_undo_others(database: Database, database_url: str) -> None:
    """PostgreSQL answers COMMIT with ROLLBACK after such an error, and the driver says nothing."""
    database.write_now(insert_account("taken"))

    def hide(connection: Connection) -> str:
        try:
            insert_account("taken")(connection)
        except IntegrityError:
            return "all is well"
        return "no error"

    async def main() -> None:
        async with held_up(database):
            before = asyncio.create_task(database.write(insert_account("before")))
            hiding = asyncio.create_task(database.write(hide))
            after = asyncio.create_task(database.write(insert_account("after")))
        assert [await before, await after] == ["before", "after"]
        if database.dialect == "postgresql":
            with pytest.raises(RuntimeError, match="hid a database error"):
                await hiding
        else:
            assert await hiding == "all is well"

    asyncio.run(main())
    assert stored(database_url) == {"taken", "before", "after"}


def test_a_full_queue_says_so_at_once(database_url: str) -> None:
    database = Database(database_url, queue_limit=3)
    database.start()

    async def main() -> None:
        async with held_up(database):
            waiting = [asyncio.create_task(database.write(insert_account(f"l{n}"))) for n in range(3)]
            await asyncio.sleep(0)
            began = time.monotonic()
            with pytest.raises(StorageBusy):
                await database.write(insert_account("one-too-many"))
            assert time.monotonic() - began < 1
        await asyncio.gather(*waiting)
        assert await database.write(insert_account("later")) == "later"

    asyncio.run(main())
    database.close()
    assert stored(database_url) == {"l0", "l1", "l2", "later"}


def test_hanging_up_does_not_cancel_the_write(database: Database, database_url: str) -> None:
    async def main() -> None:
        async with held_up(database):
            cancelled = asyncio.create_task(database.write(insert_account("cancelled")))
            await asyncio.sleep(0)
            cancelled.cancel()
            with pytest.raises(asyncio.CancelledError):
                await cancelled
        with pytest.raises(TimeoutError):
            async with held_up(database), asyncio.timeout(0.01):
                await database.write(insert_account("timed-out"))
        await database.write(insert_account("last"))

    asyncio.run(main())
    assert stored(database_url) == {"cancelled", "timed-out", "last"}


def test_a_closed_event_loop_does_not_trouble_the_writer(
    database: Database, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()

    def slow(connection: Connection) -> None:
        release.wait(10)
        insert_account("late")(connection)

    async def main() -> None:
        abandoned = asyncio.create_task(database.write(slow))
        await asyncio.sleep(0.05)
        abandoned.cancel()

    asyncio.run(main())
    release.set()
    assert database.write_now(insert_account("next")) == "next"
    assert stored(database_url) == {"late", "next"}
    assert "event loop had closed" in caplog.text


def test_close_finishes_what_is_queued_and_refuses_what_comes_later(database: Database, database_url: str) -> None:
    async def main() -> None:
        async with held_up(database):
            writes = [asyncio.create_task(database.write(insert_account(f"l{n}"))) for n in range(50)]
            await asyncio.sleep(0)
            closing = asyncio.create_task(asyncio.to_thread(database.close))
            await asyncio.sleep(0.05)
            with pytest.raises(StorageDown):
                await database.write(insert_account("late"))
            assert not database.healthy()
            assert not closing.done()
        await closing
        assert await asyncio.gather(*writes) == [f"l{n}" for n in range(50)]

    asyncio.run(main())
    assert len(stored(database_url)) == 50
    database.close()  # a second time does no harm
    with pytest.raises(StorageDown), database.read():
        pass


def test_it_starts_again_after_close(database: Database, database_url: str) -> None:
    database.close()
    database.start()
    assert database.healthy()
    database.write_now(insert_account("ada"))
    assert stored(database_url) == {"ada"}
    with pytest.raises(RuntimeError):
        database.start()


def test_a_failing_commit_is_never_acknowledged(database: Database, database_url: str) -> None:
    def fail(_connection: Connection) -> None:
        raise OSError("the disk is gone")

    async def main() -> None:
        async with held_up(database):
            writes = [asyncio.create_task(database.write(insert_account(f"l{n}"))) for n in range(3)]
            event.listen(database._backend.write_engine, "commit", fail)
        outcomes = await asyncio.gather(*writes, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [StorageDown] * 3
        assert len({id(outcome) for outcome in outcomes}) == 3

    async def main_with_failing_gate() -> None:
        with pytest.raises(StorageDown):  # the job that held the writer up fails too
            await main()

    with commits_counted(database) as commits:
        asyncio.run(main_with_failing_gate())
    assert stored(database_url) == set()
    assert not database.healthy()
    assert len(commits) <= 3  # not rerun one by one: its fate is unknown
    event.remove(database._backend.write_engine, "commit", fail)
    assert eventually(database.healthy)
    assert database.write_now(insert_account("ada")) == "ada"


def test_a_constraint_checked_at_commit_fails_its_own_job(database: Database, database_url: str) -> None:
    database.write_now(
        lambda connection: connection.execute(
            text(
                "CREATE TABLE promises (id VARCHAR PRIMARY KEY,"
                " owner VARCHAR REFERENCES accounts (id) DEFERRABLE INITIALLY DEFERRED)"
            )
        ).close()
    )

    def broken(connection: Connection) -> None:
        connection.execute(text("INSERT INTO promises VALUES ('p', 'nobody')"))

    async def main() -> None:
        async with held_up(database):
            good = [asyncio.create_task(database.write(insert_account(f"l{n}"))) for n in range(3)]
            bad = asyncio.create_task(database.write(broken))
        assert len(await asyncio.gather(*good)) == 3
        with pytest.raises(IntegrityError):
            await bad

    asyncio.run(main())
    assert look(database_url, "SELECT count(*) FROM promises") == [(0,)]
    assert stored(database_url) == {"l0", "l1", "l2"}


def test_a_dead_writer_is_noticed(database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def die(_writer: Writer, _tickets: object) -> None:
        raise MemoryError

    async def main() -> None:
        assert database.healthy()
        assert await database.check()
        monkeypatch.setattr(Writer, "_store", die)
        with pytest.raises(StorageDown):
            await asyncio.wait_for(database.write(insert_account("ada")), 5)
        with pytest.raises(StorageDown):
            await database.write(insert_account("bob"))
        assert not await database.check()

    asyncio.run(main())
    with pytest.raises(StorageDown):
        database.write_now(insert_account("eve"))
    assert eventually(lambda: not database.healthy())
    assert "writer died" in caplog.text


def test_a_stuck_writer_is_noticed(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.persistence.writer.STUCK_SECONDS", 0.05)

    async def main() -> None:
        async with held_up(database):
            await asyncio.sleep(0.1)
            assert not database.healthy()
        assert database.healthy()

    asyncio.run(main())


def test_a_job_may_not_queue_another(database: Database) -> None:
    with pytest.raises(RuntimeError, match="must use the connection"):
        database.write_now(lambda _connection: database.write_now(lambda _inner: None))


def test_no_update_is_lost(database: Database, database_url: str) -> None:
    """400 jobs that read, think and write what they have read plus one, from two event loops and a thread."""
    database.write_now(
        lambda connection: connection.execute(text("INSERT INTO throttle (bucket, \"window\", count) VALUES ('n', 0, 0)")).close()
    )

    def increment(connection: Connection) -> int:
        count = connection.execute(text("SELECT count FROM throttle")).scalar_one()
        connection.execute(text("UPDATE throttle SET count = :count"), {"count": count + 1})
        return int(count) + 1

    seen: list[int] = []

    def from_a_loop() -> None:
        async def main() -> None:
            seen.extend(await asyncio.gather(*(database.write(increment) for _ in range(150))))

        asyncio.run(main())

    def from_a_thread() -> None:
        seen.extend(database.write_now(increment) for _ in range(100))

    threads = [threading.Thread(target=target) for target in (from_a_loop, from_a_loop, from_a_thread)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(1, 401))
    assert look(database_url, "SELECT count FROM throttle") == [(400,)]


def test_attempts_of_one_batch_see_each_other(database: Database) -> None:
    add_learners(database, "ada")

    async def main() -> None:
        async with held_up(database):
            writes = [
                asyncio.create_task(database.write(lambda connection: record_attempt(connection, attempt()))) for _ in range(5)
            ]
        rows = [row for row, _created in await asyncio.gather(*writes)]
        assert [row.first_try for row in rows] == [True] + [False] * 4
        assert [row.id for row in rows] == sorted({row.id for row in rows})

    asyncio.run(main())
