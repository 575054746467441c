"""A dense layer of sigmoid units, forward and backward.

    z = W h_prev + b,  h = σ(z)
    dz = dh ⊗ σ′(z),  dW = dz h_prevᵀ,  db = dz,  dh_prev = Wᵀ dz

where dq stands for ∂L/∂q of a scalar loss L. Source: Rumelhart, Hinton, Williams, "Learning representations by
back-propagating errors", Nature 323 (1986), pp. 533-536. Every array may carry the same leading axes, written …, before
those given here.
"""

import numpy as np

from app.engine.sigmoid import Array


def pre_activation(W: Array, h_prev: Array, b: Array) -> Array:
    """z = W h_prev + b. W: [… , n, m]; h_prev: [… , m]; b: [… , n]. Returns [… , n]."""
    return summed(products(W, h_prev), axis=-1) + b


def products(W: Array, x: Array) -> Array:
    """The terms W_ij x_j before they are summed. W: [… , n, m]; x: [… , m]. Returns [… , n, m]."""
    return W * x[..., None, :]


def summed(terms: Array, axis: int) -> Array:
    """The terms added up along one axis."""
    total: Array = terms.sum(axis=axis)
    return total


def outer(a: Array, b: Array) -> Array:
    """a bᵀ: [… , n] and [… , m] to [… , n, m]."""
    return a[..., :, None] * b[..., None, :]


def transposed(W: Array) -> Array:
    """[… , n, m] to [… , m, n]."""
    return np.swapaxes(W, -1, -2)


def diagonal(x: Array) -> Array:
    """The diagonal matrix of a vector: [… , n] to [… , n, n]."""
    return x[..., :, None] * np.eye(x.shape[-1])


def weight_gradient(dz: Array, h_prev: Array) -> Array:
    """dW = dz h_prevᵀ. dz: [… , n]; h_prev: [… , m]. Returns [… , n, m]."""
    return outer(dz, h_prev)


def input_gradient(W: Array, dz: Array) -> Array:
    """dh_prev = Wᵀ dz. W: [… , n, m]; dz: [… , n]. Returns [… , m]."""
    return summed(products(transposed(W), dz), axis=-1)
