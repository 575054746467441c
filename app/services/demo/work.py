"""How a made-up learner works: which question next, whether it is understood, what happens after a mistake."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from app.engine.question_id import lesson_id
from app.engine.questions import Question, build, issue
from app.engine.skills import SKILLS
from app.grading.answers import read_answer
from app.grading.grade import grade
from app.persistence.attempts import NewAttempt
from app.services.demo.answers import make_answer
from app.services.demo.learners import Learner
from app.services.practice import new_attempt

_ENOUGH = 8  # questions of a skill, after which even the hopeless go on to the next
_MOST_TRIES = 3
_ASKS_FOR_SOLUTION = 0.35  # after the last try at a question
_TRIES_AFTER_SOLUTION = 0.3
_UNDERSTANDS_FEEDBACK = 0.5
_HARDER_LEVEL = 0.06
_THINKING = timedelta(seconds=25)


@dataclass(frozen=True)
class SolutionShown:
    """A solution that a learner asked for."""

    learner_id: str
    question_id: str
    submitted_at: datetime


Event = NewAttempt | SolutionShown


@dataclass
class _Course:
    """Where a learner stands. known: skill -> the chance to get it right, 0 to 1; outcomes: of the first tries."""

    learner: Learner
    random: Random
    known: dict[str, float] = field(default_factory=dict)
    outcomes: dict[str, list[bool]] = field(default_factory=dict)

    def next_question(self) -> Question:
        skill = self._next_skill()
        if skill not in self.known:
            self._begin(skill)
            if skill == "comprehension":
                return build(lesson_id(skill))
        known = self.known[skill] + self.random.uniform(-0.15, 0.15)
        level = 1 if known < 0.6 else 2 if known < 0.85 else 3
        choice = self.random.random() < (0.35 if len(self.outcomes[skill]) < 3 else 0.1)
        return issue(skill, level, "choice" if choice else "numeric", 1, self.random.getrandbits(48))[0]

    def chance(self, question: Question) -> float:
        """The chance of a right answer at first."""
        return self.known[question.skill.id] - _HARDER_LEVEL * (question.id.level - 1)

    def note(self, question: Question, correct: bool) -> None:
        """What is learnt from a first try; feedback on a mistake teaches most."""
        skill, gain = question.skill.id, 0.04 + 0.12 * self.learner.ability
        self.known[skill] += (0.97 - self.known[skill]) * (gain if correct else 1.5 * gain)
        self.outcomes[skill].append(correct)

    def _begin(self, skill: str) -> None:
        earlier = [self.known[other] for other in self.known]
        learnt = sum(earlier) / len(earlier) if earlier else 0.3
        self.known[skill] = 0.1 + 0.45 * self.learner.ability + 0.4 * learnt
        self.outcomes[skill] = []

    def _next_skill(self) -> str:
        """The first skill that is not safe yet, in the order of dependence; after that, any, the weak ones sooner."""
        for skill in SKILLS:
            done = self.outcomes.get(skill, [])
            if len(done) < _ENOUGH and (len(done) < 3 or sum(done[-3:]) < 2):
                return skill
        weakness = [1.05 - self.known[skill] for skill in SKILLS]
        return self.random.choices(list(SKILLS), weakness)[0]


def work(learner: Learner, random: Random) -> Iterator[Event]:
    """All that a learner does, in the order of time: one attempt for each of their moments, and solutions between."""
    course = _Course(learner, random)
    question: Question | None = None
    tries, shown = 0, False
    for now in learner.moments:
        if question is None:
            question, tries, shown = course.next_question(), 0, False
        tries += 1
        chance = course.chance(question)
        if tries > 1:
            chance += (1 - chance) * _UNDERSTANDS_FEEDBACK
        sent = make_answer(question, learner, shown or random.random() < chance, random)
        answer = read_answer(question, sent)
        graded = grade(question, answer)
        yield new_attempt(question, learner.id, now, sent, answer, graded)
        if tries == 1:
            course.note(question, graded.correct)
        if graded.correct or shown:
            question = None
        elif tries == _MOST_TRIES or random.random() > learner.patience:
            shown = random.random() < _ASKS_FOR_SOLUTION
            if shown:
                yield SolutionShown(learner.id, str(question.id), now + _THINKING)
            if not shown or random.random() > _TRIES_AFTER_SOLUTION:
                question = None
