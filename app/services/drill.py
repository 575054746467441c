"""Practice against one mistake."""

import secrets

from app.engine.drill import drillable, issue_showing, skills_showing
from app.engine.misconceptions import MISCONCEPTIONS, Misconception
from app.engine.questions import Question
from app.persistence import learner_reports
from app.persistence.database import Database
from app.security.principals import Principal
from app.services.refusals import NotFound


def find_mistake(code: str) -> Misconception:
    """The mistake of a code, if it can be drilled. Raises NotFound."""
    if not drillable(code):
        raise NotFound("There is no mistake of this name to practise against.")
    return MISCONCEPTIONS[code]


def draw_question_showing(database: Database, principal: Principal | None, code: str) -> Question:
    """A fresh question in which this mistake would show, at the level of the learner's latest first try at its skill.
    Nothing is stored. Raises NotFound.
    """
    find_mistake(code)
    return issue_showing(code, secrets.randbits(64), _levels(database, principal, code))


def _levels(database: Database, principal: Principal | None, code: str) -> dict[str, int]:
    """Skill -> level, for the skills that have been tried."""
    if principal is None:
        return {}
    skills = [skill.id for skill in skills_showing(code)]
    with database.read() as connection:
        latest = learner_reports.latest_first_tries(connection, principal.account_id, skills, 1)
    return {skill: tries[-1].level for skill, tries in latest.items()}
