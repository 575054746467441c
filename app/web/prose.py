"""Sentences with small formulas in them: what plain text writes as e^−z or h_prev is shown raised or lowered.

The engine's sentences are plain text, since programs read them too; only a page can raise an exponent.
"""

import re
from functools import lru_cache

from markupsafe import Markup, escape

# A caret with its exponent; an underscore between a symbol of the lesson and the words it is told apart by.
_FORMULA = re.compile(
    r"(?P<base>[^\W\d_])\^(?P<power>[−-]?\w+)"
    r"|(?P<symbol>\bd?[hWbz])_(?P<index>prev|new)(?P<place>[₀-₉]*)(?![A-Za-z0-9_])"
    r"|(?P<call>σ′?\(\w\))"
)
_FIGURES = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
# A formula keeps together; a long one may break before its second = sign.
_TIGHT = re.compile(
    r" (?=[⊗−+·])|(?<=[⊗−+·=]) |(?<=\b\w) (?==)|(?<=\b\w\w) (?==)|(?<=[^=⊗] σ′\(z\)) (?==)"
    r"|(?<=\bh) (?=\(1)|(?<=\bW) (?=h_)|(?<=\bdz) (?=h_)|(?<=Wᵀ) (?=dz)|(?<=η) (?=d[Wb])"
)


@lru_cache(maxsize=4096)
def prose(text: str, keep_together: bool = True) -> Markup:
    """Text as HTML, escaped, with its powers and indices set as such. A power is also said in words to those who listen,
    because speech leaves out that a figure is raised. keep_together: a formula stays on one line; not for long ones.
    """
    text = _TIGHT.sub("\u00a0", text) if keep_together else text
    shown, end = Markup(), 0
    for found in _FORMULA.finditer(text):
        shown += escape(text[end : found.start()])
        if found["base"]:
            power = found["power"].replace("-", "−")
            shown += Markup('{}<sup><span class="visually-hidden"> to the power </span>{}</sup>').format(found["base"], power)
        elif found["call"]:
            shown += Markup('<span class="tight">{}</span>').format(found["call"])
        else:
            shown += Markup("{}<sub>{}</sub>").format(found["symbol"], _index(found))
        end = found.end()
    return shown + escape(text[end:])


def drawn_prose(text: str) -> Markup:
    """The same for the words of an SVG picture, which knows no <sub> and <sup>: an index is lowered, a power raised, and what
    follows set back again.
    """
    found = next((one for one in _FORMULA.finditer(text) if not one["call"]), None)
    if found is None:
        return escape(text)
    symbol, small, dy = ("symbol", _index(found), 3) if found["index"] else ("base", found["power"].replace("-", "−"), -5)
    shown = Markup('{}<tspan class="low" dy="{}">{}</tspan>').format(text[: found.end(symbol)], dy, small)
    rest = text[found.end() :]
    return shown + Markup('<tspan dy="{}">{}</tspan>').format(-dy, drawn_prose(rest)) if rest else shown


def spoken(text: str) -> str:
    """The same in words alone, for the description of a picture: ``e^−z`` is said as "e to the power −z"."""
    return _FORMULA.sub(lambda found: f"{found['base']} to the power {found['power']}" if found["base"] else found[0], text)


def _index(found: re.Match[str]) -> str:
    """``prev``, or ``prev,1`` for one entry: the number lies as low as the word, and not a second time lower."""
    place = found["place"].translate(_FIGURES)
    return f"{found['index']},{place}" if place else found["index"]
