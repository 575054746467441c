"""A question's page; for whoever was told nothing of it yet it is made once for all questions of a kind, and filled in."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import count

from markupsafe import Markup, escape

from app.engine.misconceptions import Misconception
from app.engine.question_id import QuestionId
from app.engine.questions import Question, build
from app.engine.skills import LEVELS
from app.security.principals import Principal, Role
from app.services import questions
from app.services.solutions import Solution
from app.services.together import Kept
from app.web.contexts import QuestionBody, QuestionPage
from app.web.curve import Curve, sigmoid_curve
from app.web.mathematics import mathml
from app.web.rendering import fragment, whole_page
from app.web.sheet import Choice, Given, Sheet, blank_sheet, outline
from app.web.stencils import Stencil, hole

EXERCISE = "comprehension"

_NAME, _KEY, _HOST = range(3)  # the holes that are filled anew for each visit; after them come those of the question


def question_page(
    question: Question, sheet: Sheet, key: str, host: str, solution: Solution | None = None, drill: Misconception | None = None
) -> QuestionPage:
    """The page of a sheet. key: of its form. host: of the permalink. solution: once the learner has asked for it. drill: the
    mistake that is being practised against.
    """
    return _page(question, sheet, sigmoid_curve(question, with_slopes=solution is not None), key, host, solution, drill)


def _page(
    question: Question,
    sheet: Sheet,
    curve: Curve | None,
    key: str,
    host: str,
    solution: Solution | None,
    drill: Misconception | None,
) -> QuestionPage:
    is_exercise = question.id.seed is None and question.skill.id == EXERCISE
    body = QuestionBody(sheet, key, LEVELS, solution, curve, outline(question), is_exercise, drill, host)
    return QuestionPage("The lesson’s exercise" if is_exercise else question.skill.title, Markup(fragment(body)))


async def fresh_page(question_id: str, visitor: Principal | None, key: str, host: str) -> bytes:
    """The page of a question of which the visitor was told nothing yet. Raises NotFound: that is no question's id."""
    kind, own = await _kind_and_texts(question_id)
    name = escape(visitor.name) if visitor else ""
    texts = [name.encode(), key.encode(), escape(host).encode(), *own]  # _NAME, _KEY, _HOST, and the question's
    return _stencil(kind, visitor.role if visitor else None).filled(texts)


def _kinds_and_texts(question_ids: Sequence[str]) -> list[tuple[QuestionId, list[bytes]] | Exception]:
    found = questions.find_questions(question_ids)
    return [one if isinstance(one, Exception) else (_kind(one), _texts(one)) for one in found]


_kind_and_texts = Kept(_kinds_and_texts, most=2048)
"""A question's id -> its kind, and what goes into the holes of its page; the same for every visitor."""


def _kind(question: Question) -> QuestionId:
    """One question for all whose pages differ in texts alone; the lesson's own are kinds by themselves."""
    return question.id if question.id.seed is None else replace(question.id, seed=0)


def _texts(question: Question) -> list[bytes]:
    """As HTML, in the order of the holes."""
    sheet, curve = blank_sheet(question), sigmoid_curve(question, with_slopes=False)
    texts: list[str] = [sheet.question_id]
    arrays: list[Given | Choice] = [*sheet.givens, *(choice for part in sheet.parts for choice in part.choices)]
    for array in arrays:
        texts += (mathml(array.latex, True), array.spoken)
    if curve:
        texts += (curve.described, curve.dots)
    return [escape(text).encode() for text in texts]


@cache  # there are under two hundred kinds, and five sorts of visitor
def _stencil(kind: QuestionId, role: Role | None) -> Stencil:
    """The page of a question of this kind for visitors in a role, with the question's holes in the order of its texts."""
    question, holes = build(kind), map(hole, count(_HOST + 1))
    sheet, curve = blank_sheet(question), sigmoid_curve(question, with_slopes=False)
    sheet.question_id = next(holes)
    sheet.givens = [replace(given, latex=next(holes), spoken=next(holes)) for given in sheet.givens]
    for part in sheet.parts:
        part.choices = [replace(choice, latex=next(holes), spoken=next(holes)) for choice in part.choices]
    if curve:
        curve = replace(curve, described=next(holes), dots=next(holes))
    visitor = Principal("", role, hole(_NAME), "session") if role else None
    return Stencil(whole_page(_page(question, sheet, curve, hole(_KEY), hole(_HOST), None, None), visitor, "/q", ""))
