"""Drawing and finding questions. Nothing here touches storage: a question is a function of its id."""

from collections.abc import Sequence

from app.engine.question_id import MalformedQuestionId, QuestionId, parse_question_id
from app.engine.questions import Question, build_all, issue
from app.engine.skills import FORMATS, LEVELS, SKILLS
from app.services.refusals import NotFound, Unusable

MOST_QUESTIONS = 1000


def find_question(question_id: str) -> Question:
    """The question of an id, as text.

    Raises:
        NotFound: the text is no question's id.
    """
    found = find_questions([question_id])[0]
    if isinstance(found, NotFound):
        raise found
    return found


def find_questions(question_ids: Sequence[str]) -> list[Question | NotFound]:
    """The questions of some ids, as text, in their order; NotFound for a text that is no question's id."""
    read = [_read(question_id) for question_id in question_ids]
    built = iter(build_all([one for one in read if isinstance(one, QuestionId)]))
    return [next(built) if isinstance(one, QuestionId) else one for one in read]


def _read(question_id: str) -> QuestionId | NotFound:
    try:
        return parse_question_id(question_id)
    except MalformedQuestionId as error:
        return NotFound(str(error))


def draw_questions(
    skill: str, level: int = 1, format: str = "numeric", count: int = 1, seed: int | None = None
) -> list[Question]:
    """Fresh questions that passed the gate; with a seed, the same ones each time.

    Raises:
        Unusable: no such skill, level or format, or too many at once.
    """
    if skill not in SKILLS:
        raise Unusable("/skill", f"There is no such skill; there are {', '.join(SKILLS)}.")
    if level not in LEVELS:
        raise Unusable("/level", "A level is 1, 2 or 3.")
    if format not in FORMATS:
        raise Unusable("/format", "A format is numeric or choice.")
    if not 1 <= count <= MOST_QUESTIONS:
        raise Unusable("/count", f"Between 1 and {MOST_QUESTIONS} questions can be drawn at once.")
    return issue(skill, level, format, count, seed)
