"""The catalogue: what each skill gives, what it asks, and how that is worked out.

A skill is one entry of SKILLS. It draws its givens, solves them (every quantity, exact to double precision) and names
the parts it asks for. A part knows its tolerance, the values that honest rounding on the way leads to, and what it
becomes when worked out from the learner's own earlier part. Arrays carry a leading axis over questions, [B, …],
everywhere in this module.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.engine import tolerance
from app.engine.notation import round_decimal
from app.engine.sampling import Draw
from app.engine.sigmoid import Array, sigmoid, sigmoid_derivative

Quantities = Mapping[str, Array]
LEVELS = (1, 2, 3)
FORMATS = ("numeric", "choice")


@dataclass(frozen=True)
class Part:
    """One asked quantity.

    rules: the set of wrong rules that apply (a key of misconceptions.RULES); parts worked from the same givens share one.
    rho: solved quantities -> ρ of the key, same shape.
    routes: solved quantities -> values that rounding intermediate quantities to 3 decimals leads to, before the last rounding.
    follows: (earlier part, how this part is worked from it), nearest first.
    possible: values -> whether such a quantity can have them at all, entry by entry.
    """

    symbol: str
    title: str
    rules: str
    rho: Callable[[Quantities], Array]
    routes: Callable[[Quantities], tuple[Array, ...]] = lambda solved: ()
    follows: tuple[tuple[str, Callable[[Quantities, Array], Array]], ...] = ()
    possible: Callable[[Array], NDArray[np.bool_]] = np.isfinite


@dataclass(frozen=True)
class Skill:
    """A family of questions.

    draw: (numbers, level) -> givens. solve: givens -> givens and every quantity up to the asked ones.
    ask: plain text and LaTeX of what is wanted. lesson: the lesson's own numbers, a block of one. version: of the draw,
        held by each id.
    """

    id: str
    title: str
    given: tuple[str, ...]
    parts: tuple[Part, ...]
    draw: Callable[[Draw, int], dict[str, Array]]
    solve: Callable[[Quantities], dict[str, Array]]
    ask: tuple[str, str]
    lesson: Mapping[str, Array]
    version: int = 1

    def part(self, symbol: str) -> Part:
        return next(part for part in self.parts if part.symbol == symbol)

    def given_decimals(self, symbol: str, level: int) -> int:
        """Decimal places in which a given is shown: σ′ is given rounded to 3; the rest gets one more with each level."""
        return 3 if symbol == "dsigma" else level - 1


@dataclass(frozen=True)
class _Size:
    """A level's arrays: entries, decimals, and the sizes of z and dh in units of the last decimal."""

    entries: int
    decimals: int
    z: tuple[int, int]
    dh: tuple[int, int]


# z stays where σ′ is still far from 0 beside the tolerance; the gate refuses the few draws that are not.
_SIZES = {
    1: _Size(4, 0, (1, 3), (1, 3)),
    2: _Size(5, 1, (2, 35), (5, 30)),
    3: _Size(6, 2, (15, 375), (50, 250)),
}


def _draw_z(draw: Draw, level: int) -> dict[str, Array]:
    size = _SIZES[level]
    return {"z": draw.signed(size.entries, *size.z, size.decimals)}


def _draw_z_dh(draw: Draw, level: int) -> dict[str, Array]:
    size = _SIZES[level]
    return _draw_z(draw, level) | {"dh": draw.signed(size.entries, *size.dh, size.decimals)}


def _draw_dh_dsigma(draw: Draw, level: int) -> dict[str, Array]:
    drawn = _draw_z_dh(draw, level)
    return {"dh": drawn["dh"], "dsigma": round_decimal(sigmoid_derivative(drawn["z"]))}


def _solve_activation(given: Quantities) -> dict[str, Array]:
    z = given["z"]
    return {**given, "h": sigmoid(z), "dsigma": sigmoid_derivative(z)}


def _solve_chain(given: Quantities) -> dict[str, Array]:
    solved = _solve_activation(given)
    return solved | {"dz": given["dh"] * solved["dsigma"]}


def _solve_delta(given: Quantities) -> dict[str, Array]:
    return {**given, "dz": given["dh"] * given["dsigma"]}


def _dsigma_of(h: Array) -> Array:
    return h * (1.0 - h)


def _dsigma_routes(solved: Quantities) -> tuple[Array, ...]:
    return (_dsigma_of(round_decimal(solved["h"])),)


def _dz_routes(solved: Quantities) -> tuple[Array, ...]:
    dh = solved["dh"]
    from_rounded_h = _dsigma_of(round_decimal(solved["h"]))
    return (
        dh * from_rounded_h,
        dh * round_decimal(from_rounded_h),
        dh * round_decimal(solved["dsigma"]),
    )


H = Part(
    symbol="h",
    title="the activation h = σ(z)",
    rules="h",
    rho=lambda solved: tolerance.rho_none(solved["h"]),
    possible=lambda h: (h > 0.0) & (h < 1.0),
)
DSIGMA = Part(
    symbol="dsigma",
    title="the derivative σ′(z)",
    rules="dsigma",
    rho=lambda solved: tolerance.rho_dsigma(solved["h"]),
    routes=_dsigma_routes,
    possible=lambda dsigma: (dsigma > 0.0) & (dsigma <= 0.25),
)
DZ_FROM_Z = Part(
    symbol="dz",
    title="the gradient dz = dh ⊗ σ′(z)",
    rules="dz-from-z",
    rho=lambda solved: tolerance.rho_dz(solved["dh"], solved["h"]),
    routes=_dz_routes,
)
DZ_FROM_DSIGMA = Part(
    symbol="dz",
    title="the gradient dz = dh ⊗ σ′(z)",
    rules="dz-from-dsigma",
    rho=lambda solved: tolerance.rho_none(solved["dz"]),
)
LINKED_DSIGMA = replace(DSIGMA, follows=(("h", lambda solved, h: _dsigma_of(h)),))
LINKED_DZ = replace(
    DZ_FROM_Z,
    follows=(
        ("dsigma", lambda solved, dsigma: solved["dh"] * dsigma),
        ("h", lambda solved, h: solved["dh"] * _dsigma_of(h)),
    ),
)

_LESSON_Z = np.array([[2.0, 1.0, 3.0, -1.0]])
_LESSON_DH = np.array([[1.0, -1.0, 2.0, -1.0]])

_CATALOGUE = (
    Skill(
        id="activation",
        title="The activation h = σ(z)",
        given=("z",),
        parts=(H,),
        draw=_draw_z,
        solve=_solve_activation,
        ask=("Work out the activation h = σ(z), entry by entry.", r"h = \sigma(z)"),
        lesson={"z": _LESSON_Z},
    ),
    Skill(
        id="derivative",
        title="The derivative σ′(z)",
        given=("z",),
        parts=(DSIGMA,),
        draw=_draw_z,
        solve=_solve_activation,
        ask=(
            "Work out the derivative σ′(z) = σ(z)(1 − σ(z)), entry by entry.",
            r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z))",
        ),
        lesson={"z": _LESSON_Z},
    ),
    Skill(
        id="delta",
        title="The gradient dz, with σ′(z) given",
        given=("dh", "dsigma"),
        parts=(DZ_FROM_DSIGMA,),
        draw=_draw_dh_dsigma,
        solve=_solve_delta,
        ask=(
            "Work out the gradient dz = dh ⊗ σ′(z), entry by entry.",
            r"dz = dh \otimes \sigma'(z)",
        ),
        lesson={
            "dh": _LESSON_DH,
            "dsigma": round_decimal(sigmoid_derivative(_LESSON_Z)),
        },
    ),
    Skill(
        id="chain",
        title="The gradient dz, from z itself",
        given=("z", "dh"),
        parts=(DZ_FROM_Z,),
        draw=_draw_z_dh,
        solve=_solve_chain,
        ask=(
            "Work out the gradient dz = dh ⊗ σ′(z), entry by entry.",
            r"dz = dh \otimes \sigma'(z)",
        ),
        lesson={"z": _LESSON_Z, "dh": _LESSON_DH},
    ),
    Skill(
        id="comprehension",
        title="The whole exercise: h, σ′(z) and dz",
        given=("z", "dh"),
        parts=(H, LINKED_DSIGMA, LINKED_DZ),
        draw=_draw_z_dh,
        solve=_solve_chain,
        ask=(
            "Work out the activation h = σ(z), the derivative σ′(z) and the gradient dz = dh ⊗ σ′(z), entry by entry.",
            r"h = \sigma(z),\quad \sigma'(z),\quad dz = dh \otimes \sigma'(z)",
        ),
        lesson={"z": _LESSON_Z, "dh": _LESSON_DH},
    ),
)

SKILLS: Mapping[str, Skill] = {skill.id: skill for skill in _CATALOGUE}
