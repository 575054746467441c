"""What templates make once must not tell of the page that it was made for."""

from itertools import product

import pytest
from markupsafe import Markup

from app.engine.question_id import lesson_id
from app.engine.questions import Question, issue
from app.engine.skills import FORMATS, LEVELS, SKILLS
from app.services import questions
from app.web import rendering
from app.web.contexts import QuestionBody
from app.web.curve import sigmoid_curve
from app.web.rendering import fragment
from app.web.sheet import Sheet, blank_sheet, fill_in, outline, set_apart
from tests.sizes import size


def asked() -> list[Question]:
    kinds = product(SKILLS, LEVELS, FORMATS)
    lessons = [questions.find_question(str(lesson_id(skill))) for skill in SKILLS]
    return [*(issue(skill, level, form, seed=5)[0] for skill, level, form in kinds), *lessons]


def body(question: Question, sheet: Sheet) -> str:
    return fragment(
        QuestionBody(sheet, "key", LEVELS, None, sigmoid_curve(question, False), outline(question), False, None, "host")
    )


def sheets(question: Question) -> list[Sheet]:
    typed = {part.symbol: [["1,5"]] for part in question.parts}
    return [blank_sheet(question), set_apart(blank_sheet(question), "one."), fill_in(blank_sheet(question), typed, [])]


def test_a_page_is_the_same_whatever_was_shown_before(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = [(question, place) for question in asked() for place in range(3)]
    together = [body(question, sheets(question)[place]) for question, place in shown]
    assert [body(question, sheets(question)[place]) for question, place in reversed(shown)] == together[::-1]
    for (question, place), page in list(zip(shown, together, strict=True))[:: size(10, 1)]:
        monkeypatch.setattr(rendering, "_environment_once", rendering._environment())  # nothing has been shown by this one
        assert body(question, sheets(question)[place]) == page, question.id


def test_what_varies_without_end_is_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "_MOST_PIECES", 3)
    once = rendering._Once()
    made: list[int] = []

    def piece(number: int) -> Markup:
        made.append(number)
        return Markup(str(number))

    told = [once("piece", k, caller=lambda k=k: piece(k)) for k in (1, 1, 2, 3, 4, 4, 1)]
    assert told == ["1", "1", "2", "3", "4", "4", "1"]
    assert made == [1, 2, 3, 4, 1]
