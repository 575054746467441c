"""Practice against one mistake."""

import secrets

from app.engine.drill import drillable, issue_showing
from app.engine.misconceptions import MISCONCEPTIONS, Misconception
from app.engine.questions import Question
from app.services.refusals import NotFound


def find_mistake(code: str) -> Misconception:
    """The mistake of a code, if it can be drilled. Raises NotFound."""
    if not drillable(code):
        raise NotFound("There is no mistake of this name to practise against.")
    return MISCONCEPTIONS[code]


def draw_question_showing(code: str) -> Question:
    """A fresh question in which this mistake would show. Raises NotFound."""
    find_mistake(code)
    return issue_showing(code, secrets.randbits(64))
