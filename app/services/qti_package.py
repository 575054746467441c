"""Questions as a QTI 3.0 content package: a zip with a manifest, an item for each question, and what QTI cannot say.

After 1EdTech's "QTI 3.0 Assessment, Section and Item Information Model" and its implementation guide
(https://www.imsglobal.org/spec/qti/v3p0/impl). A response is one number; response processing accepts |answer − key| ≤ tolerance,
scores a part by its entries (a Jacobian by its rows), and names a mistake where every entry of a part fits one wrong rule, as
grading does here. A choice is a choice interaction for each part; its wrong options name their mistakes.
"""

import zipfile
from collections.abc import Iterator, Sequence
from html import escape
from itertools import product
from tempfile import TemporaryFile

import numpy as np
from math_core import LatexToMathML

from app.engine.misconceptions import Misconception
from app.engine.notation import DECIMALS, latex_array, latex_number, subscript
from app.engine.questions import LATEX, SPOKEN, AskedPart, Question
from app.engine.sigmoid import Array
from app.engine.solutions import solution_steps
from app.engine.wrong_values import WrongValue, mistake_behind, wrong_values

UNSAID = (
    "A later part that follows rightly from an own earlier mistake earns nothing.",
    "A mistake is named where a whole part fits it; one entry slipped, and slips of the pen, are wrong, but not named.",
    "Rounding on the way is accepted as here, but it is not said that somebody did so.",
    "Which decimal separator is read, and how many attempts there are, is up to the platform.",
)
UNSAID_OF_CHOICES = (
    "A later part that follows rightly from an own earlier mistake earns nothing.",
    "How many attempts there are is up to the platform.",
)
_ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
_PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_SCHEMAS = "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd"
_INSTANCE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same set is the same file, byte by byte
_CHUNK = 2**16
_DIGITS = 9  # of tolerances and values: below what anybody types
_converter = LatexToMathML(xml_namespace=True)

Place = tuple[int, ...]


def write_qti_package(questions: Sequence[Question], about: str) -> Iterator[bytes]:
    """The zip file, made on disk and read back a chunk at a time. about: where the questions come from."""
    unsaid = UNSAID_OF_CHOICES if questions and questions[0].id.format == "choice" else UNSAID
    read_me = "\n".join([about, "", "What QTI cannot say:", *(f"- {line}" for line in unsaid), ""])
    with TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as package:
            _put(package, "imsmanifest.xml", _manifest([str(question.id) for question in questions]))
            _put(package, "README.txt", read_me)
            for question in questions:
                _put(package, f"items/{question.id}.xml", write_item(question))
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _put(package: zipfile.ZipFile, name: str, content: str) -> None:
    package.writestr(zipfile.ZipInfo(name, _LONG_AGO), content.encode(), zipfile.ZIP_DEFLATED)


def _manifest(names: Sequence[str]) -> str:
    resources = "".join(
        f'<resource identifier="{name}" type="imsqti_item_xmlv3p0" href="items/{name}.xml">'
        f'<file href="items/{name}.xml"/></resource>\n'
        for name in names
    )
    return (
        f'{_DECLARATION}<manifest xmlns="{_PACKAGE}" {_INSTANCE} identifier="sigmoid-quiz"'
        f' xsi:schemaLocation="{_PACKAGE} {_SCHEMAS}/imsqtiv3p0_imscpv1p2_v1p0.xsd">\n'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>\n<organizations/>\n<resources>\n"
        f'{resources}<resource identifier="README" type="webcontent" href="README.txt"><file href="README.txt"/></resource>\n'
        "</resources>\n</manifest>\n"
    )


def write_item(question: Question) -> str:
    """One question as a qti-assessment-item."""
    name, skill = str(question.id), question.skill
    declarations = "".join(_declared(part) for part in question.parts)
    outcomes = "".join(
        f'<qti-outcome-declaration identifier="MISTAKE_{part.symbol}" cardinality="single" base-type="identifier"/>\n'
        for part in question.parts
    )
    processing, feedback = "", ""
    for part in question.parts:
        mistakes = _mistakes(part)
        processing += _scored(part, len(question.parts)) + "".join(_named(part, test, one) for test, one in mistakes)
        feedback += _feedback(part, [one for _, one in mistakes])
    return (
        f'{_DECLARATION}<qti-assessment-item xmlns="{_ITEM}" {_INSTANCE} xsi:schemaLocation="{_ITEM}'
        f' {_SCHEMAS}/imsqti_asiv3p0_v1p0.xsd" identifier="{name}" title="{escape(skill.title)}, level {question.id.level}"'
        ' adaptive="false" time-dependent="false" xml:lang="en">\n'
        f'{declarations}<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="1"'
        ' normal-minimum="0"><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>\n'
        f"{outcomes}<qti-item-body>\n{_body(question)}</qti-item-body>\n"
        f"<qti-response-processing>\n{processing}</qti-response-processing>\n{feedback}</qti-assessment-item>\n"
    )


def _body(question: Question) -> str:
    givens = "".join(
        f"<p>{_math(f'{LATEX[symbol]} = {latex_array(value, question.given_decimals(symbol))}')}</p>\n"
        for symbol, value in question.given.items()
    )
    how = (
        "Choose the right values; they are rounded to 3 decimals."
        if question.id.format == "choice"
        else "Answer to 3 decimals; rounding to 3 decimals on the way is fine."
    )
    ask = f"{question.skill.ask[0]} {how}"
    steps = "".join(f"<p>{_text(step.text)}</p><p>{_math(step.latex)}</p>" for step in solution_steps(question))
    return (
        f"{givens}<p>{_text(ask)}</p>\n{''.join(_boxes(part) for part in question.parts)}"
        f'<qti-rubric-block use="scoring" view="scorer tutor"><qti-content-body>{steps}</qti-content-body></qti-rubric-block>\n'
    )


def _declared(part: AskedPart) -> str:
    """What is asked of one part, with the right response: an option, or a number in each box."""
    if part.options is None:
        return "".join(
            _declaration(_box(part, place), "float", latex_number(part.key[place], DECIMALS)) for place in _places(part)
        )
    (right,) = (option.id for option in part.options if option.code is None)
    return _declaration(part.symbol, "identifier", right)


def _declaration(name: str, kind: str, right: str) -> str:
    return (
        f'<qti-response-declaration identifier="{name}" cardinality="single" base-type="{kind}">'
        f"<qti-correct-response><qti-value>{right}</qti-value></qti-correct-response></qti-response-declaration>\n"
    )


def _boxes(part: AskedPart) -> str:
    title = part.part.title[0].upper() + part.part.title[1:]
    if part.options is not None:
        written = [(option.id, _math(latex_array(option.value, DECIMALS), in_line=True)) for option in part.options]
        options = "".join(f'<qti-simple-choice identifier="{name}">{value}</qti-simple-choice>\n' for name, value in written)
        return (
            f'<qti-choice-interaction response-identifier="{part.symbol}" shuffle="false" max-choices="1">'
            f"<qti-prompt>{_text(title)}:</qti-prompt>\n{options}</qti-choice-interaction>\n"
        )
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{SPOKEN.get(part.symbol, part.symbol)}{''.join(subscript(k + 1) for k in place)} = "
            f'<qti-text-entry-interaction response-identifier="{_box(part, place)}" expected-length="8"/></td>'
            for place in _places(part)
            if place[0] == row
        )
        + "</tr>"
        for row in range(part.shape[0])
    )
    return f"<p>{_text(title)}:</p>\n<table><tbody>{rows}</tbody></table>\n"


def _scored(part: AskedPart, parts: int) -> str:
    """Adds what each entry, or row of a diagonal matrix, or the right option is worth."""
    places = _places(part)
    units = [[place for place in places if place[0] == row] for row in range(part.shape[0])] if part.part.diagonal else None
    if part.options is not None:
        chosen = f'<qti-variable identifier="{part.symbol}"/><qti-correct identifier="{part.symbol}"/>'
        tests = [f"<qti-match>{chosen}</qti-match>"]
    else:
        tests = [_all_near(part, unit, part.key, part.tolerance) for unit in units or [[place] for place in places]]
    worth = np.format_float_positional(1 / (parts * len(tests)), trim="-")
    add = (
        '<qti-set-outcome-value identifier="SCORE"><qti-sum><qti-variable identifier="SCORE"/>'
        f'<qti-base-value base-type="float">{worth}</qti-base-value></qti-sum></qti-set-outcome-value>'
    )
    return "".join(_condition(test, add) for test in tests)


def _mistakes(part: AskedPart) -> list[tuple[str, Misconception]]:
    """(a test, the mistake that it tells): every entry fits a wrong rule, or the option that comes of it was chosen."""
    if part.options is None:
        places = _places(part)
        return [(_all_near(part, places, one.value, one.tolerance), one.misconception) for one in _told_apart(part)]
    behind = [(option, mistake_behind(part, option)) for option in part.options]
    return [
        (
            f'<qti-match><qti-variable identifier="{part.symbol}"/>'
            f'<qti-base-value base-type="identifier">{option.id}</qti-base-value></qti-match>',
            mistake,
        )
        for option, mistake in behind
        if mistake is not None
    ]


def _named(part: AskedPart, test: str, mistake: Misconception) -> str:
    return _condition(
        test,
        f'<qti-set-outcome-value identifier="MISTAKE_{part.symbol}"><qti-base-value base-type="identifier">'
        f"{mistake.code}</qti-base-value></qti-set-outcome-value>",
    )


def _feedback(part: AskedPart, mistakes: Sequence[Misconception]) -> str:
    known = {one.code: one for one in mistakes}
    return "".join(
        f'<qti-modal-feedback outcome-identifier="MISTAKE_{part.symbol}" identifier="{code}" show-hide="show"'
        f' title="{escape(one.title)}"><qti-content-body><p>{_text(one.feedback)}</p></qti-content-body>'
        "</qti-modal-feedback>\n"
        for code, one in known.items()
    )


def _told_apart(part: AskedPart) -> list[WrongValue]:
    """The wrong rules of which no answer can be taken for a right one, or for another misconception's. The gate sees to it that
    these are all; a question whose id was made by hand may have others.
    """
    wrong = wrong_values(part)

    def apart(one: WrongValue, value: Array, tolerance: Array) -> bool:
        return bool((np.abs(one.value - value) > one.tolerance + tolerance).any())

    return [
        one
        for one in wrong
        if apart(one, part.key, part.tolerance)
        and all(apart(one, other.value, other.tolerance) for other in wrong if other.misconception.code != one.misconception.code)
    ]


def _condition(test: str, then: str) -> str:
    return f"<qti-response-condition><qti-response-if>{test}{then}</qti-response-if></qti-response-condition>\n"


def _all_near(part: AskedPart, places: Sequence[Place], value: Array, tolerance: Array) -> str:
    near = "".join(
        f'<qti-equal tolerance-mode="absolute" tolerance="{_number(tolerance[place])}">'
        f'<qti-variable identifier="{_box(part, place)}"/>'
        f'<qti-base-value base-type="float">{_number(value[place])}</qti-base-value></qti-equal>'
        for place in places
    )
    return f"<qti-and>{near}</qti-and>"


def _places(part: AskedPart) -> list[Place]:
    return list(product(*map(range, part.shape)))


def _box(part: AskedPart, place: Place) -> str:
    return "_".join([part.symbol, *(str(k + 1) for k in place)])


def _number(x: float) -> str:
    return np.format_float_positional(round(float(x), _DIGITS) + 0.0, trim="-")


def _text(text: str) -> str:
    return escape(text, quote=False)


def _math(latex: str, in_line: bool = False) -> str:
    written: str = _converter.convert_with_local_state(latex, displaystyle=not in_line)
    return written
