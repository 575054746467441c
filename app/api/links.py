"""Where the result of a call leads on: the OpenAPI links of the description.

Programs that read the description find the next call by them, and the fuzzer its sequences.
"""

_COURSE = {"course_id": "$response.body#/id"}
_ASSIGNMENT = {"assignment_id": "$response.body#/id"}
_ITEM = {"assignment_id": "$response.body#/assignment_id", "item_id": "$response.body#/items/0/id"}
_SITTING = {"assignment_id": "$response.body#/assignment_id"}
_QUESTION = {"question_id": "$response.body#/questions/0/id"}

LINKS: dict[str, dict[str, dict[str, dict[str, str]]]] = {
    "draw_questions": {"201": dict.fromkeys(("read_question", "submit_attempt", "show_solution"), _QUESTION)},
    "register_learner": {"201": {"personal_link": {"learner_id": "$response.body#/id"}}},
    "submit_attempt": {
        "201": {
            "read_attempt": {"attempt_id": "$response.body#/id"},
            "read_question": {"question_id": "$response.body#/question_id"},
            "show_solution": {"question_id": "$response.body#/question_id"},
        }
    },
    "list_attempts": {
        "200": {
            "list_attempts": {"since": "$response.body#/next"},
            "read_attempt": {"attempt_id": "$response.body#/attempts/0/id"},
        }
    },
    "list_tokens": {"200": {"revoke_token": {"token_id": "$response.body#/tokens/0/id"}}},
    "create_course": {
        "201": dict.fromkeys(
            (
                "read_course",
                "change_course",
                "renew_code",
                "import_learners",
                "read_roster",
                "read_staff",
                "invite",
                "add_integration",
                "create_assignment",
                "list_assignments",
            ),
            _COURSE,
        )
    },
    "read_roster": {
        "200": {
            name: {"course_id": "$request.path.course_id", "learner_id": "$response.body#/learners/0/id"}
            for name in ("change_learner", "remove_learner")
        }
    },
    "add_integration": {
        "201": {"remove_staff": {"course_id": "$request.path.course_id", "account_id": "$response.body#/id"}},
    },
    "create_assignment": {
        "201": dict.fromkeys(
            ("read_assignment", "change_assignment", "delete_assignment", "begin", "read_sitting", "read_results"), _ASSIGNMENT
        )
    },
    "begin": {"200": {"save_draft": _ITEM, "hand_in": _ITEM, "read_sitting": _SITTING, "finish": _SITTING}},
}
"""operation -> status of its success -> operation to go on with -> parameter -> where its value is, as OpenAPI writes it."""
