"""The little Markdown that descriptions of the REST interface hold: code in backticks, links, paragraphs."""

import re

from markupsafe import Markup, escape

_CODE_OR_LINK = re.compile(r"`([^`]+)`|\[([^\]]+)\]\((https://[^)\s]+)\)")


def inline(text: str) -> Markup:
    """One run of text."""
    shown, end = Markup(), 0
    for match in _CODE_OR_LINK.finditer(text):
        code, words, address = match.groups()
        shown += escape(text[end : match.start()])
        shown += Markup("<code>{}</code>").format(code) if code else Markup('<a href="{}">{}</a>').format(address, words)
        end = match.end()
    return shown + escape(text[end:])


def paragraphs(text: str) -> Markup:
    """Paragraphs, parted by empty lines."""
    return Markup().join(Markup("<p>{}</p>").format(inline(one)) for one in text.split("\n\n") if one.strip())
