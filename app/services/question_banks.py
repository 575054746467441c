"""Question banks for other platforms: a set of questions in a format that they import, hundreds at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app import __version__
from app.services import moodle_xml, qti_package
from app.services.question_sets import QuestionSet

MOST_IN_A_BANK = 500
BankFormat = Literal["moodle", "qti"]


@dataclass(frozen=True)
class Format:
    """title: for people. ending: of the file's name. unsaid: what the format cannot say of a question that is answered with
    numbers, in sentences; unsaid_of_choices: of a choice.
    """

    title: str
    ending: str
    unsaid: tuple[str, ...]
    unsaid_of_choices: tuple[str, ...]


FORMATS: dict[BankFormat, Format] = {
    "moodle": Format("Moodle XML", "xml", moodle_xml.UNSAID, moodle_xml.UNSAID_OF_CHOICES),
    "qti": Format("QTI 3.0", "zip", qti_package.UNSAID, qti_package.UNSAID_OF_CHOICES),
}


def write_bank(format: BankFormat, chosen: QuestionSet) -> Iterator[bytes]:
    """The file, chunk by chunk: a function of the set alone, so that it can be made again. A question that is named twice is in
    it once: its id is its identity on the other platform too.
    """
    kind = "Choices" if chosen.format == "choice" else "Questions"
    about = f"{kind} of sigmoid-quiz {__version__}: {chosen.spelled}, seed {chosen.seed}."
    write = moodle_xml.write_moodle_xml if format == "moodle" else qti_package.write_qti_package
    return write(list({question.id: question for question in chosen.questions()}.values()), about)


def bank_name(format: BankFormat, chosen: QuestionSet) -> str:
    """The name of its file, without the ending."""
    return f"sigmoid-quiz-{format}-{'choice-' if chosen.format == 'choice' else ''}{chosen.seed}"
