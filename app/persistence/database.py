"""The database as the other rooms see it: read here, write there, healthy or not.

Work is handed over as functions of a connection, so that nobody outside decides when a transaction begins
or ends.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar, overload

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from app.persistence import outbox, recording, tally
from app.persistence.backend import Backend, Dialect, backend_for
from app.persistence.errors import Refused as Refused
from app.persistence.errors import StorageBusy as StorageBusy
from app.persistence.errors import StorageDown as StorageDown
from app.persistence.prepared import Prepared, Row
from app.persistence.tickets import Ticket
from app.persistence.writer import Writer

logger = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

READERS = 20  # as many as there are connections to read by
CHECK_SECONDS = 3.0  # how long a health check waits for its COMMIT
FRESH_SECONDS = 1.0  # a COMMIT this young is proof enough


class Database:
    """One database, written by one thread and read by a pool of connections.

    `url` is an SQLite file (`sqlite:///data/quiz.db`) or a PostgreSQL database (`postgresql://…`,
    `postgres://…`). At most `queue_limit` writes wait; at most `batch_limit` share a transaction. Call
    `start` after any fork (in the application's lifespan) and `close` at the end. Raises ValueError for a
    URL that means no usable database.
    """

    def __init__(self, url: str, *, queue_limit: int = 1024, batch_limit: int = 256) -> None:
        self._backend: Backend = backend_for(url)  # connects to nothing yet
        recording.settle_before_all_else(self._backend.write_engine)
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._writer: Writer | None = None
        self._reading = 0
        self._reads = threading.Condition()
        self._kept: Connection | None = None
        self._keeping = threading.Lock()
        self._aside = ThreadPoolExecutor(READERS, "storage-reader")  # asyncio's own would have a handful on a small machine
        self.dialect: Dialect = self._backend.name

    def start(self) -> None:
        """Starts the writer and has it try to write; an unreachable database shows in `healthy`."""
        if self._writer is not None:
            raise RuntimeError("the database has been started already")
        self._writer = Writer(self._backend, queue_limit=self._queue_limit, batch_limit=self._batch_limit, settle=_settle)
        self._writer.start()

    def close(self, timeout: float = 30.0) -> None:
        """Finishes the writes that are queued and the reads under way, and closes all connections; later ones raise
        StorageDown.
        """
        writer, self._writer = self._writer, None
        if writer is None:
            return
        finished = writer.close(timeout)
        with self._reads:  # a connection given back after its pool was closed would stay open for ever
            self._reads.wait_for(lambda: self._reading == 0, timeout)
        self._let_go()
        if finished:
            self._backend.close()
        else:  # closing the connections under its hands would only add an error
            logger.error("the writer did not finish within %g s", timeout)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that cannot write, in a transaction that sees one state of the data. Keep it short.

        Raises StorageBusy when too many are reading, StorageDown when the database is out of reach.
        """
        with self._under_way(), self._backend.read_engine.connect() as connection:
            yield connection

    def look_up(self, statement: Prepared, **values: object) -> list[Row]:
        """The rows of a statement that reads, run outside any transaction and by the driver alone: a tenth of the time of `read`,
        for what every request asks. Raises as `read` does.
        """
        if self.dialect == "postgresql":  # several at once: each waits for the network
            with self._under_way(), self._backend.read_engine.connect() as connection:
                return statement.all(connection, values)
        with self._under_way(), self._keeping:  # to take one from the pool and give it back takes longer than SQLite to answer
            if self._kept is None:
                self._kept = self._backend.read_engine.connect()
            try:
                return statement.all(self._kept, values)
            except BaseException:
                self._let_go()
                raise

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.invalidate()
            kept.close()

    async def beside(self, read: Callable[[], T]) -> T:
        """Runs what reads a little, and returns its result. A local file answers sooner than a thread would begin; waiting for a
        server on the network must not hold up the loop.
        """
        return read() if self.dialect == "sqlite" else await asyncio.get_running_loop().run_in_executor(self._aside, read)

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        with self._reads:
            self._started_writer()
            self._reading += 1
        try:
            yield
        except PoolExhausted as error:
            raise StorageBusy("too many are reading") from error
        except DBAPIError as error:
            if self._backend.is_outage(error, writing=False):
                raise StorageDown("the database cannot be read") from error
            raise
        finally:
            with self._reads:
                self._reading -= 1
                self._reads.notify_all()

    @overload
    async def write(self, job: Callable[[Connection], T], *, erases: bool = False) -> T: ...
    @overload
    async def write(self, job: Callable[[Connection], T], *, prepare: Callable[[T], R]) -> R: ...
    async def write(
        self, job: Callable[[Connection], Any], *, erases: bool = False, prepare: Callable[[Any], Any] | None = None
    ) -> Any:
        """Runs `job` in the writer and returns its result after COMMIT; of one that erases, after what it deleted is gone from
        the database's files too. With `prepare`, returns what that makes of the result, while the disk is still at work: nobody
        may hear of it before this returns.

        The job must depend on nothing but the connection and its own values: it may be rolled back and run
        again. What it raises comes back here; a considered refusal should be a `Refused`. Cancelling the
        wait does not cancel the write. Raises StorageBusy (queue full) or StorageDown besides.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._started_writer().submit(Ticket(job, future, loop, erases, prepare))
        return await future

    def write_now(self, job: Callable[[Connection], T]) -> T:
        """The same as `write` for code without an event loop: blocks until COMMIT has returned."""
        future: Future[T] = Future()
        self._started_writer().submit(Ticket(job, future))
        return future.result()

    def healthy(self) -> bool:
        """Whether writes can be expected to succeed, by the last that is known; costs nothing."""
        return self._writer is not None and self._writer.healthy

    def alive(self) -> bool:
        """Whether the writer lives, be the database in reach or not."""
        return self._writer is not None and self._writer.alive

    def waiting(self) -> int:
        """How many writes wait."""
        return 0 if self._writer is None else self._writer.waiting

    async def check(self) -> bool:
        """Whether a write succeeds now, proved by a COMMIT of its own unless one has just returned.

        `healthy` cannot know that the disk has filled up since the last write; this finds out.
        """
        writer = self._writer
        if writer is None or not writer.healthy:
            return False
        if writer.last_commit is not None and time.monotonic() - writer.last_commit < FRESH_SECONDS:
            return True
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                await self.write(self._backend.prove_writable)
        except (StorageBusy, StorageDown, TimeoutError):
            return False
        return True

    def _started_writer(self) -> Writer:
        if self._writer is None:
            raise StorageDown("the database is not started")
        return self._writer


def _settle(connection: Connection) -> None:
    """What the jobs of a transaction have left to be written together."""
    recording.settle(connection)
    tally.settle(connection)
    outbox.settle(connection)
