"""What the calls about courses take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.api.request_body import RequestBody

Zone = Annotated[str, Field(description="An IANA name.", examples=["Europe/London"])]


class NewCourse(RequestBody):
    name: Annotated[str, Field(description="How it is called: 1 to 80 characters.")]
    asks_student_number: Annotated[bool, Field(description="Whether learners give a number when they join.")] = False
    time_zone: Zone = "UTC"


class CourseChanges(RequestBody):
    name: Annotated[str | None, Field(description="How it is called: 1 to 80 characters.")] = None
    asks_student_number: Annotated[bool | None, Field(description="Whether learners give a number when they join.")] = None
    time_zone: Annotated[Zone | None, Field(description="An IANA name; null leaves it.")] = None
    archived: Annotated[bool | None, Field(description="Put away, a course can't be joined; what was done in it stays.")] = None


class CourseOut(BaseModel):
    id: Annotated[str, Field(description="The course's id.")]
    name: Annotated[str, Field(description="How it is called.")]
    time_zone: Zone
    asks_student_number: Annotated[bool, Field(description="Whether learners give a number when they join.")]
    join_code: Annotated[str | None, Field(description="For those who teach the course; null for its learners.")]
    created_at: Annotated[datetime, Field(description="When it was made.")]
    archived_at: Annotated[datetime | None, Field(description="Since when it has been put away; null while it is taught.")] = None


class Courses(BaseModel):
    courses: Annotated[list[CourseOut], Field(description="Those that the caller may see.")]


class MemberOut(BaseModel):
    id: Annotated[str, Field(description="The learner's id.")]
    name: Annotated[str, Field(description="The learner's name in this course.")]
    student_number: Annotated[str | None, Field(description="Null without one.")]
    joined_at: Annotated[datetime, Field(description="Since when the learner is in it.")]
    attempts: Annotated[int, Field(description="How many the learner has made.")]
    last_seen: Annotated[datetime | None, Field(description="When the newest was made; null without any.")]
    claimed: Annotated[bool, Field(description="False for a learner from an imported list who has not joined yet.")]


class Roster(BaseModel):
    learners: Annotated[list[MemberOut], Field(description="Everybody in the course.")]


class ListedLearner(RequestBody):
    name: Annotated[str, Field(description="1 to 80 characters.")]
    student_number: Annotated[
        str | None, Field(description="By it they are known again when they join; at most 40 characters.")
    ] = None


class LearnersToImport(RequestBody):
    learners: Annotated[list[ListedLearner], Field(description="The list, in any order.")]


class ImportLineOut(BaseModel):
    line: Annotated[int, Field(description="Its place in the list, from 1.")]
    name: Annotated[str, Field(description="As it was sent.")]
    student_number: Annotated[str | None, Field(description="As it was sent.")]
    outcome: Annotated[
        Literal["added", "known", "complaint"], Field(description="`known`: somebody with this number is in the course already.")
    ]
    detail: Annotated[str, Field(description="The same in words; of a complaint, why.")]


class ImportOut(BaseModel):
    stored: Annotated[bool, Field(description="False when a line had a complaint: then nothing was stored.")]
    lines: Annotated[list[ImportLineOut], Field(description="What became of each line.")]


class MemberChanges(RequestBody):
    name: Annotated[str | None, Field(description="Null leaves it.")] = None
    student_number: Annotated[str | None, Field(description="Null leaves it; an empty text takes it away.")] = None


class Merge(RequestBody):
    other: Annotated[str, Field(description="The learner whose attempts move to this one, and who is then gone.")]


class Link(BaseModel):
    path: Annotated[str, Field(description="Opens once, on this site.", examples=["/sign-in/…"])]


class StaffOut(BaseModel):
    id: Annotated[str, Field(description="The `account_id` of other calls.")]
    name: Annotated[str, Field(description="The name.")]
    email: Annotated[str | None, Field(description="By which they sign in; null without one.")]
    role: Annotated[
        Literal["instructor", "administrator", "integration", "learner"], Field(description="An `integration` is a program.")
    ]


class Staff(BaseModel):
    staff: Annotated[list[StaffOut], Field(description="Instructors, and programs.")]


class Colleague(RequestBody):
    email: Annotated[str, Field(description="By which the instructor signs in here.")]


class JoinCourse(RequestBody):
    code: Annotated[str, Field(description="The course's join code.")]
    name: Annotated[str | None, Field(description="Under which to join; null for one's own.")] = None
    student_number: Annotated[str | None, Field(description="Where the course asks for it.")] = None
