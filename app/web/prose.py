"""Sentences with small formulas in them: what plain text writes as e^−z or h_prev is shown raised or lowered.

The engine's sentences are plain text, since programs read them too; only a page can raise an exponent.
"""

import re

from markupsafe import Markup, escape

# A caret with its exponent; an underscore between a symbol of the lesson and the words it is told apart by.
_FORMULA = re.compile(
    r"(?P<base>[^\W\d_])\^(?P<power>[−-]?\w+)"
    r"|(?P<symbol>\bd?[hWbz])_(?P<index>prev|new)(?![A-Za-z0-9_])"
    r"|(?P<call>σ′?\(\w\))"
)
# A formula keeps together; a long one may break before its second = sign.
_TIGHT = re.compile(
    r" (?=[⊗−+·])|(?<=[⊗−+·=]) |(?<=\b\w) (?==)|(?<=\b\w\w) (?==)|(?<=[^=⊗] σ′\(z\)) (?==)"
    r"|(?<=\bh) (?=\(1)|(?<=\bW) (?=h_)|(?<=\bdz) (?=h_)|(?<=Wᵀ) (?=dz)|(?<=η) (?=d[Wb])"
)


def prose(text: str) -> Markup:
    """Text as HTML, escaped, with its powers and indices set as such. A power is also said in words to those who listen,
    because speech leaves out that a figure is raised.
    """
    text = _TIGHT.sub("\u00a0", text)
    shown, end = Markup(), 0
    for found in _FORMULA.finditer(text):
        shown += escape(text[end : found.start()])
        if found["base"]:
            power = found["power"].replace("-", "−")
            shown += Markup('{}<sup><span class="visually-hidden"> to the power </span>{}</sup>').format(found["base"], power)
        elif found["call"]:
            shown += Markup('<span class="tight">{}</span>').format(found["call"])
        else:
            shown += Markup("{}<sub>{}</sub>").format(found["symbol"], found["index"])
        end = found.end()
    return shown + escape(text[end:])
