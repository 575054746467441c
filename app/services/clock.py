"""What time does to assignments: a sitting ends and its drafts are graded, with no browser open; later its tries are published.

Several processes may run this at once, and a page may ask for it before it shows something: whatever is found is looked at again
inside the writing transaction, so each thing happens once.
"""

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial

from sqlalchemy.engine import Connection

from app.persistence import outbox, recording, sittings
from app.persistence.attempts import NewAttempt
from app.persistence.database import Database, StorageBusy, StorageDown
from app.persistence.sittings import Sitting, Try
from app.security.principals import Principal
from app.services import measures
from app.services.refusals import NotFound, NotNow
from app.services.sittings import GradedAnswer, grade_draft

logger = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
_AT_ONCE = 200  # sittings of one look; three hundred end together


async def keep_time(database: Database) -> None:
    """Goes on until it is cancelled. A database that is out of reach is tried again the next time."""
    while True:
        try:
            while await advance(database, datetime.now(UTC)) == _AT_ONCE:
                pass
        except (StorageBusy, StorageDown):
            pass  # said by the writer
        await asyncio.sleep(EVERY_SECONDS)


async def advance(database: Database, now: datetime, assignment_id: str | None = None, learner_id: str | None = None) -> int:
    """Writes down what time has done by `now`, of one assignment or learner if named; returns how many sittings that was."""
    due = await asyncio.to_thread(_due, database, now, assignment_id, learner_id)
    done = 0
    for sitting in due:
        try:
            if sitting.finished_at is None:
                await _finish(database, sitting, now, "clock")
            if sitting.sealed_until <= now:
                await database.write(partial(_publish, seen=sitting, now=now))
            done += 1
        except (StorageBusy, StorageDown):
            raise
        except Exception:  # one that cannot be graded must not hold up the others
            logger.exception("the sitting of %s at %s could not be ended", sitting.learner_id, sitting.assignment_id)
    return done


async def finish(database: Database, principal: Principal, assignment_id: str, now: datetime) -> None:
    """The learner hands everything in: what is saved is graded as when time is up. Raises NotFound, NotNow."""
    with database.read() as connection:
        sitting = sittings.find_sitting(connection, assignment_id, principal.account_id)
    if sitting is None:
        raise NotFound("There is no such assignment, or it has not been begun.")
    if sitting.finished_at is not None or now > sitting.ends_at:
        raise NotNow("This assignment is over for you already.")
    await _finish(database, sitting, now, "learner")


def _due(database: Database, now: datetime, assignment_id: str | None, learner_id: str | None) -> list[Sitting]:
    with database.read() as connection:
        return sittings.due_sittings(connection, now, _AT_ONCE, assignment_id, learner_id)


async def _finish(database: Database, sitting: Sitting, now: datetime, by: str) -> None:
    """Grades outside the transaction, which then holds only if no draft has changed since; else once more."""
    while True:
        drafts = await asyncio.to_thread(_drafts, database, sitting)
        graded = await asyncio.to_thread(_grade_all, drafts)
        if await database.write(partial(_end, seen=sitting, graded=graded, now=now, by=by)):
            measures.HANDED_IN.inc(sum(one is not None for _, one in graded))
            return


def _drafts(database: Database, sitting: Sitting) -> list[Try]:
    with database.read() as connection:
        found = sittings.tries_of(connection, sitting.assignment_id, sitting.learner_id)
    return [one for one in found if one.submitted_at is None and one.draft is not None]


def _grade_all(drafts: list[Try]) -> list[tuple[Try, GradedAnswer | None]]:
    return [(one, grade_draft(one.draft, one.question_id, one.learner_id, one.draft_at or datetime.now(UTC))) for one in drafts]


def _end(connection: Connection, seen: Sitting, graded: list[tuple[Try, GradedAnswer | None]], now: datetime, by: str) -> bool:
    """False when a draft is not what was graded."""
    sitting = sittings.find_sitting(connection, seen.assignment_id, seen.learner_id)
    if sitting is None or sitting.finished_at is not None or (by == "clock" and sitting.ends_at > now):
        return True  # somebody else was here, or there is more time now
    found = sittings.tries_of(connection, sitting.assignment_id, sitting.learner_id)
    drafts = {(one.item_id, one.number): one.draft_at for one in found if one.submitted_at is None and one.draft is not None}
    if drafts != {(one.item_id, one.number): one.draft_at for one, _ in graded}:
        return False
    for one, result in graded:
        if result is not None and one.draft_at is not None:
            sittings.submit_try(
                connection,
                one.item_id,
                one.learner_id,
                one.number,
                submitted_at=one.draft_at,
                by_clock=by == "clock",
                score=result.score,
                record=result.record,
            )
    finished_at = sitting.ends_at if by == "clock" else now
    sittings.change_sitting(connection, sitting.assignment_id, sitting.learner_id, finished_at=finished_at, finished_by=by)
    outbox.note_finished(connection, sitting.assignment_id, sitting.learner_id, now)
    return True


def _publish(connection: Connection, seen: Sitting, now: datetime) -> None:
    """The tries of a sitting that is no secret any more become attempts like any other, in their order."""
    sitting = sittings.find_sitting(connection, seen.assignment_id, seen.learner_id)
    if sitting is None or sitting.published or sitting.finished_at is None or sitting.sealed_until > now:
        return
    for one in sittings.tries_of(connection, sitting.assignment_id, sitting.learner_id):
        if one.submitted_at is None or one.attempt_id is not None:
            continue
        mistakes = tuple((symbol, code) for symbol, code in one.record["mistakes"])
        new = NewAttempt(**{**one.record, "mistakes": mistakes}, learner_id=one.learner_id, submitted_at=one.submitted_at)
        stored, _ = recording.record_attempt(connection, new)
        sittings.note_published(connection, one.item_id, one.learner_id, one.number, stored.id)
    sittings.change_sitting(connection, sitting.assignment_id, sitting.learner_id, published=True)
