"""Checking a derivative by a difference quotient, as practitioners check their gradients."""

from app.engine.sigmoid import Array, sigmoid

EPSILONS = (1.0, 0.1, 1e-3, 1e-5, 1e-9, 1e-15)
"""From far too large, where the curve bends within 2ε, to far too small, where the difference is mostly rounding. The cube root
of the machine's precision, some 6e-6, is about best for a central difference (Press et al., Numerical Recipes, 3rd ed.,
section 5.7)."""


def central_difference(z: Array, epsilon: float) -> Array:
    """(σ(z + ε) - σ(z - ε)) / 2ε in double precision, noise and all; any shape, same shape back."""
    quotient: Array = (sigmoid(z + epsilon) - sigmoid(z - epsilon)) / (2.0 * epsilon)
    return quotient
