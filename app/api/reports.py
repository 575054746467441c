"""Scores for instructors, and what a token's owner wants to know about themselves."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query, Request

from app.api import item_schemas, schemas
from app.api.documented import problems
from app.api.routes import api_router
from app.edge.dependencies import ClassReader, RequiredPrincipal
from app.services import items, progress, reporting

router = api_router()


@router.get("/scores", summary="The class's scores", responses=problems(401, 403, 404, 422))
def read_scores(
    request: Request,
    principal: ClassReader,
    course: Annotated[str | None, Query(description="Only this course's learners; `open` is whoever is in none.")] = None,
) -> schemas.Scores:
    """Every learner's attempts and first-try score, in all and by skill: what the dashboard shows."""
    scores = reporting.learner_scores(request.app.state.database, principal, course)
    return schemas.Scores(
        scores=[
            schemas.LearnerScoreOut(
                learner_id=score.learner_id,
                name=score.name,
                attempts=score.attempts,
                first_tries=score.first_tries,
                first_try_score=score.first_try_score,
                last_seen=score.last_seen,
                skills=[schemas.SkillScoreOut(skill=skill, **_score(of_skill)) for skill, of_skill in score.by_skill.items()],
            )
            for score in scores
        ]
    )


@router.get("/reports/items", summary="Item statistics", responses=problems(401, 403, 404, 422))
def read_items(
    request: Request,
    principal: ClassReader,
    course: Annotated[str | None, Query(description="Only this course's learners; `open` is whoever is in none.")] = None,
    skill: Annotated[str | None, Query(description="Only this skill's, compared with one another, with details.")] = None,
) -> item_schemas.Items:
    """Facility, discrimination (item-rest), efficiency and effective weight of each skill, level and format, by first tries."""
    report = items.items_report(request.app.state.database, principal, course, skill)
    return item_schemas.Items(items=[item_schemas.item_out(one) for one in report.items])


@router.get("/me", summary="Whose token this is", responses=problems(401))
async def read_me(principal: RequiredPrincipal) -> schemas.Me:
    """The account that the token acts as."""
    return schemas.Me(id=principal.account_id, name=principal.name, role=principal.role)


@router.get("/me/progress", summary="My progress", responses=problems(401))
def read_progress(request: Request, principal: RequiredPrincipal) -> schemas.Progress:
    """Per skill: attempts, first-try score, mastery, when to return; and what to practise next, with the reason."""
    mine = progress.progress_of(request.app.state.database, principal.account_id, datetime.now(UTC))
    skills = [schemas.SkillProgressOut(skill=one.skill, mastery=one.mastery, due=one.due, **_score(one)) for one in mine.skills]
    return schemas.Progress(skills=skills, next=mine.next.skill, level=mine.next.level, reason=mine.next.reason)


def _score(scored: Any) -> dict[str, Any]:
    return {
        "attempts": scored.attempts,
        "first_tries": scored.first_tries,
        "first_try_score": scored.first_try_score,
    }
