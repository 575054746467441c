"""The calls in the order in which a reader needs them, what a learner's program calls first; and who may make which.

A new call gets its line here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from app.edge.dependencies import require_class_reader, require_instructor, require_principal

Caller = Literal["learner", "instructor", "integration"]


@dataclass(frozen=True)
class Group:
    """operations: their ids, in the order in which they are told of."""

    name: str
    about: str
    operations: tuple[str, ...]


GROUPS = (
    Group(
        "Questions",
        "What there is to practise. No token is needed.",
        ("list_skills", "draw_questions", "read_question"),
    ),
    Group(
        "Who is asking",
        "Registering, tokens, and one's own data.",
        ("register_learner", "read_me", "list_tokens", "revoke_token", "personal_link", "export_learner", "erase_learner"),
    ),
    Group(
        "Attempts",
        "Answering, and reading what came of it.",
        ("submit_attempt", "submit_attempts", "show_solution", "list_attempts", "read_attempt"),
    ),
    Group("Progress", "What has been reached, and what to practise next.", ("read_progress",)),
    Group(
        "Taking part in a course",
        "What a learner does in one: joining it, and sitting at its assignments.",
        (
            *("join", "list_courses", "read_course", "list_assignments", "read_assignment"),
            *("begin", "read_sitting", "save_draft", "hand_in", "finish"),
        ),
    ),
    Group(
        "Courses",
        "Keeping a course, its roster and its staff.",
        (
            *("create_course", "change_course", "renew_code", "delete_course", "read_roster", "import_learners"),
            *("change_learner", "remove_learner", "merge_learners", "read_staff", "add_colleague", "invite", "remove_staff"),
        ),
    ),
    Group(
        "Assignments",
        "Setting assignments, and seeing how the course did.",
        (
            *("create_assignment", "change_assignment", "delete_assignment", "extend", "withdraw_extension"),
            *("read_results", "read_statistics", "read_their_sitting"),
        ),
    ),
    Group(
        "Reports",
        "Scores, statistics and tables of the class, and question banks for other platforms.",
        ("read_scores", "read_items", "take_export", "read_bank"),
    ),
    Group(
        "Programs",
        "Tokens of programs that are connected to a course.",
        ("list_integrations", "add_integration", "add_token", "revoke_integration_token"),
    ),
    Group(
        "Webhooks",
        "Telling a course's programs what its learners do.",
        ("add_webhook", "list_webhooks", "remove_webhook", "list_deliveries", "send_again"),
    ),
    Group("Health", "For whatever watches over the server.", ("read_health", "read_liveness", "read_readiness")),
)

_LEARNERS: tuple[Caller, ...] = ("learner",)
_NO_PROGRAM: tuple[Caller, ...] = ("learner", "instructor")
_NARROWED: dict[str, tuple[Caller, ...]] = {
    **dict.fromkeys(("submit_attempt", "show_solution", "personal_link", "export_learner", "erase_learner"), _NO_PROGRAM),
    **dict.fromkeys(("join", "begin", "read_sitting", "save_draft", "hand_in", "finish"), _LEARNERS),
}
"""Calls that anybody with a token reaches, and that the service refuses to others than these."""

PATH = {
    "question_id": "A question's `id`: of one that was drawn, or a skill's `example_id`.",
    "attempt_id": "An attempt's `id`.",
    "course_id": "A course's `id`, of `GET /courses`.",
    "learner_id": "A learner's `id`; one's own is that of `GET /me`.",
    "account_id": "The `id` of somebody of the course's staff.",
    "assignment_id": "An assignment's `id`, of `GET /courses/{course_id}/assignments`.",
    "item_id": "The `id` of one of the items in the sitting.",
    "integration_id": "A program's `id`, of `GET /courses/{course_id}/integrations`.",
    "token_id": "A token's `id`, of the list of tokens.",
    "webhook_id": "A webhook's `id`, of `GET /courses/{course_id}/webhooks`.",
    "delivery_id": "A message's `id`, of `GET /courses/{course_id}/deliveries`.",
    "subject": "Which table.",
    "format": "For which platform: Moodle XML, or a package of QTI 3.0.",
}
"""What the parameters of addresses stand for."""


def callers(operation: str, dependencies: Collection[Any]) -> tuple[Caller, ...]:
    """Who may make a call that depends on these; none: no token is needed. The administrator may what an instructor may."""
    if operation in _NARROWED:
        return _NARROWED[operation]
    if require_instructor in dependencies:
        return ("instructor",)
    if require_class_reader in dependencies:
        return ("instructor", "integration")
    return ("learner", "instructor", "integration") if require_principal in dependencies else ()


def add_groups(document: dict[str, Any]) -> None:
    """Puts the groups into an OpenAPI document, and what the parts of its addresses stand for."""
    document["tags"] = [{"name": one.name, "description": one.about, "x-operations": [*one.operations]} for one in GROUPS]
    of = {operation: one.name for one in GROUPS for operation in one.operations}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["tags"] = [of[operation["operationId"]]]
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path":
                    parameter["description"] = PATH[parameter["name"]]
