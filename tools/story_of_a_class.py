"""What happens in the story of the documented examples, call by call. A new call of the REST interface gets its line here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tools.story import Story

LESSON = "chain-n1-v1-lesson"
SIGNS_DROPPED = {"dz": [0.105, 0.197, "0,090", 0.197]}
RIGHT = {"dz": [0.105, "−0.197", "0,090", -0.197]}
NOT_A_NUMBER = {"dz": [0.105, "a fifth", 0.09, -0.197]}
_MANY: dict[str, Any] = {"week 3, a": RIGHT, "week 3, b": NOT_A_NUMBER}


def tell(story: Story) -> None:
    """From the first learner to the gradebook."""
    story.enrol("instructor", "instructor")
    story.enrol("integration", "integration")
    story.appoint("colleague@example.org")
    for asked in ("read_health", "read_liveness", "read_readiness"):
        story.do(asked)
    _practise(story)
    course = _gather(story)
    assignment = _assign(story, course)
    _look(story, course, assignment)
    _part(story, course)


def _practise(story: Story) -> None:
    made = story.do("register_learner", body={"name": "Ada"}, bad={"name": ""})
    story.tokens["learner"] = made["token"]
    story.do("list_skills")
    story.do("draw_questions", body={"skill": "chain", "level": 1, "count": 1, "seed": 7}, bad={"skill": "chain", "level": 4})
    story.do("read_question", question_id=LESSON)
    tries: dict[str, Any] = {"headers": {"Idempotency-Key": "Ada, first try"}, "question_id": LESSON}
    story.do("submit_attempt", "learner", {"answer": SIGNS_DROPPED}, bad={"answer": NOT_A_NUMBER}, barred="integration", **tries)
    story.answer("submit_attempt", "learner", {"answer": SIGNS_DROPPED}, **tries)
    story.answer("submit_attempt", "learner", {"answer": RIGHT}, beside=True, **tries)  # another answer under the same key
    story.answer("submit_attempt", "learner", {"answer": RIGHT}, question_id=LESSON)
    many = [{"question_id": LESSON, "answer": answer, "idempotency_key": key} for key, answer in _MANY.items()]
    story.do("submit_attempts", "learner", {"attempts": many}, bad={"attempts": []}, barred="integration")
    story.do("show_solution", "learner", barred="integration", question_id=LESSON)
    story.do("list_attempts", "learner", query={"limit": 1}, bad={"limit": 101}, lost={"learner": "nobody"})
    story.do("read_attempt", "learner", attempt_id="1")
    story.do("read_me", "learner")
    story.do("read_progress", "learner")
    lost = story.answer("register_learner", body={"name": "Ada, on another device"})
    story.tokens["lost"] = lost["token"]
    tokens = story.do("list_tokens", "lost")["tokens"]
    story.do("revoke_token", "lost", token_id=tokens[0]["id"])


def _gather(story: Story) -> str:
    new = {"name": "Neural networks", "time_zone": "Europe/London"}
    course = str(story.do("create_course", "instructor", new, bad={**new, "time_zone": "Atlantis"}, barred="learner")["id"])
    of: dict[str, Any] = {"course_id": course}
    story.do("read_course", "instructor", **of)
    story.do("change_course", "instructor", {"asks_student_number": True}, barred="learner", **of)
    code = story.do("renew_code", "instructor", barred="learner", **of)["join_code"]
    joining = {"code": code, "student_number": "0042"}
    story.do("join", "learner", joining, bad={"code": code}, lost={**joining, "code": "NOWHERE0"}, barred="instructor")
    story.do("list_courses", "learner")
    listed = {"learners": [{"name": "Grace", "student_number": "0043"}, {"name": "Ada L.", "student_number": "0044"}]}
    story.do("import_learners", "instructor", listed, barred="learner", **of)
    roster = story.do("read_roster", "instructor", barred="learner", **of)["learners"]
    ids = {one["name"]: one["id"] for one in roster}
    ada: dict[str, Any] = {**of, "learner_id": ids["Ada"]}
    story.do("change_learner", "instructor", {"name": "Ada Lovelace"}, bad={"name": ""}, barred="learner", **ada)
    story.do("merge_learners", "instructor", {"other": ids["Ada L."]}, barred="learner", **ada)
    story.do("personal_link", "learner", learner_id=ids["Ada"])
    me = story.answer("read_me", "instructor")["id"]
    story.answer("remove_staff", "instructor", **of, account_id=me)  # who teaches a course alone cannot leave it
    story.do("add_colleague", "instructor", {"email": "colleague@example.org"}, barred="learner", **of)
    program = story.do("add_integration", "instructor", {"name": "Gradebook"}, barred="learner", **of)
    of_program: dict[str, Any] = {**of, "integration_id": program["id"]}
    story.do("list_integrations", "instructor", barred="learner", **of)
    another = story.do("add_token", "instructor", {"name": "New gradebook"}, barred="learner", **of_program)
    story.do("revoke_integration_token", "instructor", barred="learner", **of_program, token_id=another["token_id"])
    hook = story.do(
        "add_webhook",
        "instructor",
        {"url": "https://course.example.org/events"},
        bad={"url": "http://localhost/events"},
        barred="learner",
        **of_program,
    )
    story.do("list_webhooks", "instructor", barred="learner", **of)
    story.answer("submit_attempt", "learner", {"answer": RIGHT}, question_id=LESSON)
    told = story.do("list_deliveries", "instructor", query={"before": 1000}, bad={"before": "x"}, barred="learner", **of)
    story.do("send_again", "instructor", barred="learner", **of, delivery_id=told["deliveries"][0]["id"])
    story.do("remove_webhook", "instructor", barred="learner", **of, webhook_id=hook["id"])
    story.do("invite", "instructor", barred="learner", **of)
    story.do("read_staff", "instructor", barred="learner", **of)
    story.do("remove_staff", "instructor", barred="learner", **of, account_id=program["id"])
    return course


def _assign(story: Story, course: str) -> str:
    plan = {
        "title": "Week 3",
        "opens_at": story.moment(-1),
        "closes_at": story.moment(167),
        "time_limit": 30,
        "items": [{"skill": "chain", "points": 2, "tries": 3}],
    }
    bad = {**plan, "closes_at": story.moment(-2)}
    made = story.do("create_assignment", "instructor", plan, bad=bad, barred="learner", course_id=course)
    of: dict[str, Any] = {"assignment_id": str(made["id"])}
    story.do("read_assignment", "learner", **of)
    story.do("list_assignments", "learner", course_id=course)
    story.do("change_assignment", "instructor", {"grace": 5}, bad={"grace": -1}, barred="learner", **of)
    story.do("begin", "learner", **of)
    item: dict[str, Any] = {**of, "item_id": made["items"][0]["id"]}
    half = {"number": 1, "answer": {"dz": [0.1, "", "", ""]}}
    story.do("save_draft", "learner", half, bad={"number": 1, "answer": {"dz": ["1" * 101]}}, **item)
    whole = {"number": 1, "answer": {"dz": [0.1, 0.2, 0.3, 0.4]}}
    story.do("hand_in", "learner", whole, bad={"number": 1, "answer": NOT_A_NUMBER}, **item)
    story.answer("hand_in", "learner", whole, **item)
    story.answer("hand_in", "learner", {**whole, "answer": RIGHT}, **item)  # the try is used
    story.answer("save_draft", "learner", half, **item)
    story.do("read_sitting", "learner", **of)
    return str(of["assignment_id"])


def _look(story: Story, course: str, assignment: str) -> None:
    of: dict[str, Any] = {"assignment_id": assignment}
    ada = story.answer("read_roster", "instructor", course_id=course)["learners"][0]["id"]
    story.do("extend", "instructor", {"extra_minutes": 15}, bad={"extra_minutes": -1}, barred="learner", **of, learner_id=ada)
    story.do("read_results", "instructor", barred="learner", **of)
    story.do("read_statistics", "instructor", barred="learner", **of)
    story.do("read_their_sitting", "instructor", barred="learner", **of, learner_id=ada)
    story.do("withdraw_extension", "instructor", barred="learner", **of, learner_id=ada)
    story.do("finish", "learner", **of)
    story.answer("begin", "learner", **of)
    story.answer("finish", "learner", **of)
    for operation in ("read_scores", "read_items"):
        asked: dict[str, Any] = {"query": {"course": course}, "bad": {"course_id": course}, "lost": {"course": "nowhere"}}
        story.do(operation, "instructor", barred="learner", **asked)
    story.do(
        "take_export",
        "instructor",
        query={"course": course, "type": "csv"},
        bad={"type": "pdf"},
        lost={"course": "nowhere"},
        barred="learner",
        subject="gradebook",
    )
    story.do(
        "read_bank",
        "instructor",
        query={"items": LESSON, "seed": 1},
        bad={"items": "nothing:1:1"},
        barred="learner",
        format="moodle",
    )
    story.answer("read_bank", "instructor", query={"items": LESSON}, format="moo/dle")  # no address
    story.answer("delete_assignment", "instructor", **of)  # learners have begun it
    story.answer("change_assignment", "instructor", {"items": [{"skill": "delta"}]}, **of)  # so its questions stay


def _part(story: Story, course: str) -> None:
    plan = {"title": "Week 4", "opens_at": story.moment(1), "closes_at": story.moment(2), "items": [{"skill": "delta"}]}
    unopened = story.answer("create_assignment", "instructor", plan, course_id=course)["id"]
    story.answer("begin", "learner", assignment_id=unopened)
    story.do("delete_assignment", "instructor", barred="learner", assignment_id=unopened)
    grace = story.answer("read_roster", "instructor", course_id=course)["learners"][-1]["id"]
    leaving = story.answer("register_learner", body={"name": "Somebody"})
    story.tokens["leaving"] = leaving["token"]
    story.answer("submit_attempt", "leaving", {"answer": SIGNS_DROPPED}, question_id=LESSON)
    story.do("export_learner", "leaving", learner_id=leaving["id"])
    story.do("erase_learner", "leaving", learner_id=leaving["id"])
    story.do("remove_learner", "instructor", barred="learner", course_id=course, learner_id=grace)
    mistaken = story.answer("create_course", "instructor", {"name": "Made twice"})["id"]
    story.do("delete_course", "instructor", barred="learner", course_id=mistaken)
    story.answer("delete_course", "instructor", course_id=course)  # learners are in it
