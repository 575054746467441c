"""Questions as Moodle XML, for a course's question bank: cloze questions with a NUMERICAL box for every entry, and choices.

The form is that of "Moodle XML format" and "Embedded Answers (Cloze) question type" (https://docs.moodle.org/en/Moodle_XML_format,
https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type). A box accepts |answer − key| ≤ tolerance, as grading does
here; the answers in it are tried in order, so what is right comes first, and a wrong value follows with 0 % and the feedback
of its misconception where no other misconception leads there.

A choice of one part is a `multichoice` question; one of several parts is a cloze question with radio buttons (MCV) for each.
"""

from collections.abc import Iterator, Sequence
from html import escape
from math import lcm

import numpy as np

from app.engine.notation import DECIMALS, latex_array, plain_array, subscript
from app.engine.questions import LATEX, SPOKEN, AskedPart, Option, Question
from app.engine.solutions import solution_steps
from app.engine.wrong_values import mistake_behind, telling_entries, wrong_values

UNSAID = (
    "Moodle marks each box by itself: a later part that follows rightly from an own earlier mistake earns nothing.",
    "A mistake is recognised in each box by itself, and only where no other mistake leads to the same number; slips of the pen "
    "(a sign, two digits, two entries swapped) are wrong, but not named.",
    "Rounding on the way is accepted as here, but it is not said that somebody did so.",
    "In a Jacobian every box counts, the zeros too; here a row counts as a whole.",
    "Each part weighs the same. Moodle writes that as whole weights of the boxes, so a question’s default mark is their sum.",
    "The right answers that Moodle shows have up to nine decimals, since the tolerance lies around the exact value.",
    "Formulas are TeX, which Moodle shows by its MathJax filter. Which decimal separator is read depends on Moodle’s language.",
)
UNSAID_OF_CHOICES = (
    "Moodle marks each part by itself: a later part that follows rightly from an own earlier mistake earns nothing.",
    "Formulas are TeX, which Moodle shows by its MathJax filter.",
)
_DECIMALS = 9


def write_moodle_xml(questions: Sequence[Question], about: str) -> Iterator[bytes]:
    """The file, question by question, in a category for each skill and level. about: where the questions come from."""
    choices = bool(questions) and questions[0].id.format == "choice"
    unsaid = UNSAID_OF_CHOICES if choices else UNSAID
    notes = "\n".join(f"  - {line}" for line in unsaid)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<!--\n{about}\nWhat Moodle cannot say:\n{notes}\n-->\n<quiz>\n'.encode()
    category = None
    for question in questions:
        own = f"$course$/top/Sigmoid quiz/{question.skill.title.replace('/', '//')}, level {question.id.level}"
        own += ", choice" if choices else ""
        if own != category:
            category = own
            yield _category(own, about, unsaid).encode()
        yield _question(question).encode()
    yield b"</quiz>\n"


def _category(name: str, about: str, unsaid: Sequence[str]) -> str:
    lines = "".join(f"<li>{escape(line, quote=False)}</li>" for line in unsaid)
    info = f"<p>{escape(about, quote=False)}</p><p>What Moodle cannot say:</p><ul>{lines}</ul>"
    return (
        f'<question type="category"><category><text>{escape(name, quote=False)}</text></category>'
        f'<info format="html"><text>{_data(info)}</text></info></question>\n'
    )


def _question(question: Question) -> str:
    identity = str(question.id)
    steps = "".join(f"<p>{escape(step.text, quote=False)}</p><p>{_display(step.latex)}</p>" for step in solution_steps(question))
    alone = question.parts[0] if len(question.parts) == 1 else None
    kind, answers = ("multichoice", _answers(alone)) if alone and alone.options else ("cloze", "")
    return (
        f'<question type="{kind}"><name><text>{identity}</text></name>\n'
        f'<questiontext format="html"><text>{_data(_sheet(question))}</text></questiontext>\n'
        f'<generalfeedback format="html"><text>{_data(steps)}</text></generalfeedback>\n'
        f"<penalty>0</penalty><hidden>0</hidden><idnumber>{identity}</idnumber>\n{answers}"
        f"<tags><tag><text>{question.skill.id}</text></tag><tag><text>level {question.id.level}</text></tag></tags></question>\n"
    )


def _sheet(question: Question) -> str:
    """What is given, what is asked, and a table of boxes or choices for each part; a multichoice question has its own."""
    givens = "".join(
        f"<p>{_display(f'{LATEX[symbol]} = {latex_array(value, question.given_decimals(symbol))}')}</p>"
        for symbol, value in question.given.items()
    )
    if question.id.format == "choice":
        how, below = "Choose the right values; they are rounded to 3 decimals.", _choices(question)
    else:
        how, below = "Answer to 3 decimals; rounding to 3 decimals on the way is fine.", _all_boxes(question)
    return f"{givens}<p>{escape(f'{question.skill.ask[0]} {how}', quote=False)}</p>{below}"


def _all_boxes(question: Question) -> str:
    whole = lcm(*(part.key.size for part in question.parts))
    return "".join(_boxes(part, whole // part.key.size) for part in question.parts)


def _boxes(part: AskedPart, weight: int) -> str:
    wrong = wrong_values(part)
    telling = telling_entries(part, wrong)
    rows = part.key.reshape(part.shape[0], -1)
    lines = []
    for i, row in enumerate(rows):
        cells = []
        for j in range(len(row)):
            place = (i, j) if part.key.ndim == 2 else (i,)
            answers = [f"={_number(part.key[place])}:{_number(part.tolerance[place])}"]
            for k, one in enumerate(wrong):
                if telling[(k, *place)]:
                    feedback = _cloze(f"“{one.misconception.title}” leads to this number. {one.misconception.feedback}")
                    answers.append(f"%0%{_number(one.value[place])}:{_number(one.tolerance[place])}#{feedback}")
            name = "".join(subscript(index + 1) for index in place)
            cells.append(f"<td>{SPOKEN.get(part.symbol, part.symbol)}{name} = {{{weight}:NUMERICAL:{'~'.join(answers)}}}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"{_title(part)}<table>{''.join(lines)}</table>"


def _title(part: AskedPart) -> str:
    return f"<p>{escape(part.part.title[0].upper() + part.part.title[1:], quote=False)}:</p>"


def _answers(part: AskedPart) -> str:
    """The options of a multichoice question, in the order that they have here, and how Moodle shows them."""
    options = "".join(
        f'<answer fraction="{0 if option.code else 100}" format="html">'
        f"<text>{_data(_display(latex_array(option.value, DECIMALS)))}</text>"
        f'<feedback format="html"><text>{_data(escape(_led_to(part, option), quote=False))}</text></feedback></answer>\n'
        for option in part.options or ()
    )
    shown = "<single>true</single><shuffleanswers>false</shuffleanswers><answernumbering>abc</answernumbering>"
    return f"<defaultgrade>1</defaultgrade>{shown}\n{options}"


def _choices(question: Question) -> str:
    """Radio buttons for each of several parts. The options are plain text: a brace of TeX would end the list of them."""
    if len(question.parts) == 1:
        return ""
    shown = []
    for part in question.parts:
        options = "~".join(
            f"{'%0%' if option.code else '='}{'<br>'.join(plain_array(row, DECIMALS) for row in np.atleast_2d(option.value))}"
            f"#{_cloze(_led_to(part, option))}"
            for option in part.options or ()
        )
        shown.append(f"{_title(part)}<p>{{1:MCV:{options}}}</p>")
    return "".join(shown)


def _led_to(part: AskedPart, option: Option) -> str:
    """The feedback of an option: which mistake leads to it."""
    mistake = mistake_behind(part, option)
    return f"“{mistake.title}” leads to these values. {mistake.feedback}" if mistake else "These are the right values."


def _number(x: float) -> str:
    """A plain decimal, exact to 1e-9, as Moodle's grammar of numbers has it."""
    return np.format_float_positional(round(float(x), _DECIMALS) + 0.0, trim="-")


def _cloze(text: str) -> str:
    """Text within a box: HTML in which what would end or part the answers stands behind a backslash."""
    shown = escape(text, quote=False)
    return "".join("\\" + sign if sign in "\\{}~#" else sign for sign in shown)


def _display(latex: str) -> str:
    return rf"\({escape(latex, quote=False)}\)"


def _data(html: str) -> str:
    return f"<![CDATA[{html.replace(']]>', ']]]]><![CDATA[>')}]]>"
