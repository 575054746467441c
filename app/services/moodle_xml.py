"""Questions as Moodle XML, for a course's question bank: cloze questions with a NUMERICAL box for every entry.

The form is that of "Moodle XML format" and "Embedded Answers (Cloze) question type" (https://docs.moodle.org/en/Moodle_XML_format,
https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type). A box accepts |answer − key| ≤ tolerance, as grading does
here; the answers in it are tried in order, so what is right comes first, and a wrong value follows with 0 % and the feedback
of its misconception where no other misconception leads there.
"""

from collections.abc import Iterator, Sequence
from html import escape
from math import lcm

import numpy as np

from app.engine.notation import latex_array, subscript
from app.engine.questions import LATEX, SPOKEN, AskedPart, Question
from app.engine.solutions import solution_steps
from app.engine.wrong_values import telling_entries, wrong_values

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
_DECIMALS = 9


def write_moodle_xml(questions: Sequence[Question], about: str) -> Iterator[bytes]:
    """The file, question by question, in a category for each skill and level. about: where the questions come from."""
    notes = "\n".join(f"  - {line}" for line in UNSAID)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<!--\n{about}\nWhat Moodle cannot say:\n{notes}\n-->\n<quiz>\n'.encode()
    category = None
    for question in questions:
        own = f"$course$/top/Sigmoid quiz/{question.skill.title.replace('/', '//')}, level {question.id.level}"
        if own != category:
            category = own
            yield _category(own, about).encode()
        yield _question(question).encode()
    yield b"</quiz>\n"


def _category(name: str, about: str) -> str:
    unsaid = "".join(f"<li>{escape(line, quote=False)}</li>" for line in UNSAID)
    info = f"<p>{escape(about, quote=False)}</p><p>What Moodle cannot say:</p><ul>{unsaid}</ul>"
    return (
        f'<question type="category"><category><text>{escape(name, quote=False)}</text></category>'
        f'<info format="html"><text>{_data(info)}</text></info></question>\n'
    )


def _question(question: Question) -> str:
    identity = str(question.id)
    steps = "".join(f"<p>{escape(step.text, quote=False)}</p><p>{_display(step.latex)}</p>" for step in solution_steps(question))
    return (
        f'<question type="cloze"><name><text>{identity}</text></name>\n'
        f'<questiontext format="html"><text>{_data(_sheet(question))}</text></questiontext>\n'
        f'<generalfeedback format="html"><text>{_data(steps)}</text></generalfeedback>\n'
        f"<penalty>0</penalty><hidden>0</hidden><idnumber>{identity}</idnumber>\n"
        f"<tags><tag><text>{question.skill.id}</text></tag><tag><text>level {question.id.level}</text></tag></tags></question>\n"
    )


def _sheet(question: Question) -> str:
    """What is given, what is asked, and a table of boxes for each part."""
    givens = "".join(
        f"<p>{_display(f'{LATEX[symbol]} = {latex_array(value, question.given_decimals(symbol))}')}</p>"
        for symbol, value in question.given.items()
    )
    whole = lcm(*(part.key.size for part in question.parts))
    boxes = "".join(_boxes(part, whole // part.key.size) for part in question.parts)
    ask = f"{question.skill.ask[0]} Answer to 3 decimals; rounding to 3 decimals on the way is fine."
    return f"{givens}<p>{escape(ask, quote=False)}</p>{boxes}"


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
    title = part.part.title[0].upper() + part.part.title[1:]
    return f"<p>{escape(title, quote=False)}:</p><table>{''.join(lines)}</table>"


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
