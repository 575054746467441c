"""Holes in a page are filled wherever they are, and what fills them is not looked through again."""

from app.web.stencils import Stencil, hole


def test_holes_are_filled_wherever_they_are_and_never_again() -> None:
    stencil = Stencil(f"{hole(1)}a{hole(0)}{hole(1)}ä")
    assert stencil.filled([hole(1).encode(), b"x", b"unused"]).decode() == f"xa{hole(1)}xä"
