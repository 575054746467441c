"""Mistakes that show in the shape of an answer, so that it is refused before any number is looked at.

The refusal carries a hint that says what such a shape comes from.
"""

Shape = tuple[int, ...]

_SINGLE_NUMBER = {
    "dz": "A single number is what a dot product gives. ⊗ multiplies entry by entry and keeps a vector.",
    "J": "A single number is one derivative, or their sum. J holds the derivative of every entry of h by every entry of z.",
    "z": "A single number is one unit’s sum. Every unit has its own: row i of W with h_prev, plus entry i of b.",
    "dW": "A single number is what the dot product of dz and h_prev gives. The outer product pairs every dz with every h_prev.",
    "db": "A single number is dz summed up. Every unit has a bias of its own, so db is a vector like dz.",
    "dh_prev": "A single number is one input’s gradient. Every input has its own: column j of W with dz.",
}
_VECTOR_FOR_MATRIX = {
    "J": "A vector holds only the slopes. J is a matrix: the slopes stand on its diagonal, and every other derivative is 0.",
    "dW": "A vector is what multiplying entry by entry gives. Each weight has a gradient of its own: dW has the shape of W.",
    "W_new": "The new weights have the shape of W: each weight takes its own step.",
}
_MATRIX_FOR_VECTOR = {
    "dz": "A matrix is what an outer product gives. ⊗ multiplies entry by entry and keeps a vector.",
    "z": "These look like the products before they are summed. Each row adds up to one entry of z.",
    "db": "db belongs to the biases, one to a unit. The matrix is dW.",
    "dh_prev": "These look like the products before they are summed. Each column of W, times dz, adds up to one entry.",
}
_TRANSPOSED = "Rows and columns are swapped: there is a row for each unit and a column for each input, as in W."


def shape_hint(symbol: str, wanted: Shape, given: Shape) -> str | None:
    """What an answer of shape `given` to a part of shape `wanted` comes from, where that is a known mistake.

    A shape of all ones is a single number, however it is bracketed.
    """
    if all(length == 1 for length in given):
        return _SINGLE_NUMBER.get(symbol)
    if len(wanted) == 2 and (len(given) == 1 or 1 in given):
        return _VECTOR_FOR_MATRIX.get(symbol)
    if len(wanted) == 1 and len(given) == 2 and 1 not in given:
        return _MATRIX_FOR_VECTOR.get(symbol)
    if len(wanted) == 2 and given == wanted[::-1] != wanted:
        return _TRANSPOSED
    return None
