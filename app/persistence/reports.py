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
    """Of one learner and skill: attempts, how many were first tries, the mean score of those, 0 to 1, and how many were right."""

    attempts: int
    first_tries: int
    first_try_score: float | None
    right_at_first: int


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
RIGHT_AT_FIRST: ColumnElement[int] = func.count(case((and_(attempts.c.first_try, attempts.c.correct), 1)))
_is_learner = accounts.c.role == "learner"


def _learner_scores(reach: Reach) -> Select[Any]:
    totals = (
        select(
            attempts.c.learner_id,
            attempts.c.skill,
            func.count().label("attempts"),
            FIRST_TRIES.label("first_tries"),
            FIRST_TRY_SUM.label("first_try_sum"),
            RIGHT_AT_FIRST.label("right"),
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


def _mistakes(reach: Reach) -> Select[Any]:
    return (
        select(mistakes.c.skill, mistakes.c.code, func.count().label("times"))
        .join_from(mistakes, accounts, accounts.c.id == mistakes.c.learner_id)
        .where(_is_learner, within(reach, mistakes.c.learner_id))
        .group_by(mistakes.c.skill, mistakes.c.code)
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
            row.skill: SkillScore(row.attempts, row.first_tries, mean(row.first_try_sum, row.first_tries), row.right)
            for row in skills
        },
    )


def skill_summary(connection: Connection, reach: Reach, scores: list[LearnerScore]) -> list[SkillSummary]:
    """Every skill that a learner in reach has tried, by its id; commonest misconceptions first. One SELECT.

    scores: the learners in reach, so that their attempts are not added up twice.
    """
    codes: dict[str, list[tuple[str, int]]] = {}
    for row in connection.execute(_mistakes(reach)):
        codes.setdefault(row.skill, []).append((row.code, row.times))
    summaries = []
    for skill in sorted({skill for score in scores for skill in score.by_skill}):
        parts = [score.by_skill[skill] for score in scores if skill in score.by_skill]
        first_tries = sum(part.first_tries for part in parts)
        summaries.append(
            SkillSummary(
                skill=skill,
                attempts=sum(part.attempts for part in parts),
                first_tries=first_tries,
                first_try_correct_share=mean(sum(part.right_at_first for part in parts), first_tries),
                mistakes=sorted(codes.get(skill, []), key=lambda counted: (-counted[1], counted[0])),
            )
        )
    return summaries


def score_distribution(scores: list[LearnerScore]) -> list[int]:
    """How many learners have a mean first-try score in [0, 0.1), [0.1, 0.2), … [0.9, 1]; who has no first try is in none."""
    return bin_scores(score.first_try_score for score in scores if score.first_try_score is not None)


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
