"""Courses, their rosters and their staff: what the desk does, by REST."""

from datetime import UTC, datetime

from fastapi import Request, Response

from app.api import course_schemas as schemas
from app.api.documented import problems
from app.api.routes import api_router
from app.edge.dependencies import ClassReader, Instructor, RequiredPrincipal
from app.security.principals import may_read_class
from app.services import courses, joining, links, roster
from app.services.courses import Course
from app.services.roster_file import from_rows

router = api_router()

_REFUSALS = problems(401, 403, 404)


@router.post("/courses", status_code=201, summary="Make a course", responses=problems(401, 403))
async def create_course(body: schemas.NewCourse, request: Request, principal: Instructor) -> schemas.CourseOut:
    """The one who makes it teaches it."""
    made = await courses.create_course(
        request.app.state.database, principal, body.name, body.asks_student_number, body.time_zone, datetime.now(UTC)
    )
    return _course_out(made, with_code=True)


@router.get("/courses", summary="My courses", responses=problems(401))
def list_courses(request: Request, principal: RequiredPrincipal) -> schemas.Courses:
    """Those that the caller teaches or reads; a learner's are those that they have joined."""
    database = request.app.state.database
    if not may_read_class(principal):
        return schemas.Courses(courses=[_course_out(one, False) for one in courses.courses_joined(database, principal)])
    return schemas.Courses(courses=[_course_out(one.course, True) for one in courses.all_courses(database, principal)])


@router.get("/courses/{course_id}", summary="One course", responses=problems(401, 404))
def read_course(course_id: str, request: Request, principal: RequiredPrincipal) -> schemas.CourseOut:
    """One that the caller teaches, reads or has joined."""
    found = courses.find_course(request.app.state.database, principal, course_id)
    return _course_out(found, may_read_class(principal))


@router.patch("/courses/{course_id}", summary="Change a course", responses=_REFUSALS)
async def change_course(
    course_id: str, body: schemas.CourseChanges, request: Request, principal: Instructor
) -> schemas.CourseOut:
    """What is sent is changed; null leaves a thing as it is."""
    changed = await courses.change_course(
        request.app.state.database, principal, course_id, body.name, body.asks_student_number, body.time_zone
    )
    if body.archived is not None:
        changed = await courses.archive_course(request.app.state.database, principal, course_id, body.archived, datetime.now(UTC))
    return _course_out(changed, with_code=True)


@router.delete("/courses/{course_id}", status_code=204, summary="Delete a course", responses=problems(401, 403, 404, 409))
async def delete_course(course_id: str, request: Request, principal: Instructor) -> Response:
    """Only one that no learner is in; others can be archived."""
    await courses.delete_course(request.app.state.database, principal, course_id, datetime.now(UTC))
    return Response(status_code=204)


@router.post("/courses/{course_id}/code", summary="Renew the join code", responses=problems(401, 403, 404))
async def renew_code(course_id: str, request: Request, principal: Instructor) -> schemas.CourseOut:
    """The old code no longer works."""
    return _course_out(await courses.renew_code(request.app.state.database, principal, course_id), with_code=True)


@router.post("/join", summary="Join a course", responses=_REFUSALS)
async def join(body: schemas.JoinCourse, request: Request, principal: RequiredPrincipal) -> schemas.CourseOut:
    """A learner joins by the course's code, under their own name unless another is given."""
    name = principal.name if body.name is None else body.name
    number = body.student_number or ""
    joined = await joining.join(request.app.state.database, principal, body.code, name, number, datetime.now(UTC))
    return _course_out(joined.course, with_code=False)


@router.get("/courses/{course_id}/learners", summary="The roster", responses=problems(401, 403, 404))
def read_roster(course_id: str, request: Request, principal: ClassReader) -> schemas.Roster:
    """Everybody in the course, also those of an imported list who have not joined yet."""
    details = courses.course_details(request.app.state.database, principal, course_id)
    return schemas.Roster(
        learners=[
            schemas.MemberOut(
                id=one.learner_id,
                name=one.name,
                student_number=one.student_number,
                joined_at=one.joined_at,
                attempts=one.attempts,
                last_seen=one.last_seen,
                claimed=one.claimed,
            )
            for one in details.members
        ]
    )


@router.post("/courses/{course_id}/learners", summary="Import a roster", responses=_REFUSALS)
async def import_learners(
    course_id: str, body: schemas.LearnersToImport, request: Request, principal: Instructor
) -> schemas.ImportOut:
    """All or none: `stored` is false, and each line says why, when one of them cannot be used."""
    listed = from_rows([(one.name, one.student_number) for one in body.learners])
    report = await roster.import_learners(request.app.state.database, principal, course_id, listed, datetime.now(UTC))
    return schemas.ImportOut(stored=report.stored, lines=[schemas.ImportLineOut(**vars(line)) for line in report.lines])


@router.patch(
    "/courses/{course_id}/learners/{learner_id}",
    status_code=204,
    summary="Change a learner's name or number",
    responses=_REFUSALS,
)
async def change_learner(
    course_id: str, learner_id: str, body: schemas.MemberChanges, request: Request, principal: Instructor
) -> Response:
    """What is sent is changed, in this course."""
    database = request.app.state.database
    await roster.correct(database, principal, course_id, learner_id, body.name, body.student_number)
    return Response(status_code=204)


@router.delete(
    "/courses/{course_id}/learners/{learner_id}",
    status_code=204,
    summary="Remove a learner from the course",
    responses=problems(401, 403, 404),
)
async def remove_learner(course_id: str, learner_id: str, request: Request, principal: Instructor) -> Response:
    """What they did stays theirs."""
    await roster.remove(request.app.state.database, principal, course_id, learner_id, datetime.now(UTC))
    return Response(status_code=204)


@router.post(
    "/courses/{course_id}/learners/{learner_id}/merge", status_code=204, summary="Merge two identities", responses=_REFUSALS
)
async def merge_learners(
    course_id: str, learner_id: str, body: schemas.Merge, request: Request, principal: Instructor
) -> Response:
    """For one person who has registered twice: what the other did becomes this one's, for good."""
    await roster.merge(request.app.state.database, principal, course_id, learner_id, body.other, datetime.now(UTC))
    return Response(status_code=204)


@router.post(
    "/learners/{learner_id}/link", status_code=201, summary="A personal link for a learner", responses=problems(401, 403, 404)
)
async def personal_link(learner_id: str, request: Request, principal: RequiredPrincipal) -> schemas.Link:
    """By which the learner goes on on another device: one's own, or that of a learner whom one teaches. Works once, for a day."""
    secret = await links.personal_link(request.app.state.database, principal, learner_id, datetime.now(UTC))
    return schemas.Link(path=f"/sign-in/{secret}")


@router.get("/courses/{course_id}/staff", summary="Who teaches the course", responses=problems(401, 403, 404))
def read_staff(course_id: str, request: Request, principal: Instructor) -> schemas.Staff:
    """Instructors and connected programs."""
    details = courses.course_details(request.app.state.database, principal, course_id)
    staff = [schemas.StaffOut(id=one.account_id, name=one.name, email=one.email, role=one.role) for one in details.staff]
    return schemas.Staff(staff=staff)


@router.post("/courses/{course_id}/staff", status_code=204, summary="Add another instructor", responses=_REFUSALS)
async def add_colleague(course_id: str, body: schemas.Colleague, request: Request, principal: Instructor) -> Response:
    """By the e-mail address with which they sign in here."""
    await courses.add_colleague(request.app.state.database, principal, course_id, body.email, datetime.now(UTC))
    return Response(status_code=204)


@router.delete(
    "/courses/{course_id}/staff/{account_id}",
    status_code=204,
    summary="Remove an instructor or integration",
    responses=problems(401, 403, 404, 422),
)
async def remove_staff(course_id: str, account_id: str, request: Request, principal: Instructor) -> Response:
    """An integration's token is withdrawn too."""
    await courses.remove_staff(request.app.state.database, principal, course_id, account_id, datetime.now(UTC))
    return Response(status_code=204)


@router.post(
    "/courses/{course_id}/invitation", status_code=201, summary="Invite another instructor", responses=problems(401, 403, 404)
)
async def invite(course_id: str, request: Request, principal: Instructor) -> schemas.Link:
    """A link that works once, within a week; by it somebody without an account makes one."""
    secret = await links.invite(request.app.state.database, principal, course_id, datetime.now(UTC))
    return schemas.Link(path=f"/invitation/{secret}")


def _course_out(course: Course, with_code: bool) -> schemas.CourseOut:
    return schemas.CourseOut(
        id=course.id,
        name=course.name,
        time_zone=course.time_zone,
        asks_student_number=course.asks_student_number,
        join_code=course.join_code if with_code else None,
        created_at=course.created_at,
        archived_at=course.archived_at,
    )
