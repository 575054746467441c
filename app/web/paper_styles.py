"""What draws a printed page: linked where a server stands behind it, and written into a file that stands alone."""

import re
from base64 import b64encode

from markupsafe import Markup

from app.resources import folder
from app.web.static import static_address

_SHEETS = ("app.css", "paper.css")
_FONT = "vendor/noto-sans-math/noto-sans-math-latin-400-normal.woff2"
_FACE = re.compile(r"@font-face \{[^}]*\}\n")


def linked_styles() -> Markup:
    """Elements for the head of a page that this site serves."""
    sheets = "".join(f'<link rel="stylesheet" href="{static_address(name)}">' for name in _SHEETS)
    return Markup(
        f'<link rel="icon" href="{static_address("icon.svg")}" type="image/svg+xml">'
        f'<link rel="preload" href="{static_address(_FONT)}" as="font" type="font/woff2" crossorigin>'
        f'{sheets}<script src="{static_address("print.js")}" type="module"></script>'
    )


def written_styles() -> Markup:
    """The same within the page itself, font and all."""
    static = folder("static")
    font = b64encode((static / _FONT).read_bytes()).decode()
    face = f'@font-face {{ font-family: "Noto Sans Math"; src: url("data:font/woff2;base64,{font}") format("woff2"); }}'
    rules = _FACE.sub("", "".join((static / name).read_text("utf-8") for name in _SHEETS))
    script = (static / "print.js").read_text("utf-8")
    return Markup(f'<style>{face}\n{rules}</style><script type="module">{script}</script>')
