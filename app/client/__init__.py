"""A client for the REST interface: draw questions, answer them, read the scores.

    with Client.register("http://127.0.0.1:8000", "Ada") as quiz:
        question = quiz.questions("chain")[0]
        attempt = quiz.answer(question, {"dz": question.given["dh"]})
        print(attempt.score, attempt.parts[0].misconception)

It knows the server by its interface alone, and overlooks fields that later servers add. Networks lose responses and
servers are busy for a moment, so calls are tried again; every answer carries an idempotency key, so that trying again
never stores it twice.

Without a server, `Client.offline()` draws and grades by itself. `AsyncClient` makes the same calls, to be awaited.
"""

from app.client.asynchronous import AsyncClient
from app.client.class_records import (
    AskedQuestion,
    Assignment,
    Colleague,
    Course,
    Extension,
    Import,
    ImportLine,
    Integration,
    Item,
    Member,
    NewToken,
    Result,
    Results,
    Sitting,
    SittingItem,
    Token,
    Try,
)
from app.client.errors import Fault, QuizError
from app.client.offline import Offline
from app.client.records import (
    Attempt,
    Given,
    LearnerScore,
    Me,
    Misconception,
    Option,
    Outcome,
    Part,
    PartGrade,
    Progress,
    Question,
    Skill,
    SkillPart,
    SkillScore,
    Solution,
    Step,
)
from app.client.report_records import (
    AssignmentItem,
    AssignmentStatistics,
    Export,
    Gap,
    ItemDetails,
    ItemStatistics,
    MistakeShare,
    TryScore,
)
from app.client.waiting import Client
from app.client.webhook_calls import Delivery, Webhook

__all__ = [
    "AskedQuestion",
    "Assignment",
    "AssignmentItem",
    "AssignmentStatistics",
    "AsyncClient",
    "Attempt",
    "Client",
    "Colleague",
    "Course",
    "Delivery",
    "Export",
    "Extension",
    "Fault",
    "Gap",
    "Given",
    "Import",
    "ImportLine",
    "Integration",
    "Item",
    "ItemDetails",
    "ItemStatistics",
    "LearnerScore",
    "Me",
    "Member",
    "Misconception",
    "MistakeShare",
    "NewToken",
    "Offline",
    "Option",
    "Outcome",
    "Part",
    "PartGrade",
    "Progress",
    "Question",
    "QuizError",
    "Result",
    "Results",
    "Sitting",
    "SittingItem",
    "Skill",
    "SkillPart",
    "SkillScore",
    "Solution",
    "Step",
    "Token",
    "Try",
    "TryScore",
    "Webhook",
]
