"""An address as a QR picture: SVG in black on white, also where the page is dark, since cameras want it so."""

import segno
from markupsafe import Markup


def qr_picture(address: str) -> Markup:
    """The picture as an <svg> element that fills its place."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None))
