"""Which question a learner gets at which try: worked out from a secret of the assignment."""

from app.engine.questions import issue
from app.persistence.assignments import Assignment, Item
from app.security.tokens import seed_from


def draw(assignment: Assignment, item: Item, learner_id: str, number: int) -> str:
    """The id of the question for a learner's try: always the same, and nobody without the secret can work it out.

    HMAC of the secret → seed → the first of its candidates that passes the gate.
    """
    turn = number if assignment.fresh_questions else 1
    seed = seed_from(assignment.secret, learner_id, item.id, str(turn))
    return str(issue(item.skill, item.level, item.format, 1, seed)[0].id)
