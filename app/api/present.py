"""Services' plain data as the contract's JSON."""

from app.api import schemas
from app.engine.notation import DECIMALS, json_numbers
from app.engine.question_id import lesson_id
from app.engine.questions import AskedPart, Question, given_json
from app.engine.skills import FORMATS, LEVELS, Skill
from app.engine.wrong_rules import misconceptions_of
from app.services.practice import Attempt
from app.services.solutions import Solution


def skill_out(skill: Skill) -> schemas.SkillOut:
    return schemas.SkillOut(
        id=skill.id,
        title=skill.title,
        levels=list(LEVELS),
        formats=list(FORMATS),
        parts=[schemas.PartOfSkill(symbol=part.symbol, title=part.title) for part in skill.parts],
        misconceptions=[schemas.KnownMisconception(code=known.code, title=known.title) for known in misconceptions_of(skill)],
        example_id=str(lesson_id(skill.id)),
    )


def question_out(question: Question) -> schemas.QuestionOut:
    """The public face of a question: no key, and no tolerance, which would tell it."""
    return schemas.QuestionOut(
        id=str(question.id),
        skill=question.skill.id,
        level=question.id.level,
        format=question.id.format,
        prompt=question.prompt,
        prompt_latex=question.prompt_latex,
        given=given_json(question),
        parts=[part_out(part) for part in question.parts],
    )


def part_out(part: AskedPart) -> schemas.PartOut:
    options = None
    if part.options is not None:
        options = [schemas.OptionOut(id=option.id, value=json_numbers(option.value)) for option in part.options]
    return schemas.PartOut(symbol=part.symbol, title=part.part.title, shape=list(part.shape), decimals=DECIMALS, options=options)


def solution_out(solution: Solution) -> schemas.SolutionOut:
    return schemas.SolutionOut(
        key=solution.key,
        tolerance=solution.tolerance,
        steps=[schemas.StepOut(text=step.text, latex=step.latex) for step in solution.steps],
    )


def attempt_out(attempt: Attempt) -> schemas.AttemptOut:
    row = attempt.row
    return schemas.AttemptOut(
        id=str(row.id),
        question_id=row.question_id,
        skill=row.skill,
        level=row.level,
        learner_id=row.learner_id,
        submitted_at=row.submitted_at,
        answer=row.answer_sent,
        score=row.score,
        correct=row.correct,
        parts=[schemas.PartGraded(**part) for part in row.parts],
        tries_left=None,
        solution=solution_out(attempt.solution) if attempt.solution else None,
    )
