"""Question banks for other platforms: a set of questions in a format that they import, hundreds at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app import __version__
from app.services.moodle_xml import UNSAID as UNSAID_BY_MOODLE
from app.services.moodle_xml import write_moodle_xml
from app.services.qti_package import UNSAID as UNSAID_BY_QTI
from app.services.qti_package import write_qti_package
from app.services.question_sets import QuestionSet

MOST_IN_A_BANK = 500
BankFormat = Literal["moodle", "qti"]


@dataclass(frozen=True)
class Format:
    """title: for people. ending: of the file's name. unsaid: what the format cannot say of a question, in sentences."""

    title: str
    ending: str
    unsaid: tuple[str, ...]


FORMATS: dict[BankFormat, Format] = {
    "moodle": Format("Moodle XML", "xml", UNSAID_BY_MOODLE),
    "qti": Format("QTI 3.0", "zip", UNSAID_BY_QTI),
}


def write_bank(format: BankFormat, chosen: QuestionSet) -> Iterator[bytes]:
    """The file, chunk by chunk: a function of the set alone, so that it can be made again. A question that is named twice is in
    it once: its id is its identity on the other platform too.
    """
    about = f"Questions of sigmoid-quiz {__version__}: {chosen.spelled}, seed {chosen.seed}."
    write = write_moodle_xml if format == "moodle" else write_qti_package
    return write(list({question.id: question for question in chosen.questions()}.values()), about)


def bank_name(format: BankFormat, chosen: QuestionSet) -> str:
    """The name of its file, without the ending."""
    return f"sigmoid-quiz-{format}-{chosen.seed}"
