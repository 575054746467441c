"""Which skill builds on which, and where each lies on the way of a gradient. Data by skill id.

A skill that is named here and not in the catalogue is passed over; one that is only in the catalogue builds on nothing
and stands with the wholes.
"""

from collections.abc import Collection, Mapping, Sequence

PREREQUISITES: Mapping[str, tuple[str, ...]] = {
    "pre-activation": (),
    "activation": (),
    "derivative": ("activation",),
    "jacobian": ("derivative",),
    "delta": (),
    "chain": ("derivative", "delta"),
    "comprehension": ("activation", "derivative", "chain"),
    "weight-gradient": ("delta",),
    "input-gradient": ("delta",),
    "update": ("weight-gradient",),
    "backward-pass": ("comprehension", "pre-activation", "weight-gradient", "input-gradient"),
}

FORWARD = ("pre-activation", "activation")
"""In the order in which a value goes forward."""
BACK = ("derivative", "delta", "chain", "weight-gradient", "input-gradient", "update")
"""In the order in which a gradient flows back."""
ASIDE = ("jacobian",)
"""What explains the way back, and need not be passed."""


def prerequisites_of(skill: str, among: Collection[str]) -> tuple[str, ...]:
    """What a skill builds on directly, of the skills that there are."""
    return tuple(other for other in PREREQUISITES.get(skill, ()) if other in among)


def in_order_of_dependence(skills: Sequence[str]) -> list[str]:
    """The skills, each after all that it builds on, otherwise in the order given."""
    waiting, placed = list(skills), list[str]()
    while waiting:
        ready = (one for one in waiting if all(other in placed for other in prerequisites_of(one, skills)))
        placed.append(next(ready))
        waiting.remove(placed[-1])
    return placed
