"""The one writer: many requests to a transaction, each answered only after its COMMIT has returned.

A sync to disk costs milliseconds and serves one row as well as two hundred. So whatever has queued up during one COMMIT, or
while the event loop had its hands full, goes into the next transaction together. The rules that make this safe:

- a caller hears of success only after COMMIT; one that failed is never reported as done and never rerun;
- a batch in which a job fails is rolled back and rerun one by one, so a bad job harms only its own caller;
- the queue is bounded: past it the caller hears StorageBusy at once instead of waiting in an endless line;
- a caller that goes away cancels nothing: its job is written all the same;
- while the database is out of reach jobs fail with StorageDown, and each second the writer tries it again.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from concurrent.futures import Future

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.persistence import measures
from app.persistence.backend import Backend
from app.persistence.errors import Refused, StorageBusy, StorageDown
from app.persistence.tickets import Job, Outcome, Ticket, deliver, fail, prepare

logger = logging.getLogger(__name__)

PROBE_SECONDS = 1.0  # how often a writer without a database looks whether it is back
QUIET_SECONDS = 0.0004  # an event loop that comes round sooner has nothing else to do: no request takes less
PATIENCE_SECONDS = 0.02  # how long what an event loop asked waits for that
START_SECONDS = 10.0  # how long start() waits to learn whether the database can be written
CROWD = 8  # so many writes of one transaction are likely to be followed by as many
COMPANY_SECONDS = 0.006  # how long the first of them wait for the others
STUCK_SECONDS = 20.0  # a transaction that takes longer makes the writer unhealthy


class Writer:
    """A thread that does all writing to one backend. `start` it after any fork; `close` drains the queue.

    settle: runs after the jobs of each transaction, before its COMMIT: what they have left to be written together.
    """

    def __init__(self, backend: Backend, *, queue_limit: int, batch_limit: int, settle: Job) -> None:
        self._backend = backend
        self._settle = settle
        self._queue_limit = queue_limit
        self._batch_limit = batch_limit
        self._queue: deque[Ticket] = deque()
        self._wake = threading.Condition()
        self._to_rouse: asyncio.AbstractEventLoop | None = None  # the one that will, when it has come round
        self._roused = False  # what is queued is to be taken now
        self._company = 0  # how many shared the last transaction
        self._closing = False
        self._down = False
        self._purge_owed = False
        self._busy_since: float | None = None
        self._in_hand: list[Ticket] = []
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=True)
        self.last_commit: float | None = None  # time.monotonic() of the last COMMIT that returned

    def start(self) -> None:
        """Starts the thread and waits until it has tried to write, so that `healthy` is true to life."""
        self._thread.start()
        self._started.wait(START_SECONDS)

    def submit(self, ticket: Ticket) -> None:
        """Queues a job. Raises StorageBusy when the queue is full, StorageDown when nobody will take it."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("a job must use the connection it was given, not queue another job")
        with self._wake:
            if self._closing:
                raise StorageDown("the writer has stopped")
            if len(self._queue) >= self._queue_limit:
                raise StorageBusy(f"{self._queue_limit} writes are waiting already")
            self._queue.append(ticket)
            is_due, self._to_rouse = self._to_rouse is ticket.loop, ticket.loop
        if ticket.loop is None:
            self._rouse()
        elif not is_due:
            now = time.monotonic()
            ticket.loop.call_soon(self._rouse_when_quiet, ticket.loop, now, now + PATIENCE_SECONDS)

    def _rouse_when_quiet(self, loop: asyncio.AbstractEventLoop, before: float, latest: float) -> None:
        """Lets the loop come round until it has nothing else to do: the writer would only fight it for Python's lock, and all who
        ask meanwhile share a transaction.
        """
        now = time.monotonic()
        if now - before > QUIET_SECONDS and now < latest:
            loop.call_soon(self._rouse_when_quiet, loop, now, latest)
        else:
            self._rouse()

    def _rouse(self) -> None:
        with self._wake:
            self._to_rouse = None
            self._roused = bool(self._queue)
            self._wake.notify()

    def close(self, timeout: float) -> bool:
        """Takes no more jobs, finishes those queued; true if that was done within `timeout` seconds."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def alive(self) -> bool:
        """Whether the thread runs; a dead one never comes back."""
        return self._thread.is_alive()

    @property
    def waiting(self) -> int:
        """How many jobs are queued."""
        return len(self._queue)

    @property
    def healthy(self) -> bool:
        """Whether a job queued now can be expected to be written."""
        busy_since = self._busy_since
        stuck = busy_since is not None and time.monotonic() - busy_since > STUCK_SECONDS
        return self._thread.is_alive() and not (self._closing or self._down or stuck)

    def _run(self) -> None:
        try:
            self._store([self._probe()])
            self._started.set()
            while (tickets := self._take()) is not None:
                self._in_hand = tickets
                self._store(tickets or [self._probe()])
                self._in_hand = []
        except BaseException:
            logger.exception("the storage writer died; nothing can be stored until a restart")
        finally:
            with self._wake:
                self._closing = True
                left = [*self._in_hand, *self._queue]
                self._queue.clear()
            self._started.set()
            fail(left, StorageDown("the writer has stopped"))

    def _take(self) -> list[Ticket] | None:
        """What is queued, up to the limit; empty when it is time to try the database; None at the end."""
        with self._wake:
            while not (self._queue and self._roused) and not self._closing:
                if not self._wake.wait(PROBE_SECONDS if self._down else None):
                    return []
            if not self._queue:
                return None
            self._wait_for_company()
            tickets = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_limit))]
            self._roused = bool(self._queue)
            self._company = len(tickets)
            return tickets

    def _wait_for_company(self) -> None:
        """Where a crowd shared the last transaction, half of it must not set out alone: the halves would take turns for ever, and
        get in each other's way. PostgreSQL's `commit_delay` is there for the same.
        """
        end = time.monotonic() + COMPANY_SECONDS
        while CROWD <= self._company > len(self._queue) and not self._closing and (left := end - time.monotonic()) > 0:
            self._wake.wait(left)

    def _probe(self) -> Ticket:
        return Ticket(self._backend.prove_writable, Future())

    def _store(self, tickets: list[Ticket]) -> bool:
        """Writes the jobs of all tickets and delivers each outcome; false when the database was to blame."""
        self._busy_since = time.monotonic()
        try:
            outcomes = self._transact(tickets)
        except StorageDown as down:
            self._note_outage(down)
            fail(tickets, down)
            return False
        except BaseException as error:
            if len(tickets) > 1:
                return self._store_singly(tickets)
            outcomes = [Outcome(error=error)]
        finally:
            self._busy_since = None
        deliver(list(zip(tickets, outcomes, strict=True)))
        return True

    def _store_singly(self, tickets: list[Ticket]) -> bool:
        for position, ticket in enumerate(tickets):
            if not self._store([ticket]):  # waiting for a lost database once is enough
                fail(tickets[position + 1 :], StorageDown("the database went away"))
                return False
        return True

    def _transact(self, tickets: list[Ticket]) -> list[Outcome]:
        """Runs the jobs in one transaction and commits it.

        Raises StorageDown when the database is to blame or the fate of the COMMIT is unknown, otherwise
        what a job raised; in both cases nothing was acknowledged.
        """
        with self._backend.exclusive():
            connection = self._begin()
            try:
                outcomes = [self._attempt(ticket.job, connection) for ticket in tickets]
                self._settle(connection)
                prepare(list(zip(tickets, outcomes, strict=True)))
                self._commit(connection)
            except IntegrityError:  # also from COMMIT, for a deferred constraint: surely not kept, and a job's fault
                raise
            except BaseException as error:
                # After any other failure of COMMIT nobody knows what was kept, so it must not be rerun.
                if connection.invalidated or self._backend.is_outage(error, writing=True):
                    connection.invalidate()  # rolls back by closing; the next one is new
                    raise StorageDown("the database cannot be written") from error
                raise
            finally:
                connection.close()  # rolls back what was not committed
            if self._purge_owed or any(ticket.erases for ticket in tickets):
                self._purge_owed = not self._backend.purge()
                if self._purge_owed:
                    logger.warning("what was erased still stands in the database's log; tried again at the next write")
        self.last_commit = time.monotonic()
        measures.BATCH_SIZE.observe(len(tickets))
        measures.QUEUE_DEPTH.set(len(self._queue))
        if self._down:
            logger.warning("the database can be written again")
            self._down = False
        return outcomes

    def _begin(self) -> Connection:
        for last_chance in (False, True):
            connection: Connection | None = None
            try:
                connection = self._backend.write_engine.connect()
                self._backend.begin_write(connection)
                return connection
            except Exception as error:
                if connection is not None:
                    connection.invalidate()
                    connection.close()
                stale = isinstance(error, DBAPIError) and error.connection_invalidated
                if last_chance or not stale:  # a connection that broke while idle is replaced once, unnoticed
                    raise StorageDown("the database cannot be reached") from error
        raise AssertionError("unreachable")

    def _attempt(self, job: Job, connection: Connection) -> Outcome:
        try:
            outcome = Outcome(value=job(connection))
        except Refused as refusal:
            outcome = Outcome(error=refusal)
        if not self._backend.in_good_order(connection):
            raise RuntimeError("the job hid a database error, or ended the transaction")
        return outcome

    def _commit(self, connection: Connection) -> None:
        began = time.perf_counter()
        try:
            connection.commit()
        except BaseException:
            connection.invalidate()  # SQLite leaves the transaction open, and SQLAlchemy thinks it is over
            raise
        measures.COMMIT_SECONDS.observe(time.perf_counter() - began)

    def _note_outage(self, down: StorageDown) -> None:
        if not self._down:
            logger.error("%s: %s", down, down.__cause__)
            measures.OUTAGES.inc()
            self._down = True
