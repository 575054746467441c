"""What the calls about courses take and give."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from app.api.schemas import RequestBody

Zone = Annotated[str, Field(description="An IANA name.", examples=["Europe/London"])]


class NewCourse(RequestBody):
    name: str
    asks_student_number: bool = False
    time_zone: Zone = "UTC"


class CourseChanges(RequestBody):
    name: str | None = None
    asks_student_number: bool | None = None
    time_zone: Zone | None = None
    archived: Annotated[bool | None, Field(description="Put away, a course can't be joined; what was done in it stays.")] = None


class CourseOut(BaseModel):
    id: str
    name: str
    time_zone: Zone
    asks_student_number: bool
    join_code: Annotated[str | None, Field(description="For those who teach the course; null for its learners.")]
    created_at: datetime
    archived_at: Annotated[datetime | None, Field(description="Since when it has been put away; null while it is taught.")] = None


class Courses(BaseModel):
    courses: list[CourseOut]


class MemberOut(BaseModel):
    id: str
    name: str
    student_number: str | None
    joined_at: datetime
    attempts: int
    last_seen: datetime | None
    claimed: Annotated[bool, Field(description="False for a learner from an imported list who has not joined yet.")]


class Roster(BaseModel):
    learners: list[MemberOut]


class ListedLearner(RequestBody):
    name: str
    student_number: str | None = None


class LearnersToImport(RequestBody):
    learners: list[ListedLearner]


class ImportLineOut(BaseModel):
    line: int
    name: str
    student_number: str | None
    outcome: Literal["added", "known", "complaint"]
    detail: str


class ImportOut(BaseModel):
    stored: Annotated[bool, Field(description="False when a line had a complaint: then nothing was stored.")]
    lines: list[ImportLineOut]


class MemberChanges(RequestBody):
    name: str | None = None
    student_number: Annotated[str | None, Field(description="Null leaves it; an empty text takes it away.")] = None


class Merge(RequestBody):
    other: Annotated[str, Field(description="The learner whose attempts move to this one, and who is then gone.")]


class Link(BaseModel):
    path: Annotated[str, Field(description="Opens once, on this site.", examples=["/sign-in/…"])]


class StaffOut(BaseModel):
    id: str
    name: str
    email: str | None
    role: Literal["instructor", "administrator", "integration", "learner"]


class Staff(BaseModel):
    staff: list[StaffOut]


class Colleague(RequestBody):
    email: str


class JoinCourse(RequestBody):
    code: str
    name: str | None = None
    student_number: str | None = None
