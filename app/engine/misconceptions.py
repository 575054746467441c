"""The registry of misconceptions: a stable code, a few words for lists, and what a good tutor would say.

A code never depends on the numbers drawn, so that it can be counted across questions. What a misconception does to the
numbers stands in wrong_rules; what a slip of the pen does, in the grading.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Misconception:
    """code: for ever. title: a few words, for lists. feedback: what a tutor would say; it never holds a number of the
    question.
    """

    code: str
    title: str
    feedback: str


_REGISTERED = (
    # The activation
    Misconception(
        "exponent-sign-flipped",
        "e^z in place of e^−z",
        "The exponent in σ(z) = 1/(1 + e^−z) carries a minus sign; yours had lost it. A quick check: a positive z must "
        "come out above one half.",
    ),
    Misconception(
        "read-left-to-right",
        "1/1 + e^−z, read left to right",
        "The fraction bar groups: the whole sum 1 + e^−z stands below it. Work out the sum first, then divide 1 by it. "
        "An activation always lies between 0 and 1.",
    ),
    Misconception(
        "activation-skipped",
        "z itself, without σ",
        "You handed z on as it came in. The unit squashes it first: put each entry through σ(z) = 1/(1 + e^−z).",
    ),
    Misconception(
        "tanh-for-sigma",
        "tanh(z) in place of σ(z)",
        "These are the values of tanh, the sigmoid's cousin that runs from −1 to 1. This layer uses σ(z) = 1/(1 + "
        "e^−z), which runs from 0 to 1.",
    ),
    Misconception(
        "relu-for-sigma",
        "relu(z) in place of σ(z)",
        "Negative entries cut to zero and the others kept: that is relu. This layer uses σ(z) = 1/(1 + e^−z), "
        "which bends every entry and never quite reaches 0 or 1.",
    ),
    Misconception(
        "derivative-for-activation",
        "σ′(z) in place of σ(z)",
        "You went one step too far: that is the slope σ′(z). Asked is the height of the curve, h = σ(z).",
    ),
    # The derivative
    Misconception(
        "h-for-derivative",
        "h in place of σ′(z)",
        "h = σ(z) is how strongly the unit fires. What is needed here is how fast that changes with z: the slope σ′(z) "
        "= h (1 − h).",
    ),
    Misconception(
        "z-times-one-minus-z",
        "z (1 − z) in place of h (1 − h)",
        "The form is right, but it wants the activation in it: x (1 − x) gives the slope when x is h = σ(z), not when it is z.",
    ),
    Misconception(
        "one-minus-h",
        "1 − h in place of h (1 − h)",
        "Half of the formula is there. The slope is a product of two factors, h and 1 − h; the factor h is missing.",
    ),
    Misconception(
        "one-minus-h-squared",
        "1 − h² in place of h (1 − h)",
        "1 − h² is the slope for tanh, written with tanh's own output. For the sigmoid the slope is h (1 − h).",
    ),
    Misconception(
        "sign-flipped",
        "every sign the wrong way round",
        "Every entry has the opposite sign. σ rises everywhere, so σ′(z) is positive: h (1 − h), not h (h − 1), and dz "
        "keeps the signs of dh.",
    ),
    Misconception(
        "derivative-at-h",
        "σ′ applied to h in place of z",
        "You put h through the sigmoid once more. σ′ is taken at z, and h = σ(z) is already inside it: σ′(z) = h (1 − "
        "h), with no second σ.",
    ),
    Misconception(
        "derivative-twice",
        "x (1 − x) applied twice",
        "You had the slope, and then applied x (1 − x) to it again. Once is enough: σ′(z) = h (1 − h).",
    ),
    # The product
    Misconception(
        "upstream-left-out",
        "dh left out",
        "That is the slope σ′(z) alone. The gradient that arrives from above, dh, is to be multiplied by it, entry by entry.",
    ),
    Misconception(
        "upstream-sign-dropped",
        "sign of dh dropped",
        "The minus signs of dh were lost on the way. σ′(z) is never negative, so each entry of dz has the sign of its dh.",
    ),
    Misconception(
        "added-not-multiplied",
        "added where ⊗ multiplies",
        "You added dh and σ′(z). The chain rule multiplies: ⊗ means entry times entry.",
    ),
    Misconception(
        "derivative-left-out",
        "dh handed through unchanged",
        "That is dh as it arrived. Going back through the activation, each entry is scaled by the slope of σ at its own z.",
    ),
    Misconception(
        "dot-product",
        "a dot product in every entry",
        "You summed the products into one number. ⊗ keeps them apart: every entry has its own product, and the result "
        "is a vector.",
    ),
    # The Jacobian
    Misconception(
        "full-jacobian",
        "a full matrix in place of a diagonal",
        "Entry i of h depends on its own z alone, so every other derivative in its row is 0: that is the “+0+0” of the chain "
        "rule. The slopes stand on the diagonal, with zeros around them.",
    ),
    Misconception(
        "slopes-summed",
        "the slopes added up",
        "You added the slopes together. In each row of J only one derivative is not 0, so there is nothing to add: each "
        "diagonal entry is the slope at its own z.",
    ),
    # A layer, forward
    Misconception(
        "bias-left-out",
        "b left out",
        "The weighted sum is there, the bias is not: each unit adds its own entry of b.",
    ),
    Misconception(
        "bias-subtracted",
        "b subtracted in place of added",
        "The weighted sum is right, but the bias went the wrong way: it is added, with whatever sign it has.",
    ),
    Misconception(
        "bias-with-every-product",
        "b added with every product",
        "You added the bias once for every input. It is added once for each unit, after the products have been summed.",
    ),
    Misconception(
        "transposed-weights",
        "columns of W in place of rows",
        "Unit i reads row i of W: go along the row, multiply each weight by its entry of h_prev, and sum. You went down a "
        "column.",
    ),
    Misconception(
        "activated-too-early",
        "σ(z) in place of z",
        "You went one step too far: that is h = σ(z). Asked is the sum that goes into σ, z = W h_prev + b.",
    ),
    Misconception(
        "entrywise-product",
        "entry by entry, not a matrix product",
        "You paired the entries one to one. In a dense layer every unit meets every input, so all the pairs count, not only "
        "those on the diagonal.",
    ),
    Misconception(
        "input-left-out",
        "h_prev left out",
        "The incoming activations h_prev are missing: each weight meets one of them, forward in the sum and backward in dW.",
    ),
    # A layer, backward
    Misconception(
        "transposed-outer-product",
        "rows and columns swapped in dW",
        "dW has the shape of W: a row for each unit, a column for each input. So entry (i, j) is dz of unit i times h_prev of "
        "input j, and you have it the other way round.",
    ),
    Misconception(
        "delta-left-out",
        "dz left out",
        "The gradient dz that arrives at the units is missing: every term is multiplied by it.",
    ),
    Misconception(
        "delta-sign-dropped",
        "sign of dz dropped",
        "The minus signs of dz were lost on the way. A gradient keeps its sign all the way back.",
    ),
    Misconception(
        "upstream-for-delta",
        "dh in place of dz",
        "You took dh, the gradient above the activation. Weights, biases and inputs sit below it: let the gradient through σ "
        "first, dz = dh ⊗ σ′(z), and go on from dz.",
    ),
    Misconception(
        "h-for-input",
        "h in place of h_prev",
        "You multiplied by h, what the layer sends out. A weight’s gradient is dz times what came in through it: h_prev.",
    ),
    Misconception(
        "slope-of-input-applied",
        "slope of the layer before applied",
        "You multiplied by h_prev (1 − h_prev), the slope of the layer before. Its turn comes later; dW takes h_prev as it is.",
    ),
    Misconception(
        "untransposed-weights",
        "W in place of Wᵀ",
        "Going back, the weights are read the other way: entry j gathers what left through column j of W, so it is Wᵀ dz. "
        "You went along the rows.",
    ),
    Misconception(
        "averaged-not-summed",
        "averaged in place of summed",
        "You took the mean over the units. Each path back adds its share: sum them, and divide by nothing.",
    ),
    Misconception(
        "units-summed",
        "dz summed over the units",
        "You summed dz into one number. Each unit has a bias of its own, so each keeps its own entry: db = dz.",
    ),
    Misconception(
        "input-applied-to-bias",
        "db multiplied by h_prev",
        "You multiplied by h_prev, as for a weight. A bias is multiplied by 1 in the sum, so db is dz itself.",
    ),
    # The update
    Misconception(
        "gradient-added",
        "the step added, not subtracted",
        "The gradient points uphill, to where the loss grows. Descent goes against it: subtract η times the gradient.",
    ),
    Misconception(
        "rate-left-out",
        "η left out",
        "You subtracted the whole gradient. The learning rate scales it first: the step is η times the gradient.",
    ),
    Misconception(
        "rate-on-everything",
        "η on the whole difference",
        "You scaled the whole difference by η. Only the gradient is scaled; the old value stays as it is.",
    ),
    Misconception(
        "step-alone",
        "the step alone, without the old value",
        "That is the step, η times the gradient. The new value is the old one minus this step.",
    ),
    Misconception(
        "divided-by-rate",
        "divided by η",
        "You divided the gradient by η. The learning rate makes the step smaller by multiplying: η times the gradient.",
    ),
    Misconception(
        "transposed-gradient",
        "dWᵀ in place of dW",
        "dW has the shape of W, and each weight is moved by the entry in its own place. You took rows and columns swapped.",
    ),
)

# Slips that any vector or matrix can have, whatever is asked.
_SLIPS = (
    Misconception(
        "one-sign-flipped",
        "one sign the wrong way round",
        "The sizes are all right, and so is every sign but one. Follow the sign of the marked entry through your lines once "
        "more.",
    ),
    Misconception(
        "two-entries-swapped",
        "two entries have changed places",
        "Both values belong here, but each stands in the other’s place. Check that you kept the order of the givens.",
    ),
    Misconception(
        "order-reversed",
        "entries in reverse order",
        "The values are right, but they run the wrong way: the first entry stands last. Keep the order of the givens.",
    ),
    Misconception(
        "digits-transposed",
        "two digits have changed places",
        "In the marked entry two neighbouring digits seem to have changed places. Compare what you wrote down with what you "
        "typed.",
    ),
    Misconception(
        "factor-of-ten",
        "the decimal point has moved",
        "The digits are right, but the decimal point is not where it belongs. Can it be so large, or so small? Estimate first.",
    ),
    Misconception(
        "two-decimals",
        "answered to two decimals",
        "This is right as far as it goes, but it stops at the second decimal. Give each entry to three.",
    ),
    Misconception(
        "rounded-too-coarsely",
        "rounded to two decimals on the way",
        "The way is right, but numbers along it were kept to two decimals, and that moves the third of the result. Keep three "
        "decimals, or more, until the last step.",
    ),
)

MISCONCEPTIONS: Mapping[str, Misconception] = {known.code: known for known in (*_REGISTERED, *_SLIPS)}
SLIPS = tuple(known.code for known in _SLIPS)
