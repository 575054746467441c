"""LaTeX as MathML, made on the server so that a page needs no script for it."""

from functools import lru_cache

from markupsafe import Markup
from math_core import LatexToMathML

_converter = LatexToMathML()


@lru_cache(maxsize=4096)
def mathml(latex: str, block: bool = False) -> Markup:
    """A formula as a <math> element. Raises math_core.LatexError for LaTeX that it cannot read."""
    return Markup(_converter.convert_with_local_state(latex, displaystyle=block))
