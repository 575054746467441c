"""The check of one's own σ′ as a form and its outcome in words; the same on a question and in the lesson."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.engine.gradient_check import EPSILONS
from app.engine.notation import DECIMALS, plain_number, subscript
from app.engine.questions import Question
from app.engine.tolerance import U
from app.services.gradient_check import Comparison, Quotient
from app.web.tangent import Frame, described, epsilon_words, frames, scientific

_FINE = 6
_FIRST = "0.1"
CHOICES = tuple((f"{one:g}", epsilon_words(one)) for one in EPSILONS)
"""(value in the form, words) of each ε."""


@dataclass(frozen=True)
class Row:
    """One ε of the table, in words."""

    epsilon: str
    value: str
    off: str
    chosen: bool


@dataclass(frozen=True)
class Outcome:
    """verdict: right, wrong, or open where the quotient itself cannot be trusted. Numbers as they are written."""

    verdict: str
    headline: str
    reason: str
    z: str
    epsilon: str
    own: str
    quotient: str
    above: str
    below: str
    difference: str
    relative: str
    rows: list[Row]
    pictures: tuple[Frame, Frame]
    described: str


@dataclass(frozen=True)
class SlopeForm:
    """typed: what stands in the fields entry or z, slope, epsilon. complaints: by field. places: (value, words) of the entries
    of z that can be chosen; none where z is typed.
    """

    typed: Mapping[str, str] = field(default_factory=lambda: {"epsilon": _FIRST})
    complaints: Mapping[str, str] = field(default_factory=dict)
    places: tuple[tuple[str, str], ...] = ()
    outcome: Outcome | None = None
    choices: tuple[tuple[str, str], ...] = CHOICES


def places(question: Question) -> tuple[tuple[str, str], ...]:
    """The entries of z, with their numbers where the question gives them."""
    z = question.batch.solved["z"][0].ravel()
    known = "z" in question.given
    return tuple(
        (str(k), f"z{subscript(k + 1)}" + (f" = {plain_number(value, question.given_decimals('z'))}" if known else ""))
        for k, value in enumerate(z)
    )


def outcome(compared: Comparison) -> Outcome:
    """What came out, in words and pictures."""
    verdict, headline, reason = _verdict(compared)
    return Outcome(
        verdict=verdict,
        headline=headline,
        reason=reason,
        z=_shortest(compared.z),
        epsilon=epsilon_words(compared.epsilon),
        own=_shortest(compared.slope),
        quotient=plain_number(compared.quotient.value, DECIMALS),
        above=plain_number(compared.above, _FINE),
        below=plain_number(compared.below, _FINE),
        difference=plain_number(compared.difference, DECIMALS),
        relative=_share(compared.relative),
        rows=[_row(one, compared.epsilon) for one in compared.quotients],
        pictures=frames(compared),
        described=described(compared),
    )


def _verdict(compared: Comparison) -> tuple[str, str, str]:
    if not compared.trusted:
        if compared.epsilon >= 0.01:
            blame = "The curve bends between z − ε and z + ε, so the secant is not yet the tangent."
        else:
            blame = "σ(z + ε) and σ(z − ε) share nearly all of their 16 digits, so that their difference is mostly rounding."
        relation = "are close to each other" if compared.agrees else f"differ by {plain_number(compared.difference, DECIMALS)}"
        return (
            "open",
            "This ε proves nothing",
            f"The two slopes {relation}, but the secant’s cannot be trusted. {blame} Try 0.001.",
        )
    if compared.agrees:
        return "right", "They agree", "To 3 decimals your number is the slope of the curve here."
    if abs(compared.slope - compared.height) <= U:
        reason = "Your number is h = σ(z) itself: how high the curve is here, not how steep."
    elif compared.slope < 0:
        reason = "Your line falls, and the curve rises everywhere."
    elif compared.slope > 0.25 + 5e-4:
        reason = "Your line is steeper than σ ever is: its slope is nowhere above 0.25."
    else:
        reason = f"Your line is {'steeper' if compared.slope > compared.quotient.value else 'flatter'} than the curve here."
    return "wrong", "Not yet", f"The two slopes differ by {plain_number(compared.difference, DECIMALS)}. {reason}"


def _row(one: Quotient, chosen: float) -> Row:
    return Row(epsilon_words(one.epsilon), plain_number(one.value, _FINE), scientific(one.off), one.epsilon == chosen)


def _share(x: float) -> str:
    """A relative difference: in per cent while that can be read, else as a power of ten."""
    return f"{100 * x:.2g} %" if 1e-4 <= x < 0.995 else f"{100 * x:.0f} %" if x >= 0.995 else scientific(x)


def _shortest(x: float) -> str:
    """Without zeros that were not typed."""
    written = plain_number(x, _FINE).rstrip("0").rstrip(".")
    return "0" if written in ("", "−0") else written
