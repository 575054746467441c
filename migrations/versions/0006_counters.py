"""Counters of attempts, so that no page adds up a history. What there is already is counted here, learner by learner."""

import sys
from collections.abc import Sequence

import click
import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT_ONCE = 20  # learners to a statement


def upgrade() -> None:
    _count(
        "item_counts",
        [("skill", sa.String()), ("level", sa.Integer()), ("format", sa.String())],
        _integer("attempts"),
        _integer("first_tries"),
        sa.Column("first_try_sum", sa.Float(), nullable=False),
        _integer("right_at_first"),
        _moment("last_at"),
        sa.Column("right_at", sa.DateTime(timezone=True), nullable=True),
    )
    _count("day_counts", [("day", sa.Date())], _integer("attempts"), _integer("right_at_first"))
    _count(
        "week_counts",
        [("week", sa.Date()), ("skill", sa.String())],
        _integer("attempts"),
        _moment("first_at"),
        _moment("last_at"),
    )
    _count("mistake_counts", [("skill", sa.String()), ("code", sa.String())], _integer("times"))
    _count(
        "item_mistake_counts",
        [("skill", sa.String()), ("level", sa.Integer()), ("format", sa.String()), ("code", sa.String())],
        _integer("first_tries"),
    )
    _count(
        "mistake_weeks",
        [("week", sa.Date()), ("skill", sa.String()), ("code", sa.String())],
        _integer("times"),
        _moment("first_at"),
        _moment("last_at"),
    )
    _fill()


def downgrade() -> None:
    for table in COUNTED:
        op.drop_table(table)


def _count(name: str, key: Sequence[tuple[str, sa.types.TypeEngine[object]]], *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("learner_id", sa.String(), nullable=False),
        *(sa.Column(column, kind, nullable=False) for column, kind in key),
        *columns,
        sa.ForeignKeyConstraint(["learner_id"], ["accounts.id"], name=op.f(f"fk_{name}_learner_id_accounts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("learner_id", *(column for column, _ in key), name=op.f(f"pk_{name}")),
        sqlite_with_rowid=False,
    )


def _integer(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


# Table -> what is counted, where from, by what beside the learner; {day} and {week} are those in UTC of a row's submitted_at.
COUNTED = {
    "item_counts": (
        "skill, level, format, count(*), count(CASE WHEN first_try THEN 1 END), "
        "sum(CASE WHEN first_try THEN score ELSE 0.0 END), "
        "count(CASE WHEN first_try AND correct THEN 1 END), max(submitted_at), max(CASE WHEN correct THEN submitted_at END)",
        "attempts",
        "skill, level, format",
    ),
    "day_counts": ("{day}, count(*), count(CASE WHEN first_try AND correct THEN 1 END)", "attempts", "{day}"),
    "week_counts": ("{week}, skill, count(*), min(submitted_at), max(submitted_at)", "attempts", "{week}, skill"),
    "mistake_counts": ("skill, code, count(*)", "mistakes", "skill, code"),
    "item_mistake_counts": (
        "skill, level, format, code, count(*)",
        "(SELECT DISTINCT m.learner_id, m.skill, a.level, a.format, m.code, m.attempt_id FROM mistakes m "
        "JOIN attempts a ON a.id = m.attempt_id WHERE m.first_try AND m.learner_id IN :learners) AS shown",
        "skill, level, format, code",
    ),
    "mistake_weeks": ("{week}, skill, code, count(*), min(submitted_at), max(submitted_at)", "mistakes", "{week}, skill, code"),
}
DAY = {"sqlite": "date(submitted_at)", "postgresql": "CAST(submitted_at AT TIME ZONE 'UTC' AS date)"}
WEEK = {
    "sqlite": "date(date(submitted_at), '-6 days', 'weekday 1')",  # a moment would be rounded to milliseconds
    "postgresql": "CAST(date_trunc('week', submitted_at AT TIME ZONE 'UTC') AS date)",
}


def _fill() -> None:
    connection = op.get_bind()
    spelt = {"day": DAY[connection.dialect.name], "week": WEEK[connection.dialect.name]}
    learners = list(connection.execute(sa.text("SELECT DISTINCT learner_id FROM attempts")).scalars())
    blocks = [learners[k : k + AT_ONCE] for k in range(0, len(learners), AT_ONCE)]
    # Where nothing has been answered yet, there is nothing to tell.
    with click.progressbar(blocks, label="Counting attempts", file=sys.stderr, hidden=not blocks) as steps:
        for block in steps:
            for table, (counted, source, by) in COUNTED.items():
                words = f"INSERT INTO {table} SELECT learner_id, {counted} FROM {source} WHERE learner_id IN :learners "
                words += f"GROUP BY learner_id, {by}"
                statement = sa.text(words.format(**spelt)).bindparams(sa.bindparam("learners", expanding=True))
                connection.execute(statement, {"learners": block})
