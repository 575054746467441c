"""The font that comes with the pages has every character of every formula that the engine writes."""

import re
import unicodedata
from html import unescape

from fontTools.ttLib import TTFont

from app.engine.questions import issue
from app.engine.skills import LEVELS, SKILLS
from app.engine.solutions import solution_steps
from app.resources import folder
from app.web.mathematics import mathml, running

FONT = folder("static") / "vendor/noto-sans-math/noto-sans-math-latin-400-normal.woff2"


def italic(letter: str) -> str:
    """What a browser shows for a single letter of <mi>: the italic one, which has a code point of its own."""
    if letter == "h":
        return "ℎ"
    name = unicodedata.name(letter, "").replace("LATIN ", "").replace("GREEK ", "").replace(" LETTER", "")
    try:
        return unicodedata.lookup(f"MATHEMATICAL ITALIC {name}")
    except KeyError:
        return letter


def characters(formula: str) -> set[str]:
    letters = {italic(unescape(mi)) for mi in re.findall(r"<mi>([^<])</mi>", formula)}
    return letters | set(unescape(re.sub(r"<[^>]*>", "", formula)))


def test_the_font_has_every_character_of_every_formula() -> None:
    font = TTFont(FONT)
    assert "MATH" in font
    known = {chr(code) for code in font.getBestCmap()}
    for skill in SKILLS:
        for level in LEVELS:
            (question,) = issue(skill, level, seed=1)
            for latex in (question.prompt_latex, *(step.latex for step in solution_steps(question))):
                assert characters(str(mathml(latex))) - known == set(), (skill, latex)


def pieces(latex: str) -> list[str]:
    return [re.sub("<[^>]*>", "", piece) for piece in running(latex).split("<wbr>")]


def test_a_running_formula_may_go_on_below_before_each_equals_sign() -> None:
    for skill in SKILLS:
        for level in LEVELS:
            (question,) = issue(skill, level, seed=1)
            for step in solution_steps(question):
                parts = pieces(step.latex)
                assert "".join(parts) == re.sub("<[^>]*>", "", mathml(step.latex)), step.latex
                assert all(part.count("=") <= 1 and part.find("=") <= 0 for part in parts), parts


def test_a_sign_inside_brackets_breaks_no_line() -> None:
    assert len(pieces(r"\sum_{i = 1} (a = b) + \begin{bmatrix} x = 1 \\ y \otimes z \end{bmatrix}")) == 1
