"""What attempts have been counted into, so that no page adds up a history: each row is a sum that its attempts can rebuild.

All of it is by learner, so that any class is a set of rows, whoever joins or leaves it. How a column is brought up to date
stands in its `info`: added to, or the oldest or newest moment kept. `tally` writes these tables, `counters` rebuilds and checks
them, reports read them.
"""

from sqlalchemy import Column, Date, Float, ForeignKey, Integer, String, Table

from app.persistence.columns import UtcDateTime, metadata

ADD, OLDEST, NEWEST = "add", "oldest", "newest"


def _learner() -> Column[str]:
    return Column("learner_id", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, info={"rule": ADD})


item_counts = Table(
    "item_counts",
    metadata,
    _learner(),
    Column("skill", String, primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("format", String, primary_key=True),
    _count("attempts"),
    _count("first_tries"),
    Column("first_try_sum", Float, nullable=False, info={"rule": ADD}),  # of scores, 0 to 1 each
    _count("right_at_first"),
    Column("last_at", UtcDateTime, nullable=False, info={"rule": NEWEST}),
    Column("right_at", UtcDateTime, info={"rule": NEWEST}),  # the last that was wholly right
    sqlite_with_rowid=False,
)

day_counts = Table(
    "day_counts",
    metadata,
    _learner(),
    Column("day", Date, primary_key=True),  # in UTC
    _count("attempts"),
    _count("right_at_first"),
    sqlite_with_rowid=False,
)

# A week here is seven days from Monday in UTC. A course's own week begins some hours earlier or later; the first and the last
# moment tell on which side of that a week's attempts lie.
week_counts = Table(
    "week_counts",
    metadata,
    _learner(),
    Column("week", Date, primary_key=True),
    Column("skill", String, primary_key=True),
    _count("attempts"),
    Column("first_at", UtcDateTime, nullable=False, info={"rule": OLDEST}),
    Column("last_at", UtcDateTime, nullable=False, info={"rule": NEWEST}),
    sqlite_with_rowid=False,
)

mistake_counts = Table(
    "mistake_counts",
    metadata,
    _learner(),
    Column("skill", String, primary_key=True),
    Column("code", String, primary_key=True),
    _count("times"),  # one attempt can show a mistake in several parts
    Column("first_at", UtcDateTime, nullable=False, info={"rule": OLDEST}),
    Column("last_at", UtcDateTime, nullable=False, info={"rule": NEWEST}),
    sqlite_with_rowid=False,
)

item_mistake_counts = Table(
    "item_mistake_counts",
    metadata,
    _learner(),
    Column("skill", String, primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("format", String, primary_key=True),
    Column("code", String, primary_key=True),
    _count("first_tries"),  # that showed it, in whichever part
    sqlite_with_rowid=False,
)

mistake_weeks = Table(
    "mistake_weeks",
    metadata,
    _learner(),
    Column("week", Date, primary_key=True),
    Column("skill", String, primary_key=True),
    Column("code", String, primary_key=True),
    _count("times"),
    Column("first_at", UtcDateTime, nullable=False, info={"rule": OLDEST}),
    Column("last_at", UtcDateTime, nullable=False, info={"rule": NEWEST}),
    sqlite_with_rowid=False,
)

COUNTERS = (item_counts, day_counts, week_counts, mistake_counts, item_mistake_counts, mistake_weeks)
