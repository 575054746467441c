"""What the records say, added up by the database: each report is a fixed number of SELECTs for any class.

They count by an index that holds only what is counted, and return sums per learner and skill; nothing here
walks through the attempts one by one. What one learner's own pages need is in learner_reports.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.engine import Connection

from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, attempts, mistakes

BINS = 10


@dataclass(frozen=True)
class SkillScore:
    """Of one learner and skill: attempts, how many were first tries, and the mean score of those, 0 to 1."""

    attempts: int
    first_tries: int
    first_try_score: float | None


@dataclass(frozen=True)
class LearnerScore:
    """Of one learner: the same over all skills, when they last answered, and by skill."""

    learner_id: str
    name: str
    attempts: int
    first_tries: int
    first_try_score: float | None
    last_seen: datetime | None
    by_skill: dict[str, SkillScore]


@dataclass(frozen=True)
class SkillSummary:
    """Of one skill, over all learners: the share of first tries that were right, and (code, count) pairs."""

    skill: str
    attempts: int
    first_tries: int
    first_try_correct_share: float | None
    mistakes: list[tuple[str, int]]


FIRST_TRIES: ColumnElement[int] = func.count(case((attempts.c.first_try, 1)))
FIRST_TRY_SUM: ColumnElement[float] = func.coalesce(func.sum(case((attempts.c.first_try, attempts.c.score))), 0.0)
_is_learner = accounts.c.role == "learner"


def _learner_scores(reach: Reach) -> Select[Any]:
    totals = (
        select(
            attempts.c.learner_id,
            attempts.c.skill,
            func.count().label("attempts"),
            FIRST_TRIES.label("first_tries"),
            FIRST_TRY_SUM.label("first_try_sum"),
            func.max(attempts.c.submitted_at).label("last_seen"),
        )
        .where(within(reach, attempts.c.learner_id))  # here too, so that the cost follows the class
        .group_by(attempts.c.learner_id, attempts.c.skill)
        .subquery("totals")
    )
    return (
        select(accounts.c.id, accounts.c.name, *(totals.c[name] for name in totals.c.keys()[1:]))
        .select_from(accounts.outerjoin(totals, totals.c.learner_id == accounts.c.id))
        .where(_is_learner, within(reach, accounts.c.id))
    )


def _skills(reach: Reach) -> Select[Any]:
    return (
        select(
            attempts.c.skill,
            func.count().label("attempts"),
            FIRST_TRIES.label("first_tries"),
            func.count(case((and_(attempts.c.first_try, attempts.c.correct), 1))).label("right"),
        )
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(_is_learner, within(reach, attempts.c.learner_id))
        .group_by(attempts.c.skill)
    )


def _mistakes(reach: Reach) -> Select[Any]:
    return (
        select(mistakes.c.skill, mistakes.c.code, func.count().label("times"))
        .join_from(mistakes, accounts, accounts.c.id == mistakes.c.learner_id)
        .where(_is_learner, within(reach, mistakes.c.learner_id))
        .group_by(mistakes.c.skill, mistakes.c.code)
    )


def _means(reach: Reach) -> Select[Any]:
    return (
        select(func.avg(attempts.c.score))
        .join_from(attempts, accounts, accounts.c.id == attempts.c.learner_id)
        .where(_is_learner, attempts.c.first_try, within(reach, attempts.c.learner_id))
        .group_by(attempts.c.learner_id)
    )


def learner_scores(connection: Connection, reach: Reach) -> list[LearnerScore]:
    """Every learner in reach, also those without attempts, by name. One SELECT."""
    by_learner: dict[str, list[Any]] = {}
    for row in connection.execute(_learner_scores(reach)):
        by_learner.setdefault(row.id, []).append(row)
    scores = [_learner_score(rows) for rows in by_learner.values()]
    # Sorted here, since the databases disagree about the order of letters.
    return sorted(scores, key=lambda score: (score.name.casefold(), score.learner_id))


def _learner_score(rows: list[Any]) -> LearnerScore:
    skills = sorted((row for row in rows if row.skill is not None), key=lambda row: str(row.skill))
    first_tries = sum(row.first_tries for row in skills)
    return LearnerScore(
        learner_id=rows[0].id,
        name=rows[0].name,
        attempts=sum(row.attempts for row in skills),
        first_tries=first_tries,
        first_try_score=mean(sum(row.first_try_sum for row in skills), first_tries),
        last_seen=max((row.last_seen for row in skills), default=None),
        by_skill={
            row.skill: SkillScore(row.attempts, row.first_tries, mean(row.first_try_sum, row.first_tries)) for row in skills
        },
    )


def skill_summary(connection: Connection, reach: Reach) -> list[SkillSummary]:
    """Every skill that a learner in reach has tried, by its id; commonest misconceptions first. Two SELECTs."""
    codes: dict[str, list[tuple[str, int]]] = {}
    for row in connection.execute(_mistakes(reach)):
        codes.setdefault(row.skill, []).append((row.code, row.times))
    return [
        SkillSummary(
            skill=row.skill,
            attempts=row.attempts,
            first_tries=row.first_tries,
            first_try_correct_share=mean(row.right, row.first_tries),
            mistakes=sorted(codes.get(row.skill, []), key=lambda counted: (-counted[1], counted[0])),
        )
        for row in sorted(connection.execute(_skills(reach)), key=lambda row: str(row.skill))
    ]


def score_distribution(connection: Connection, reach: Reach) -> list[int]:
    """How many learners in reach have a mean first-try score in [0, 0.1), [0.1, 0.2), … [0.9, 1]. One SELECT.

    Learners without a first try are in no bin.
    """
    return bin_scores(connection.execute(_means(reach)).scalars())


def bin_scores(means: Iterable[float]) -> list[int]:
    """Counts of scores from 0 to 1 in BINS equal bins, the last one closed."""
    counts = [0] * BINS
    for mean in means:
        # A mean of exactly 0.7 may arrive as 0.6999…: it belongs to the bin that begins there.
        counts[min(int(mean * BINS + 1e-9), BINS - 1)] += 1
    return counts


def mean(total: float, count: int) -> float | None:
    """None where nothing was counted."""
    return total / count if count else None
