"""Assignments by REST: an instructor sets them, a learner sits at them."""

from datetime import UTC, datetime
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool

from app.api import assignment_schemas as schemas
from app.api import item_schemas
from app.api.documented import problems
from app.api.present import part_out, solution_out
from app.api.routes import api_router
from app.api.schemas import PartGraded
from app.edge.dependencies import ClassReader, Instructor, RequiredPrincipal
from app.engine.questions import Question, given_json
from app.security.principals import Principal, may_read_class
from app.services import assignment_results, assignment_statistics, assignments, clock, sitting_views, sittings
from app.services.assignments import Assignment, Extension, Item, ItemPlan, Plan
from app.services.sitting_views import ShownItem, ShownTry, SittingView

router = api_router()

_REFUSALS = problems(401, 403, 404)
_TIMED = problems(401, 404, 409)


@router.post("/courses/{course_id}/assignments", status_code=201, summary="Set an assignment", responses=_REFUSALS)
async def create_assignment(
    course_id: str, body: schemas.NewAssignment, request: Request, principal: Instructor
) -> schemas.AssignmentOut:
    """Each learner gets questions of their own, with other numbers."""
    items = [ItemPlan(**one.model_dump()) for one in body.items]
    plan = Plan(**{**{name: getattr(body, name) for name in schemas.NewAssignment.model_fields}, "items": items})
    made = await assignments.create_assignment(request.app.state.database, principal, course_id, plan, datetime.now(UTC))
    return _assignment_out(made, principal)


@router.get("/courses/{course_id}/assignments", summary="A course's assignments", responses=problems(401, 404))
def list_assignments(course_id: str, request: Request, principal: RequiredPrincipal) -> schemas.Assignments:
    """Those of a course that the caller teaches, reads or has joined."""
    found = assignments.assignments_of_course(request.app.state.database, principal, course_id)
    return schemas.Assignments(assignments=[_assignment_out(one, principal) for one in found])


@router.get("/assignments/{assignment_id}", summary="One assignment", responses=problems(401, 404))
def read_assignment(assignment_id: str, request: Request, principal: RequiredPrincipal) -> schemas.AssignmentOut:
    """A learner is told of its questions when it opens."""
    assignment, _ = assignments.find_assignment(request.app.state.database, principal, assignment_id)
    return _assignment_out(assignment, principal)


@router.patch("/assignments/{assignment_id}", summary="Change an assignment", responses=problems(401, 403, 404, 409))
async def change_assignment(
    assignment_id: str, body: schemas.AssignmentChanges, request: Request, principal: Instructor
) -> schemas.AssignmentOut:
    """What is sent is changed. Times hold at once, also for those who sit at it; `items` and `fresh_questions` can be changed
    until somebody has begun it.

    Null leaves a thing as it is, but for `time_limit`, which it takes away.
    """
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    changes = {name: value for name, value in sent.items() if value is not None or name == "time_limit"}
    if body.items is not None:
        changes["items"] = [ItemPlan(**one.model_dump()) for one in body.items]
    changed = await assignments.change_assignment(
        request.app.state.database, principal, assignment_id, datetime.now(UTC), **changes
    )
    return _assignment_out(changed, principal)


@router.delete(
    "/assignments/{assignment_id}", status_code=204, summary="Delete an assignment", responses=problems(401, 403, 404, 409)
)
async def delete_assignment(assignment_id: str, request: Request, principal: Instructor) -> Response:
    """Only before anybody has begun it."""
    await assignments.delete_assignment(request.app.state.database, principal, assignment_id)
    return Response(status_code=204)


@router.put(
    "/assignments/{assignment_id}/extensions/{learner_id}",
    status_code=204,
    summary="More time for one learner",
    responses=_REFUSALS,
)
async def extend(
    assignment_id: str, learner_id: str, body: schemas.NewExtension, request: Request, principal: Instructor
) -> Response:
    """Replaces an earlier extension."""
    extension = Extension(body.closes_at, body.extra_minutes)
    database = request.app.state.database
    await assignments.extend(database, principal, assignment_id, learner_id, extension, datetime.now(UTC))
    return Response(status_code=204)


@router.delete(
    "/assignments/{assignment_id}/extensions/{learner_id}",
    status_code=204,
    summary="Take an extension back",
    responses=problems(401, 403, 404),
)
async def withdraw_extension(assignment_id: str, learner_id: str, request: Request, principal: Instructor) -> Response:
    """The times of everybody hold for the learner again."""
    await assignments.extend(request.app.state.database, principal, assignment_id, learner_id, None, datetime.now(UTC))
    return Response(status_code=204)


@router.get("/assignments/{assignment_id}/statistics", summary="Its items", responses=problems(401, 403, 404))
async def read_statistics(assignment_id: str, request: Request, principal: ClassReader) -> item_schemas.AssignmentItems:
    """Facility, discrimination, efficiency, weight and time of each item, by first tries; what time has ended is graded first."""
    database = request.app.state.database
    await clock.advance(database, datetime.now(UTC), assignment_id)
    found = await run_in_threadpool(assignment_statistics.read_statistics, database, principal, assignment_id)
    items = [item_schemas.assignment_item_out(one) for one in found.items]
    return item_schemas.AssignmentItems(begun=found.begun, finished=found.finished, items=items)


@router.get("/assignments/{assignment_id}/results", summary="How the course did", responses=problems(401, 403, 404))
async def read_results(assignment_id: str, request: Request, principal: ClassReader) -> schemas.ResultsOut:
    """Every learner of the course with the best score at each item; what time has ended is graded first."""
    database = request.app.state.database
    await clock.advance(database, datetime.now(UTC), assignment_id)
    found = assignment_results.read_results(database, principal, assignment_id)
    return schemas.ResultsOut(
        points=found.assignment.points,
        results=[
            schemas.ResultOut(
                learner_id=one.learner_id,
                name=one.name,
                student_number=one.student_number,
                begun_at=one.begun_at,
                finished_at=one.finished_at,
                due_at=one.times.due_at,
                extension=schemas.ExtensionOut(**vars(one.extension)) if one.extension else None,
                scores=one.scores,
                points=one.points,
            )
            for one in found.learners
        ],
    )


@router.get("/assignments/{assignment_id}/results/{learner_id}", summary="What a learner saw", responses=problems(401, 403, 404))
async def read_their_sitting(assignment_id: str, learner_id: str, request: Request, principal: Instructor) -> schemas.SittingOut:
    """Exactly what the learner is shown at this moment."""
    now, database = datetime.now(UTC), request.app.state.database
    await clock.advance(database, now, assignment_id, learner_id)
    return _sitting_out(sitting_views.their_sitting(database, principal, assignment_id, learner_id, now))


@router.post("/assignments/{assignment_id}/sitting", summary="Begin", responses=_TIMED)
async def begin(assignment_id: str, request: Request, principal: RequiredPrincipal) -> schemas.SittingOut:
    """The learner's time begins; a second call changes nothing."""
    now, database = datetime.now(UTC), request.app.state.database
    await sittings.begin(database, principal, assignment_id, now)
    return _sitting_out(sitting_views.my_sitting(database, principal, assignment_id, now))


@router.get("/assignments/{assignment_id}/sitting", summary="My sitting", responses=problems(401, 404))
async def read_sitting(assignment_id: str, request: Request, principal: RequiredPrincipal) -> schemas.SittingOut:
    """The questions, what is saved of the answers, and what may be shown of the marks."""
    now, database = datetime.now(UTC), request.app.state.database
    await clock.advance(database, now, assignment_id, principal.account_id)
    return _sitting_out(sitting_views.my_sitting(database, principal, assignment_id, now))


@router.put("/assignments/{assignment_id}/items/{item_id}/draft", status_code=204, summary="Save an answer", responses=_TIMED)
async def save_draft(
    assignment_id: str, item_id: str, body: schemas.NewTry, request: Request, principal: RequiredPrincipal
) -> Response:
    """Without handing it in. It is stored when this returns, and is graded when time is up."""
    await sittings.save_draft(
        request.app.state.database, principal, assignment_id, item_id, body.number, body.answer, datetime.now(UTC)
    )
    return Response(status_code=204)


@router.post(
    "/assignments/{assignment_id}/items/{item_id}/attempts",
    status_code=201,
    summary="Hand an answer in",
    responses={200: {"description": "The same answer, handed in before.", "model": schemas.SittingItemOut}, **_TIMED},
)
async def hand_in(
    assignment_id: str, item_id: str, body: schemas.NewTry, request: Request, response: Response, principal: RequiredPrincipal
) -> schemas.SittingItemOut:
    """Uses the try up. Another answer for a try that is used is a 409."""
    now, database = datetime.now(UTC), request.app.state.database
    done = await sittings.hand_in(database, principal, assignment_id, item_id, body.number, body.answer, now)
    response.status_code = 201 if done.created else 200
    return _item_out(sitting_views.my_sitting(database, principal, assignment_id, now).item(item_id))


@router.post("/assignments/{assignment_id}/sitting/finish", summary="Hand everything in", responses=_TIMED)
async def finish(assignment_id: str, request: Request, principal: RequiredPrincipal) -> schemas.SittingOut:
    """What is saved is graded, and the sitting is over."""
    now, database = datetime.now(UTC), request.app.state.database
    await clock.finish(database, principal, assignment_id, now)
    return _sitting_out(sitting_views.my_sitting(database, principal, assignment_id, now))


def _assignment_out(assignment: Assignment, principal: Principal) -> schemas.AssignmentOut:
    told = may_read_class(principal) or datetime.now(UTC) >= assignment.opens_at
    plain = {name: getattr(assignment, name) for name in schemas.AssignmentOut.model_fields if name != "items"}
    return schemas.AssignmentOut(**plain, items=[schemas.ItemOut(**_item(item)) for item in assignment.items if told])


def _item(item: Item) -> dict[str, Any]:
    return {name: getattr(item, name) for name in schemas.ItemOut.model_fields}


def _sitting_out(view: SittingView) -> schemas.SittingOut:
    return schemas.SittingOut(
        assignment_id=view.assignment.id,
        state=view.state,
        due_at=view.times.due_at,
        seconds_left=view.seconds_left,
        items=[_item_out(one) for one in view.items],
    )


def _item_out(one: ShownItem) -> schemas.SittingItemOut:
    return schemas.SittingItemOut(
        **_item(one.item),
        number=one.number,
        tries_left=one.tries_left,
        question=_served(one.question) if one.question else None,
        draft=one.draft,
        score=one.best,
        attempts=[_try_out(shown) for shown in one.tries],
    )


def _served(question: Question) -> schemas.Served:
    return schemas.Served(
        prompt=question.prompt,
        prompt_latex=question.prompt_latex,
        given=given_json(question),
        parts=[part_out(part) for part in question.parts],
    )


def _try_out(shown: ShownTry) -> schemas.TryOut:
    return schemas.TryOut(
        number=shown.number,
        submitted_at=shown.submitted_at,
        by_clock=shown.by_clock,
        question=_served(shown.question),
        answer=shown.answer,
        score=shown.score,
        correct=shown.correct,
        parts=[PartGraded(**part) for part in shown.parts] if shown.parts is not None else None,
        solution=solution_out(shown.solution) if shown.solution else None,
    )
