"""When a learner may do what at an assignment: pure, so that the rules can be read and tested in one place.

Times are kept in UTC. They are typed and shown in the course's time zone, where an hour may come twice a year, or not at all.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.persistence.assignments import Assignment, Extension, Moment
from app.services.refusals import Unusable


@dataclass(frozen=True)
class Window:
    """Of one learner. due_at: what they are told; ends_at: until when anything is taken, the grace period included.

    closes_at: whatever the time limit. sealed_until: then its questions and solutions are no secret any more.
    """

    opens_at: datetime
    closes_at: datetime
    due_at: datetime
    ends_at: datetime
    sealed_until: datetime


def window(assignment: Assignment, extension: Extension | None, begun_at: datetime | None) -> Window:
    """The times of a learner who began at `begun_at`, or has not yet. An extension never takes time away."""
    closes_at = assignment.closes_at
    extra = timedelta(0)
    if extension is not None:
        closes_at = max(closes_at, extension.closes_at or closes_at)
        extra = timedelta(minutes=extension.extra_minutes)
    due_at = closes_at
    if begun_at is not None and assignment.time_limit is not None:
        due_at = min(closes_at, begun_at + timedelta(minutes=assignment.time_limit) + extra)
    grace = timedelta(minutes=assignment.grace)
    return Window(assignment.opens_at, closes_at, due_at, due_at + grace, closes_at + grace)


def is_shown(moment: Moment, *, done: bool, unsealed: bool) -> bool:
    """Whether what is shown at this moment is shown now. done: there is no further try."""
    return moment == "at-once" or unsealed or (moment == "after-last-try" and done)


def read_local(typed: str, time_zone: str, field: str, *, closing: bool) -> datetime:
    """A moment typed as 2026-03-29T14:30 in a time zone, in UTC.

    Where the clock is put back an hour comes twice: something opens in the first of the two and closes in the second, so that
    nobody loses time by it.

    Raises:
        Unusable: no such moment, naming `field`; an hour that is left out where the clock is put forward is none.
    """
    try:
        local = datetime.fromisoformat(typed.strip())
    except ValueError:
        raise Unusable(f"/{field}", "Type a date and a time, such as 2026-03-29 14:30.") from None
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    moment = local.replace(tzinfo=ZoneInfo(time_zone), fold=int(closing)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None) != local:
        detail = f"There is no such time in {time_zone.replace('_', ' ')}: the clock is put forward over it on that day."
        raise Unusable(f"/{field}", detail)
    return moment


def show_local(moment: datetime, time_zone: str) -> str:
    """The moment for people, with its offset where the hour alone would be ambiguous: 29 Mar 2026, 14:30 BST."""
    local = moment.astimezone(ZoneInfo(time_zone))
    name = local.tzname() or ""
    zone = name if name.isalpha() else "UTC" + local.isoformat()[-6:]
    return f"{local.day} {local:%b %Y, %H:%M} {zone}"


def local_input(moment: datetime, time_zone: str) -> str:
    """The moment as a datetime-local field holds it."""
    return moment.astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%dT%H:%M")
