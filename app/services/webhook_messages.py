"""What a webhook is told: an attempt as the REST interface gives it, or how a learner finished an assignment."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from app.persistence import assignments, attempts, sittings
from app.persistence.reach import EVERYBODY
from app.persistence.sittings import ItemScore
from app.persistence.webhooks import Delivery


def message(connection: Connection, delivery: Delivery) -> bytes | None:
    """The body, the same at each try. None where there is nothing to tell any more: the assignment was opened again."""
    if delivery.attempt_id is not None:
        kind, data = "attempt.created", _attempt(connection, delivery.attempt_id)
    else:
        kind, data = "assignment.finished", _finished(connection, delivery.assignment_id or "", delivery.learner_id)
    if data is None:
        return None
    told = {"type": kind, "timestamp": _moment(delivery.created_at), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _attempt(connection: Connection, attempt_id: int) -> dict[str, Any] | None:
    """Without its solution, which may be opened between two tries."""
    row = attempts.find_attempt(connection, attempt_id, EVERYBODY)
    if row is None:
        return None
    return {
        "id": str(row.id),
        "question_id": row.question_id,
        "skill": row.skill,
        "level": row.level,
        "learner_id": row.learner_id,
        "submitted_at": _moment(row.submitted_at),
        "answer": row.answer_sent,
        "score": row.score,
        "correct": row.correct,
        "parts": row.parts,
        "tries_left": None,
        "solution": None,
    }


def _finished(connection: Connection, assignment_id: str, learner_id: str) -> dict[str, Any] | None:
    assignment = assignments.find_assignment(connection, assignment_id)
    sitting = sittings.find_sitting(connection, assignment_id, learner_id)
    if assignment is None or sitting is None or sitting.finished_at is None:
        return None
    scored = sittings.scores_of(connection, assignment_id).get(learner_id, {})
    scores = [scored.get(item.id, ItemScore(0, None)).best for item in assignment.items]
    return {
        "assignment_id": assignment_id,
        "course_id": assignment.course_id,
        "title": assignment.title,
        "learner_id": learner_id,
        "finished_at": _moment(sitting.finished_at),
        "finished_by": sitting.finished_by,
        "scores": scores,
        "points": sum((score or 0.0) * item.points for score, item in zip(scores, assignment.items, strict=True)),
        "points_possible": assignment.points,
    }


def _moment(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")
