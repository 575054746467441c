"""Pages that are the same but for a few texts: made once with holes, and filled in."""

import re
from collections.abc import Sequence

# Characters of private use, which nothing on a page is made of.
_FIRST, _LAST = "\ue000", "\uf8ff"
_HOLE = re.compile(f"([{_FIRST}-{_LAST}])")


def hole(number: int) -> str:
    """What stands in a page where a text goes."""
    return chr(ord(_FIRST) + number)


def is_hole(text: str) -> bool:
    return len(text) == 1 and _FIRST <= text <= _LAST


class Stencil:
    """A page with holes; each may come several times, or not at all."""

    def __init__(self, page: str) -> None:
        pieces = _HOLE.split(page)
        self._pieces = [piece.encode() for piece in pieces]
        self._holes = [ord(one) - ord(_FIRST) for one in pieces[1::2]]

    def filled(self, texts: Sequence[bytes]) -> bytes:
        """The page with each text, as HTML in UTF-8, in the holes of its number."""
        pieces = self._pieces.copy()
        pieces[1::2] = [texts[number] for number in self._holes]
        return b"".join(pieces)
