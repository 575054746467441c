"""A question's page that is filled in is the page that would be made for it alone, letter by letter."""

import asyncio
from collections.abc import Iterator
from itertools import product

import pytest

from app.engine.question_id import QuestionId, lesson_id
from app.engine.questions import Question, build, issue
from app.engine.skills import FORMATS, LEVELS, SKILLS
from app.security.principals import Principal
from app.services import questions
from app.services.refusals import NotFound
from app.web.question_pages import fresh_page, question_page
from app.web.rendering import whole_page
from app.web.sheet import blank_sheet
from tests.sizes import size

VISITORS = {
    "stranger": None,
    "learner": Principal("ada", "learner", "Ada & <Bob> \ue001", "session"),
    "instructor": Principal("grace", "instructor", "Grace", "session"),
    "administrator": Principal("root", "administrator", "Root", "token"),
}
HOSTS = ("quiz.example.org", "127.0.0.1:8000", "", '"><script>\ue000')


def asked(skill: str) -> Iterator[Question]:
    for level, form in product(LEVELS, FORMATS):
        for version in range(1, SKILLS[skill].version + 1):
            yield from issue(skill, level, form, count=size(2, 40), seed=level, version=version)
            # Anybody may type any id, also of a draw that the gate would not let pass.
            yield from (build(QuestionId(skill, level, form, version, seed)) for seed in (0, 2**50 - 1))
    yield questions.find_question(str(lesson_id(skill)))


@pytest.mark.parametrize("skill", SKILLS)
@pytest.mark.parametrize("visitor", VISITORS.values(), ids=VISITORS)
def test_it_is_the_page_of_the_question_alone(skill: str, visitor: Principal | None) -> None:
    for k, question in enumerate(asked(skill)):
        host = HOSTS[k % len(HOSTS)]
        plain = question_page(question, blank_sheet(question), f"key {k}", host)
        expected = whole_page(plain, visitor, f"/q/{question.id}", host)
        assert asyncio.run(fresh_page(str(question.id), visitor, f"key {k}", host)).decode() == expected


def test_what_is_no_question_has_no_page() -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            asyncio.run(fresh_page("chain-n1-v1-nothing", None, "key", "host"))
