"""An address as a QR picture: SVG in black on white, also where the page is dark, since cameras want it so."""

from markupsafe import Markup


def qr_picture(address: str, mask: int | None = None) -> Markup:
    """The picture as an <svg> element that fills its place. mask: 0 to 7, the pattern under which it is laid; None: the one that
    cameras find easiest, and finding that takes most of the time.
    """
    import segno  # seldom needed, and long to load

    code = segno.make(address, error="m", micro=False, mask=mask)
    return Markup(code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None))
