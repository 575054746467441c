"""A first try as the models here read it."""

from dataclasses import dataclass
from datetime import datetime

MEMORY = 24
"""First tries of a skill that are looked back on; so what is read and worked out does not grow with a learner's history."""


@dataclass(frozen=True)
class Try:
    """One first try.

    level: 1 to 3. chosen: picked from options, not typed. parts: how many linked quantities were asked at once.
    right: all of it, by itself. at: when, in UTC. mistakes: the codes of those that were named in it.
    """

    level: int
    chosen: bool
    parts: int
    right: bool
    at: datetime
    mistakes: tuple[str, ...] = ()
