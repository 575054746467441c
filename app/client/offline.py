"""The quiz without a server: the engine draws and grades here, and what is answered is kept as long as this client lives."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from app.client.errors import Fault, QuizError
from app.client.records import (
    Attempt,
    Given,
    Misconception,
    Option,
    Outcome,
    Part,
    PartGrade,
    Question,
    Skill,
    SkillPart,
    Solution,
    Step,
    plain,
)
from app.engine import questions as engine
from app.engine.notation import DECIMALS
from app.engine.question_id import MalformedQuestionId, lesson_id, parse_question_id
from app.engine.skills import FORMATS, LEVELS, SKILLS
from app.engine.solutions import solution_steps
from app.engine.wrong_rules import misconceptions_of
from app.grading.answers import UnreadableAnswer, read_answer
from app.grading.grade import PartGrade as Graded
from app.grading.grade import grade

_NOBODY = "offline"


class Offline:
    """Draws and grades as a server would, with the same results and the same QuizError for what is refused."""

    def __init__(self) -> None:
        self._attempts: list[Attempt] = []
        self._shown: set[str] = set()

    def skills(self) -> list[Skill]:
        """What can be practised."""
        return [
            Skill(
                skill.id,
                skill.title,
                LEVELS,
                FORMATS,
                tuple(SkillPart(part.symbol, part.title) for part in skill.parts),
                tuple(Misconception(known.code, known.title) for known in misconceptions_of(skill)),
                str(lesson_id(skill.id)),
            )
            for skill in SKILLS.values()
        ]

    def questions(
        self, skill: str, level: int = 1, format: str = "numeric", count: int = 1, seed: int | None = None
    ) -> list[Question]:
        """Fresh questions; with a `seed`, the same ones each time. level: 1 to 3. format: numeric or choice."""
        if skill not in SKILLS:
            raise _unusable("/skill", f"There is no such skill; there are {', '.join(SKILLS)}.")
        if level not in LEVELS:
            raise _unusable("/level", "Levels are 1, 2 and 3.")
        if format not in FORMATS:
            raise _unusable("/format", "Formats are numeric and choice.")
        return [_question(drawn) for drawn in engine.issue(skill, level, format, count, seed)]

    def question(self, question_id: str) -> Question:
        """The question of an id."""
        return _question(_built(question_id))

    def answer(self, question: Question | str, answer: Mapping[str, Any], idempotency_key: str | None = None) -> Attempt:
        """Grades an answer, given as for `Client.answer`. There is nobody to send it to twice, so the key is of no use here."""
        built = _built(question if isinstance(question, str) else question.id)
        sent = plain(answer)
        try:
            graded = grade(built, read_answer(built, sent))
        except UnreadableAnswer as error:
            faults = tuple(
                Fault("".join(f"/{step}" for step in ("answer", *complaint.path)), complaint.detail, complaint.hint)
                for complaint in error.complaints
            )
            raise QuizError(422, "The answer cannot be read", str(error), faults) from None
        attempt = Attempt(
            id=str(len(self._attempts) + 1),
            question_id=str(built.id),
            skill=built.skill.id,
            level=built.id.level,
            learner_id=_NOBODY,
            submitted_at=datetime.now(UTC),
            answer=sent,
            score=graded.score,
            correct=graded.correct,
            parts=tuple(_part_grade(part) for part in graded.parts),
            tries_left=None,
            solution=_solution(built) if graded.correct or str(built.id) in self._shown else None,
        )
        self._attempts.append(attempt)
        return attempt

    def submit_many(self, answers: Iterable[Given | tuple[Question | str, Mapping[str, Any]]]) -> list[Outcome]:
        """Grades many answers; one outcome for each, in their order."""
        outcomes = []
        for one in answers:
            given = one if isinstance(one, Given) else Given(*one)
            try:
                outcomes.append(Outcome(self.answer(given.question, given.answer), None))
            except QuizError as error:
                outcomes.append(Outcome(None, error))
        return outcomes

    def solution(self, question: Question | str) -> Solution:
        """The solution; attempts at the question after that show it too."""
        built = _built(question if isinstance(question, str) else question.id)
        self._shown.add(str(built.id))
        return _solution(built)

    def attempts(self, skill: str | None = None) -> Iterator[Attempt]:
        """What was answered through this client, oldest first."""
        return (attempt for attempt in self._attempts if skill in (None, attempt.skill))


def _built(question_id: str) -> engine.Question:
    try:
        return engine.build(parse_question_id(question_id))
    except MalformedQuestionId as error:
        raise QuizError(404, "No such question", str(error)) from None


def _question(built: engine.Question) -> Question:
    return Question(
        id=str(built.id),
        skill=built.skill.id,
        level=built.id.level,
        format=built.id.format,
        prompt=built.prompt,
        prompt_latex=built.prompt_latex,
        given=built.given,
        parts=tuple(
            Part(
                asked.symbol,
                asked.part.title,
                asked.shape,
                DECIMALS,
                None if asked.options is None else tuple(Option(option.id, option.value) for option in asked.options),
            )
            for asked in built.parts
        ),
    )


def _part_grade(part: Graded) -> PartGrade:
    known = part.misconception
    named = None if known is None else Misconception(known.code, known.title, known.feedback)
    return PartGrade(part.symbol, part.score, part.verdict, part.entries, part.rounding, named)


def _solution(built: engine.Question) -> Solution:
    return Solution(
        key={part.symbol: part.key for part in built.parts},
        tolerance={part.symbol: part.tolerance for part in built.parts},
        steps=tuple(Step(step.text, step.latex) for step in solution_steps(built)),
    )


def _unusable(pointer: str, detail: str) -> QuizError:
    return QuizError(422, "The request cannot be used", detail, (Fault(pointer, detail),))
