"""A believable class, so that a dashboard can be looked at before there is a real one.

Made-up learners work through the skills for some weeks. Their answers are worked out as a person would, right or by a
wrong rule, and then read, graded and stored by the very code that does so for real ones.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from heapq import merge
from itertools import islice
from random import Random

from sqlalchemy.engine import Connection

from app.persistence import recording
from app.persistence.accounts import create_account
from app.persistence.attempts import NewAttempt, record_solution_shown
from app.persistence.database import Database
from app.services.demo.learners import Learner, enrol
from app.services.demo.work import Event, work

_JOB = 500  # events to a transaction


def fill(database: Database, learners: int, attempts: int, seed: int, now: datetime, advance: Callable[[], None]) -> int:
    """Adds a class and its weeks of work before `now`, stored in the order of time.

    Args:
        attempts: about so many for each learner; the diligent have more, and a few never began.
        seed: the same one makes the same class, but for its account ids.
        advance: called `learners` times, as the work goes on.
    Returns:
        the number of attempts stored.
    """
    members = enrol(learners, attempts, now, Random(f"class {seed}"))
    database.write_now(partial(_register, members=members))
    total = sum(len(member.moments) for member in members)
    # Each learner's work is made as it is needed, so that a large class takes little memory.
    desks = (work(member, Random(f"learner {seed} {seat}")) for seat, member in enumerate(members))
    events = merge(*desks, key=lambda event: event.submitted_at)
    stored = advanced = 0
    while block := list(islice(events, _JOB)):
        database.write_now(partial(_store, events=block))
        stored += sum(isinstance(event, NewAttempt) for event in block)
        while advanced < learners * stored // total:
            advanced += 1
            advance()
    for _ in range(advanced, learners):
        advance()
    return stored


def _register(connection: Connection, members: Sequence[Learner]) -> None:
    for member in members:
        create_account(connection, account_id=member.id, role="learner", name=member.name, now=member.enrolled_at)


def _store(connection: Connection, events: Sequence[Event]) -> None:
    for event in events:
        if isinstance(event, NewAttempt):
            recording.gather(connection, event)
        else:
            record_solution_shown(connection, event.learner_id, event.question_id, event.submitted_at)
