"""The catalogue: what each skill gives, what it asks, and how that is worked out.

A skill is one entry of SKILLS. It draws its givens, solves them (every quantity, exact to double precision) and names
the parts it asks for. Arrays carry a leading axis over questions, [B, …], everywhere in this module.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine import draws, network, parts
from app.engine.notation import round_decimal
from app.engine.parts import Part, Quantities
from app.engine.sampling import Draw
from app.engine.sigmoid import Array, sigmoid, sigmoid_derivative
from app.engine.tolerance import rho_dsigma, rho_dz, rho_jacobian, rho_layer, rho_none, rho_sum, rho_update

LEVELS = (1, 2, 3)
FORMATS = ("numeric", "choice")
_SMALLEST_Z = 0.05
_SMALLEST_STEP = 0.01  # of η|dW|: below it, an update would hardly differ from no update


@dataclass(frozen=True)
class Skill:
    """A family of questions.

    draw: (numbers, level) -> givens. solve: givens -> givens and every quantity up to the asked ones.
    rho: solved quantities -> ρ of each part's key, of its shape; once for all parts, which are worked from one another.
    way: the quantities that lead to the asked ones, in the order in which one works. ask: plain text and LaTeX of what is
        wanted. lesson: the lesson's own numbers, a block of one. version: of the draw,
        held by each id. worth_asking: a condition of the gate beside the general ones, [B].
    """

    id: str
    title: str
    given: tuple[str, ...]
    parts: tuple[Part, ...]
    draw: Callable[[Draw, int], dict[str, Array]]
    solve: Callable[[Quantities], dict[str, Array]]
    rho: Callable[[Quantities], Mapping[str, Array]]
    way: tuple[str, ...]
    ask: tuple[str, str]
    lesson: Mapping[str, Array]
    version: int = 2
    worth_asking: Callable[[Quantities], NDArray[np.bool_]] | None = None

    def part(self, symbol: str) -> Part:
        return next(part for part in self.parts if part.symbol == symbol)

    def given_decimals(self, symbol: str, level: int) -> int:
        """Decimal places in which a given of this level is shown."""
        return draws.given_decimals(symbol, level, self.id)


def _solve_activation(given: Quantities) -> dict[str, Array]:
    z = given["z"]
    return {**given, "h": sigmoid(z), "dsigma": sigmoid_derivative(z)}


def _solve_chain(given: Quantities) -> dict[str, Array]:
    solved = _solve_activation(given)
    return solved | {"dz": given["dh"] * solved["dsigma"]}


def _solve_delta(given: Quantities) -> dict[str, Array]:
    return {**given, "dz": given["dh"] * given["dsigma"]}


def _solve_jacobian(given: Quantities) -> dict[str, Array]:
    solved = _solve_activation(given)
    return solved | {"J": network.diagonal(solved["dsigma"])}


def _solve_pre_activation(given: Quantities) -> dict[str, Array]:
    return {**given, "z": network.pre_activation(given["W"], given["h_prev"], given["b"])}


def _solve_weight_gradient(given: Quantities) -> dict[str, Array]:
    return {**given, "dW": network.weight_gradient(given["dz"], given["h_prev"])}


def _solve_input_gradient(given: Quantities) -> dict[str, Array]:
    return {**given, "dh_prev": network.input_gradient(given["W"], given["dz"])}


def _solve_update(given: Quantities) -> dict[str, Array]:
    eta = given["eta"]
    return {
        **given,
        "W_new": given["W"] - eta[:, None, None] * given["dW"],
        "b_new": given["b"] - eta[:, None] * given["db"],
    }


def _solve_backward_pass(given: Quantities) -> dict[str, Array]:
    solved = _solve_chain(_solve_pre_activation(given))
    return _solve_input_gradient(_solve_weight_gradient(solved)) | {"db": solved["dz"]}


def _steps_show(given: Quantities) -> NDArray[np.bool_]:
    eta = given["eta"]
    smallest = np.minimum(np.abs(given["dW"]).min(axis=(1, 2)), np.abs(given["db"]).min(axis=1))
    show: NDArray[np.bool_] = np.asarray(eta * smallest >= _SMALLEST_STEP)
    return show


def _z_is_not_tiny(solved: Quantities) -> NDArray[np.bool_]:
    """σ is so straight at 0 that h and its like come to lie just where rounding to 3 decimals turns."""
    clear: NDArray[np.bool_] = np.asarray((np.abs(solved["z"]) >= _SMALLEST_Z).all(axis=1))
    return clear


def _rho_linked(solved: Quantities) -> dict[str, Array]:
    h = solved["h"]
    return {"h": rho_none(h), "dsigma": rho_dsigma(h), "dz": rho_dz(solved["dh"], h)}


# The lesson gives z and dh. W, h_prev and b are chosen so that they lead to its z.
_LESSON = _solve_backward_pass(
    {
        "W": np.array([[[3.0, -2.0], [-1.0, -2.0], [6.0, 4.0], [-5.0, 2.0]]]),
        "h_prev": np.array([[0.5, 0.25]]),
        "b": np.array([[1.0, 2.0, -1.0, 1.0]]),
        "dh": np.array([[1.0, -1.0, 2.0, -1.0]]),
    }
)


def _of_lesson(*symbols: str) -> dict[str, Array]:
    """The lesson's own numbers, gradients and slopes as they are on its paper: rounded to 3 decimals."""
    return {symbol: round_decimal(_LESSON[symbol]) for symbol in symbols}


_CATALOGUE = (
    Skill(
        id="activation",
        title="The activation h = σ(z)",
        given=("z",),
        parts=(parts.H,),
        draw=draws.draw_z,
        solve=_solve_activation,
        rho=lambda s: {"h": rho_none(s["h"])},
        way=("h",),
        ask=("Work out the activation h = σ(z), entry by entry.", r"h = \sigma(z)"),
        lesson=_of_lesson("z"),
    ),
    Skill(
        id="derivative",
        title="The derivative σ′(z)",
        given=("z",),
        parts=(parts.DSIGMA,),
        draw=draws.draw_z,
        solve=_solve_activation,
        rho=lambda s: {"dsigma": rho_dsigma(s["h"])},
        way=("h", "dsigma"),
        ask=(
            "Work out the derivative σ′(z) = σ(z)(1 − σ(z)), entry by entry.",
            r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z))",
        ),
        lesson=_of_lesson("z"),
    ),
    Skill(
        id="delta",
        title="The gradient dz, with σ′(z) given",
        given=("dh", "dsigma"),
        parts=(parts.DZ_FROM_DSIGMA,),
        draw=draws.draw_dh_dsigma,
        solve=_solve_delta,
        rho=lambda s: {"dz": rho_none(s["dz"])},
        way=("dz",),
        ask=(
            "Work out the gradient dz = dh ⊗ σ′(z), entry by entry.",
            r"dz = dh \otimes \sigma'(z)",
        ),
        lesson=_of_lesson("dh", "dsigma"),
    ),
    Skill(
        id="chain",
        title="The gradient dz, from z itself",
        given=("z", "dh"),
        parts=(parts.DZ_FROM_Z,),
        draw=draws.draw_z_dh,
        solve=_solve_chain,
        rho=lambda s: {"dz": rho_dz(s["dh"], s["h"])},
        way=("h", "dsigma", "dz"),
        ask=(
            "Work out the gradient dz = dh ⊗ σ′(z), entry by entry.",
            r"dz = dh \otimes \sigma'(z)",
        ),
        lesson=_of_lesson("z", "dh"),
    ),
    Skill(
        id="comprehension",
        title="The whole exercise: h, σ′(z) and dz",
        given=("z", "dh"),
        parts=(parts.H, parts.LINKED_DSIGMA, parts.LINKED_DZ),
        draw=draws.draw_z_dh,
        solve=_solve_chain,
        rho=_rho_linked,
        way=("h", "dsigma", "dz"),
        ask=(
            "Work out the activation h = σ(z), the derivative σ′(z) and the gradient dz = dh ⊗ σ′(z), entry by entry.",
            r"h = \sigma(z),\quad \sigma'(z),\quad dz = dh \otimes \sigma'(z)",
        ),
        lesson=_of_lesson("z", "dh"),
    ),
    Skill(
        id="jacobian",
        title="The Jacobian J = ∂h/∂z",
        given=("z",),
        parts=(parts.JACOBIAN,),
        draw=draws.draw_z_of_jacobian,
        solve=_solve_jacobian,
        rho=lambda s: {"J": rho_jacobian(s["h"])},
        way=("h", "dsigma", "J"),
        ask=(
            "Work out the Jacobian J = ∂h/∂z, a matrix: row i holds the derivatives of entry i of h = σ(z).",
            r"J = \frac{\partial h}{\partial z},\quad h = \sigma(z)",
        ),
        lesson=_of_lesson("z"),
    ),
    Skill(
        id="pre-activation",
        title="The cumulative input z = W h_prev + b",
        given=("W", "h_prev", "b"),
        parts=(parts.Z,),
        draw=draws.draw_layer_forward,
        solve=_solve_pre_activation,
        rho=lambda s: {"z": rho_sum(s["W"].shape[-1], s["z"])},
        way=("z",),
        ask=("Work out the cumulative input z = W h_prev + b.", r"z = W\,h_{\text{prev}} + b"),
        lesson=_of_lesson("W", "h_prev", "b"),
    ),
    Skill(
        id="weight-gradient",
        title="The gradient of the weights dW",
        given=("dz", "h_prev"),
        parts=(parts.DW,),
        draw=draws.draw_dz_h_prev,
        solve=_solve_weight_gradient,
        rho=lambda s: {"dW": rho_none(s["dW"])},
        way=("dW",),
        ask=("Work out the gradient of the weights dW = dz h_prevᵀ, a matrix.", r"dW = dz\,h_{\text{prev}}^{\top}"),
        lesson=_of_lesson("dz", "h_prev"),
    ),
    Skill(
        id="input-gradient",
        title="The gradient passed back, dh_prev",
        given=("W", "dz"),
        parts=(parts.DH_PREV,),
        draw=draws.draw_W_dz,
        solve=_solve_input_gradient,
        rho=lambda s: {"dh_prev": rho_sum(s["W"].shape[-2], s["dh_prev"])},
        way=("dh_prev",),
        ask=("Work out the gradient passed back to the layer before, dh_prev = Wᵀ dz.", r"dh_{\text{prev}} = W^{\top} dz"),
        lesson=_of_lesson("W", "dz"),
    ),
    Skill(
        id="update",
        title="The update of weights and biases",
        given=("W", "b", "dW", "db", "eta"),
        parts=(parts.W_NEW, parts.B_NEW),
        draw=draws.draw_update,
        solve=_solve_update,
        rho=lambda s: {"W_new": rho_update(s["W_new"]), "b_new": rho_update(s["b_new"])},
        way=("W_new", "b_new"),
        ask=(
            "Take one step of gradient descent: W_new = W − η dW and b_new = b − η db.",
            r"W_{\text{new}} = W - \eta\,dW,\quad b_{\text{new}} = b - \eta\,db",
        ),
        lesson=_of_lesson("W", "b", "dW", "db") | {"eta": np.array([0.5])},
        worth_asking=_steps_show,
    ),
    Skill(
        id="backward-pass",
        title="Through a layer and back",
        given=("W", "b", "h_prev", "dh"),
        parts=parts.LAYER_PARTS,
        draw=draws.draw_layer_and_dh,
        solve=_solve_backward_pass,
        rho=rho_layer,
        way=("z", "h", "dsigma", "dz", "dW", "db", "dh_prev"),
        ask=(
            "With z = W h_prev + b, work out h = σ(z), σ′(z), dz = dh ⊗ σ′(z), dW = dz h_prevᵀ, db = dz and dh_prev = Wᵀ dz.",
            r"z = W\,h_{\text{prev}} + b,\quad h,\ \sigma'(z),\ dz,\ dW,\ db,\ dh_{\text{prev}}",
        ),
        lesson=_of_lesson("W", "b", "h_prev", "dh"),
        worth_asking=_z_is_not_tiny,
    ),
)

SKILLS: Mapping[str, Skill] = {skill.id: skill for skill in _CATALOGUE}
