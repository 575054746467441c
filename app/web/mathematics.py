"""LaTeX as MathML, made on the server so that a page needs no script for it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup
from math_core import LatexToMathML

from app.web.stencils import is_hole

_converter = LatexToMathML()

# What opens and closes, where a line may break before an operator, and where after a space between two statements.
_MARK = re.compile(
    r"(?P<open>\\begin\{\w+\}|\\left\b|[{(])|(?P<close>\\end\{\w+\}|\\right\b|[})])"
    r"|(?P<before>(?<=\s)(?:=|\\otimes(?=\s*\\begin)|-(?=\s*[0-9.]+ \\cdot \\begin))\s)|(?P<after>\\q?quad\s*|,\\ )"
)


@lru_cache(maxsize=4096)
def mathml(latex: str, block: bool = False) -> Markup:
    """A formula as a <math> element; a hole stays one. Raises math_core.LatexError for LaTeX that it cannot read."""
    if is_hole(latex):
        return Markup(latex)
    return Markup(_converter.convert_with_local_state(latex, displaystyle=block))


@lru_cache(maxsize=4096)
def running(latex: str) -> Markup:
    """A formula as several <math> elements that follow one another as words do: where the line is too short, it goes on below,
    at an = or at an operation between arrays. A single <math> never breaks, and on a phone its result would be out of sight.
    """
    first, *others = _pieces(latex.strip())
    # {}: an operator that begins a piece stands between two sides still, and keeps its space.
    written = [mathml(first, True), *(mathml("{} " + piece, True) for piece in others)]
    return Markup('<span class="running">{}</span>').format(Markup("<wbr>").join(written))


def _pieces(latex: str) -> Iterator[str]:
    """The formula cut before each such operator outside of all brackets, and after each wide space there."""
    depth = start = 0
    for mark in _MARK.finditer(latex):
        if mark["open"]:
            depth += 1
        elif mark["close"]:
            depth -= 1
        elif depth == 0:
            cut = mark.start() if mark["before"] else mark.end()
            if latex[start:cut].strip():
                yield latex[start:cut].lstrip()
                start = cut
    yield latex[start:].lstrip()
