"""What a person types or pastes for a vector or a matrix, read as its entries.

Any of ``0.105 -0.197``, ``[0.105, -0.197]``, ``0,105; -0,197``, a NumPy print, nested lists. A decimal comma is read only
where semicolons or spaces part the entries. The numbers themselves are read by the grader.
"""

import re

_BRACKETS = str.maketrans("[](){}|&\n\t", "          ")
_ENTRY = re.compile(r"[+\-−]?\d*([.,]\d+|\d[.,]?)([eE][+-]?\d+)?")


def entries_of(text: str) -> list[str]:
    """The entries of a typed vector or matrix, row by row; each as it was typed, with a point for a decimal comma."""
    plain = text.translate(_BRACKETS).strip()
    parted = [piece.strip(",") for piece in re.split(r"[;\s]+", plain) if piece.strip(",")]
    if (";" in plain or len(parted) > 1) and all(_ENTRY.fullmatch(piece) for piece in parted):
        return [piece.replace(",", ".") for piece in parted]
    return [piece for piece in re.split(r"[,;\s]+", plain) if piece]


def shaped(entries: list[str], shape: tuple[int, ...]) -> list[object]:
    """The entries in a part's shape, row by row; raises ValueError when there are too few or too many."""
    wanted = 1
    for length in shape:
        wanted *= length
    if len(entries) != wanted:
        raise ValueError(f"{wanted} entries are asked for, and {len(entries)} were typed.")
    if len(shape) == 1:
        return list(entries)
    columns = shape[1]
    return [entries[k : k + columns] for k in range(0, wanted, columns)]
