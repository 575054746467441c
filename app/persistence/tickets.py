"""A job for the writer, and how its outcome comes back to whoever waits for it: on an event loop, or in a thread."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from app.persistence.errors import StorageDown

logger = logging.getLogger(__name__)

Job = Callable[[Connection], Any]


@dataclass(slots=True)
class Ticket:
    """A job and where its outcome goes: a future of the event loop `loop`, or of a thread without one.

    erases: nothing of what the job deletes may be left in any file when its caller hears of success.
    prepare: makes of what the job returned what its caller gets, on the loop.
    """

    job: Job
    future: "asyncio.Future[Any] | Future[Any]"
    loop: asyncio.AbstractEventLoop | None = None
    erases: bool = False
    prepare: Callable[[Any], Any] | None = None


@dataclass(slots=True)
class Outcome:
    """What a job returned, or the exception for its caller."""

    value: Any = None
    error: BaseException | None = None


Outcomes = list[tuple[Ticket, Outcome]]


def prepare(outcomes: Outcomes) -> None:
    """Has what the callers will get made ready on their loops, while this thread waits for the disk."""
    _on_each_loop(_prepare, [(ticket, outcome) for ticket, outcome in outcomes if ticket.prepare is not None])


def _prepare(outcomes: Outcomes) -> None:
    for ticket, outcome in outcomes:
        if outcome.error is None and ticket.prepare is not None and not ticket.future.done():
            try:
                outcome.value = ticket.prepare(outcome.value)
            except Exception as error:
                outcome.error = error


def fail(tickets: list[Ticket], down: StorageDown) -> None:
    """Tells all of them that the database is out of reach."""
    outcomes = []
    for ticket in tickets:
        error = StorageDown(*down.args)  # one each: an exception gathers the traceback of whoever raises it
        error.__cause__ = down.__cause__
        outcomes.append((ticket, Outcome(error=error)))
    deliver(outcomes)


def deliver(outcomes: Outcomes) -> None:
    """Hands the outcomes to their callers."""
    _resolve([(ticket, outcome) for ticket, outcome in outcomes if ticket.loop is None])
    _on_each_loop(_resolve, outcomes)


def _on_each_loop(work: Callable[[Outcomes], None], outcomes: Outcomes) -> None:
    """Wakes each event loop once, however many it waits for; what it was asked first, it does first."""
    for_loops: dict[asyncio.AbstractEventLoop, Outcomes] = {}
    for ticket, outcome in outcomes:
        if ticket.loop is not None:
            for_loops.setdefault(ticket.loop, []).append((ticket, outcome))
    for loop, its_outcomes in for_loops.items():
        try:
            loop.call_soon_threadsafe(work, its_outcomes)
        except RuntimeError:  # the loop has closed: nobody is left to hear
            logger.warning("%d writes finished after their event loop had closed", len(its_outcomes))


def _resolve(outcomes: Outcomes) -> None:
    for ticket, outcome in outcomes:
        if ticket.future.done():  # the caller gave up waiting
            continue
        if outcome.error is None:
            ticket.future.set_result(outcome.value)
        elif isinstance(outcome.error, StopIteration):  # which asyncio's futures do not carry
            ticket.future.set_exception(RuntimeError("the job raised StopIteration"))
        else:
            ticket.future.set_exception(outcome.error)
