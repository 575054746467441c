"""What the REST interface takes and gives, as Pydantic models with the contract's names.

Requests refuse unknown fields. The examples of whole calls are told in a story (app/api/examples.py).
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.api.request_body import RequestBody
from app.engine.skills import SKILLS

Format = Annotated[
    Literal["numeric", "choice"],
    Field(description="`numeric`: entries are typed. `choice`: each part is answered with the id of one of its options."),
]
Level = Annotated[  # as a Literal it would take true and 1.0 for 1
    int, Field(ge=1, le=3, description="How awkward the numbers and how large the arrays are; 1 is the easiest.")
]
Arrays = dict[str, Any]
Skill = Annotated[str, Field(description=f"A skill, by id: {', '.join(SKILLS)}.", examples=["chain"])]
Symbol = Annotated[str, Field(description="What is asked for, as in `answer` and in formulas.", examples=["dz"])]
Answered = Annotated[Arrays, Field(description="The answer as it was sent: symbol to value.")]
Answer = Annotated[
    dict[str, Any],
    Field(
        description="Symbol to value, for the symbols in the question's `parts`: nested lists of the part's `shape`, of numbers"
        " or of texts as a person types them (`0.105`, `−0,197`, `1e-3`), null for an entry left out; in a choice, the id of an"
        " option."
    ),
]
Shares = Annotated[
    list[Any] | None,
    Field(description="Which entries are right, in the shape of the answer; null in a choice."),
]


class NewLearner(RequestBody):
    name: Annotated[str, Field(description="How instructors will see this learner: 1 to 80 characters.", examples=["Ada"])]


class RegisteredLearner(BaseModel):
    id: Annotated[str, Field(description="The learner's id.")]
    name: Annotated[str, Field(description="The name that was sent.")]
    token: Annotated[str, Field(description="Shown once. Send it as `Authorization: Bearer TOKEN`.")]


class PartOfSkill(BaseModel):
    symbol: Symbol
    title: Annotated[str, Field(description="What that is, in words.")]


class KnownMisconception(BaseModel):
    code: Annotated[str, Field(description="Stable: it never depends on the numbers drawn.", examples=["h-for-derivative"])]
    title: Annotated[str, Field(description="The mistake in a few words.")]


class SkillOut(BaseModel):
    id: Annotated[str, Field(description="Send it as `skill`.", examples=["chain"])]
    title: Annotated[str, Field(description="What is practised, in words.")]
    levels: Annotated[list[int], Field(description="The levels at which it can be drawn.")]
    formats: Annotated[list[str], Field(description="The formats in which it can be drawn.")]
    parts: Annotated[
        list[PartOfSkill], Field(description="The quantities that its questions ask for; linked ones in their order.")
    ]
    misconceptions: Annotated[
        list[KnownMisconception], Field(description="The wrong rules that are recognised in answers to it.")
    ]
    example_id: Annotated[str, Field(description="The lesson's own exercise as a question of this skill.")]


class Skills(BaseModel):
    skills: Annotated[list[SkillOut], Field(description="All of them, in the order of the lesson.")]


class DrawQuestions(RequestBody):
    skill: Skill
    level: Level = 1
    format: Format = "numeric"
    count: Annotated[int, Field(ge=1, le=1000, description="How many; over 100 only as NDJSON.")] = 1
    seed: Annotated[
        int | None,
        Field(
            description="The same seed, of 64 bits with its sign, draws the same questions; null draws fresh ones.",
            ge=-(2**63),
            le=2**63 - 1,
        ),
    ] = None


class OptionOut(BaseModel):
    id: Annotated[str, Field(description="Send it as the answer to this part.", examples=["a"])]
    value: Annotated[list[Any], Field(description="What the option says, in the part's shape.")]


class PartOut(BaseModel):
    symbol: Symbol
    title: Annotated[str, Field(description="What is asked for, in words.")]
    shape: Annotated[
        list[int], Field(description="Of the answer: `[n]` for a vector, `[rows, columns]` for a matrix.", examples=[[4]])
    ]
    decimals: Annotated[int, Field(description="To how many decimals to answer; rounding on the way to as many is accepted.")]
    options: Annotated[list[OptionOut] | None, Field(description="To choose from; null in a numeric question.")]


class QuestionOut(BaseModel):
    id: Annotated[str, Field(description="The question itself: the same id gives the same question for ever, on every machine.")]
    skill: Annotated[str, Field(description="The skill's id.")]
    level: Level
    format: Format
    prompt: Annotated[str, Field(description="The question in plain text, readable aloud.")]
    prompt_latex: Annotated[str, Field(description="The same with LaTeX for the formulas.")]
    given: Annotated[Arrays, Field(description="What is known, by symbol: numbers and nested lists, row by row.")]
    parts: Annotated[list[PartOut], Field(description="What to answer.")]


class Questions(BaseModel):
    questions: Annotated[list[QuestionOut], Field(description="As many as were asked for.")]


class NewAttempt(RequestBody):
    answer: Answer


class Misconception(BaseModel):
    code: Annotated[str, Field(description="The mistake's stable name, as in the skill's `misconceptions`.")]
    title: Annotated[str, Field(description="The mistake in a few words.")]
    feedback: Annotated[str, Field(description="What to tell the learner; it does not tell the key.")]


class PartGraded(BaseModel):
    symbol: Symbol
    score: Annotated[
        float, Field(description="The share of its entries that are right, 0 to 1 (of `J`, of its rows); in a choice, 0 or 1.")
    ]
    verdict: Annotated[
        Literal["correct", "followed-through", "partial", "incorrect", "unanswered"],
        Field(
            description="`followed-through`: wrong, but right by the learner's own earlier part, so it scores 1, and the attempt"
            " is not `correct`. `partial`: some entries are right."
        ),
    ]
    entries: Shares
    rounding: Annotated[
        Literal["exact", "intermediate", "last-digit"] | None,
        Field(
            description="How an accepted part was rounded: once at the end, also on the way, or neither though within one unit of"
            " the last digit. Null where the part is not wholly accepted."
        ),
    ]
    misconception: Annotated[
        Misconception | None,
        Field(description="The wrong rule that explains the answer; null where none does, or more than one."),
    ]


class StepOut(BaseModel):
    text: Annotated[str, Field(description="One step of the worked way, in words.")]
    latex: Annotated[str, Field(description="The same as LaTeX.")]


class SolutionOut(BaseModel):
    key: Annotated[Arrays, Field(description="The right answer, by symbol, unrounded.")]
    tolerance: Annotated[Arrays, Field(description="How far from the key an entry is accepted, by symbol.")]
    steps: Annotated[list[StepOut], Field(description="The worked way.")]


class AttemptOut(BaseModel):
    id: Annotated[str, Field(description="The attempt's id; later ones have higher numbers.")]
    question_id: Annotated[str, Field(description="The question that was answered.")]
    skill: Annotated[str, Field(description="The question's skill.")]
    level: Level
    learner_id: Annotated[str, Field(description="Whose attempt it is.")]
    submitted_at: Annotated[datetime, Field(description="When it was stored, in UTC.")]
    answer: Answered
    score: Annotated[float, Field(description="The mean of its parts' scores, 0 to 1.")]
    correct: Annotated[bool, Field(description="Whether every part is right by itself.")]
    parts: Annotated[list[PartGraded], Field(description="The marks of each part, in the question's order.")]
    tries_left: Annotated[int | None, Field(description="Null in free practice, where there is no end of tries.")]
    solution: Annotated[
        SolutionOut | None,
        Field(
            description="Null until this whole answer is right, or the learner has had the question's solution shown; then it"
            " stands with their earlier attempts at the question too."
        ),
    ]


class Attempts(BaseModel):
    attempts: Annotated[list[AttemptOut], Field(description="Oldest first.")]
    next: Annotated[str | None, Field(description="Send it as `since` to read on; null on the last page.")]
    resume: Annotated[
        str | None,
        Field(
            description="Keep it, and send it as `since` later for what has come meanwhile; null while there is nothing at all."
        ),
    ]


FirstTryScore = Annotated[float | None, Field(description="Mean score of first tries, 0 to 1; null without any.")]


class SkillScoreOut(BaseModel):
    skill: Annotated[str, Field(description="The skill's id.")]
    attempts: Annotated[int, Field(description="All attempts at it.")]
    first_tries: Annotated[
        int, Field(description="Attempts that were the first at their question, before its solution was shown.")
    ]
    first_try_score: FirstTryScore


class LearnerScoreOut(BaseModel):
    learner_id: Annotated[str, Field(description="The learner's id.")]
    name: Annotated[str, Field(description="The learner's name.")]
    attempts: Annotated[int, Field(description="All attempts.")]
    first_tries: Annotated[
        int, Field(description="Attempts that were the first at their question, before its solution was shown.")
    ]
    first_try_score: FirstTryScore
    last_seen: Annotated[datetime | None, Field(description="When the newest attempt was made; null without any.")]
    skills: Annotated[list[SkillScoreOut], Field(description="The same by skill, of those that were tried.")]


class Scores(BaseModel):
    scores: Annotated[list[LearnerScoreOut], Field(description="One for each learner that the caller may read.")]


class Me(BaseModel):
    id: Annotated[str, Field(description="The account's id; a learner's is the `learner_id` of other calls.")]
    name: Annotated[str, Field(description="Its name.")]
    role: Annotated[
        Literal["learner", "instructor", "administrator", "integration"],
        Field(description="What the token may do: `integration` is a program that is connected to a course."),
    ]


class SkillProgressOut(SkillScoreOut):
    mastery: Annotated[
        float,
        Field(
            ge=0, le=1, description="How probable it is that the skill is known, from the latest first tries; mastered from 0.95."
        ),
    ]
    due: Annotated[
        datetime | None, Field(description="When a return to this mastered skill is worth while; null while it is not mastered.")
    ]


class Progress(BaseModel):
    skills: Annotated[list[SkillProgressOut], Field(description="Every skill, tried or not.")]
    next: Annotated[str | None, Field(description="The skill to practise next; a suggestion. Null when nothing is due.")]
    level: Annotated[int, Field(ge=1, le=3, description="The level to practise it at.")]
    reason: Annotated[str, Field(description="Why, in a sentence for the learner.", examples=["Later skills build on it."])]


class Health(BaseModel):
    status: Annotated[Literal["ok", "unavailable"], Field(description="`ok` with a 200, `unavailable` with a 503.")]


class FaultOut(BaseModel):
    pointer: Annotated[
        str,
        Field(
            description="JSON pointer to what is wrong, in the body unless `source` says otherwise.", examples=["/answer/dz/1"]
        ),
    ]
    detail: Annotated[str, Field(description="What is wrong there, in a sentence.")]
    hint: Annotated[
        str | None, Field(description="What the sender may have meant, where the shape itself is a known mistake.")
    ] = None
    source: Annotated[
        str | None, Field(description="`query`, `path` or `header`, where it is one of those that is wrong.", examples=["query"])
    ] = None


class ProblemOut(BaseModel):
    """A problem document (RFC 9457)."""

    type: Annotated[
        str, Field(description="The stable name of the kind of problem.", examples=["urn:sigmoid-quiz:problem:bad-input"])
    ]
    title: Annotated[str, Field(description="The kind of problem, in words.")]
    status: Annotated[int, Field(description="The status, as in the response.")]
    detail: Annotated[str, Field(description="What went wrong this time, and what to do.")]
    errors: Annotated[list[FaultOut] | None, Field(description="Every fault with its place, where the input is at fault.")] = None
    hint: Annotated[str | None, Field(description="The first hint among the errors.")] = None
