"""What the records say, added up by the database: each report is a fixed number of SELECTs for any class.

They add up counters, of which a learner has one for each item at most, however long their history is. What one learner's own
pages need is in learner_reports.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.engine import Connection

from app.persistence.reach import Reach, within
from app.persistence.tables import accounts, item_counts, mistake_counts

BINS = 10


class SkillScore(NamedTuple):
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
    """Of one skill, over all learners: attempts, first tries, and how many of those were right."""

    skill: str
    attempts: int
    first_tries: int
    right_at_first: int


# Of a learner's items in one skill.
SKILL_SUMS = tuple(
    func.sum(item_counts.c[name]).label(name) for name in ("attempts", "first_tries", "first_try_sum", "right_at_first")
)
_is_learner = accounts.c.role == "learner"


def _learner_scores(reach: Reach) -> Select[Any]:
    return (
        select(
            accounts.c.id, accounts.c.name, item_counts.c.skill, *SKILL_SUMS, func.max(item_counts.c.last_at).label("last_seen")
        )
        .select_from(accounts.outerjoin(item_counts, item_counts.c.learner_id == accounts.c.id))
        .where(_is_learner, within(reach, accounts.c.id))
        .group_by(accounts.c.id, item_counts.c.skill)
        .order_by(accounts.c.id, item_counts.c.skill)
    )


def _mistakes(reach: Reach) -> Select[Any]:
    return (
        select(mistake_counts.c.code, func.sum(mistake_counts.c.times))
        .join_from(mistake_counts, accounts, accounts.c.id == mistake_counts.c.learner_id)
        .where(_is_learner, within(reach, mistake_counts.c.learner_id))
        .group_by(mistake_counts.c.code)
    )


def learner_scores(connection: Connection, reach: Reach) -> list[LearnerScore]:
    """Every learner in reach, also those without attempts, by name. One SELECT."""
    rows = connection.execute(_learner_scores(reach)).all()  # a large class has thousands
    # Names are sorted here, since the databases disagree about the order of letters.
    learners = [_learner_score(list(of_one)) for _, of_one in groupby(rows, key=_id)]
    return sorted(learners, key=lambda score: (score.name.casefold(), score.learner_id))


_id = itemgetter(0)


def _learner_score(rows: list[Any]) -> LearnerScore:
    by_skill: dict[str, SkillScore] = {}
    attempts = first_tries = 0
    total = 0.0
    last_seen: datetime | None = None
    for _, _, skill, tries, firsts, score_sum, right, last_at in rows:
        if skill is None:  # without attempts there is one row, of nothing
            continue
        by_skill[skill] = SkillScore(tries, firsts, mean(score_sum, firsts), right)
        attempts, first_tries, total = attempts + tries, first_tries + firsts, total + score_sum
        last_seen = last_at if last_seen is None else max(last_seen, last_at)
    return LearnerScore(rows[0].id, rows[0].name, attempts, first_tries, mean(total, first_tries), last_seen, by_skill)


def mistakes_made(connection: Connection, reach: Reach) -> dict[str, int]:
    """Misconception -> parts that showed it, in all skills. One SELECT."""
    return {row[0]: row[1] for row in connection.execute(_mistakes(reach))}


def skill_summary(scores: list[LearnerScore]) -> list[SkillSummary]:
    """Every skill that any of these learners has tried, by its id."""
    summaries = []
    for skill in sorted({skill for score in scores for skill in score.by_skill}):
        parts = [score.by_skill[skill] for score in scores if skill in score.by_skill]
        totals = (sum(part.attempts for part in parts), sum(part.first_tries for part in parts))
        summaries.append(SkillSummary(skill, *totals, sum(part.right_at_first for part in parts)))
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
