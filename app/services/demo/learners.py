"""The made-up learners of a demo class: what they are called, what they know, and when they sit down to work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.engine.misconceptions import MISCONCEPTIONS
from app.security.tokens import new_account_id

_WEEKS = 6
_HOURS = (8, 23.5, 18)  # earliest, latest, likeliest hour of work
_WEEKEND = 0.35  # how much of a weekday's work a day at the weekend sees
_STOPPED = 0.15  # the share that gives up on the way
_NEVER_BEGAN = 12  # one in so many
_NAMES = (  # made-up people; first names from many places
    "Aaliyah Adaeze Aiko Amara Anahera Aroha Arjun Astrid Ayşe Björn Bongani Camila Chidi Chloé Dalia Dmitri Eleni Elif "
    "Emeka Esi Farid Fatima Femi Finn Freya Giulia Hana Hồng Ibrahim Inés Ingrid Ishaan Itzel Jamal Jin Jarosław Kaito Kalani "
    "Kateryna Keira Kofi Lars Leilani Léa Linh Luca Malik Mateo Mei Miriam Nadia Nahuel Ngozi Niamh Noor Olga Omar Priya "
    "Quetzal Rania Ravi Rosa Sakura Samir Seo-yeon Sione Søren Tadeo Tala Thandiwe Tomasz Uma Wanjiru Xiu Yael Yusuf Zanele Zoë"
)

# How often teachers meet a wrong rule, against 1 for the rest.
_COMMON = {
    "h-for-derivative": 6.0,
    "upstream-sign-dropped": 5.0,
    "exponent-sign-flipped": 4.0,
    "one-minus-h": 3.0,
    "derivative-at-h": 3.0,
    "upstream-left-out": 2.0,
    "activation-skipped": 2.0,
    "sign-flipped": 2.0,
}


@dataclass(frozen=True)
class Learner:
    """One made-up learner.

    ability: 0 to 1, how much comes easily. patience: 0 to 1, the chance of another try after a mistake.
    mistakes: codes of misconceptions, the likeliest first. rounding: where they round to 3 decimals: "end", "way" or
        "cut" (off, at the end). writing: how they type, "number", "point" or "comma".
    moments: when they will answer, in order, one for each attempt.
    """

    id: str
    name: str
    ability: float
    patience: float
    mistakes: tuple[str, ...]
    rounding: str
    writing: str
    enrolled_at: datetime
    moments: tuple[datetime, ...]


def enrol(count: int, attempts: int, now: datetime, random: Random) -> list[Learner]:
    """`count` learners with about `attempts` attempts each in the weeks before `now`."""
    names = _NAMES.split()
    random.shuffle(names)
    idle = set(random.sample(range(count), count // _NEVER_BEGAN))
    return [_learner(_name(names, seat), 0 if seat in idle else attempts, now, random) for seat in range(count)]


def _name(names: list[str], seat: int) -> str:
    turn, place = divmod(seat, len(names))
    return names[place] if turn == 0 else f"{names[place]} {'ABCDEFGHIJKLMNOPRSTVWYZ'[(turn - 1) % 23]}."


def _learner(name: str, attempts: int, now: datetime, random: Random) -> Learner:
    begin = now - timedelta(weeks=_WEEKS) + timedelta(days=random.triangular(0, 12, 1))
    end = now
    wanted = attempts * random.triangular(0.4, 1.6, 1.0)
    if random.random() < _STOPPED:
        end = begin + (now - begin) * random.uniform(0.2, 0.5)
        wanted *= 0.4
    moments = _moments(max(1, round(wanted)), begin, end, random) if attempts else ()
    return Learner(
        id=new_account_id(),
        name=name,
        ability=min(max(random.gauss(0.5, 0.27), 0.05), 0.98),
        patience=random.uniform(0.2, 0.9),
        # A weighted shuffle: Efraimidis, Spirakis, "Weighted random sampling with a reservoir" (2006).
        mistakes=tuple(sorted(MISCONCEPTIONS, key=lambda code: -(random.random() ** (1 / _COMMON.get(code, 1.0))))),
        rounding=random.choice(("end", "end", "way", "way", "cut")),
        writing=random.choice(("number", "point", "point", "comma")),
        enrolled_at=(moments[0] if moments else begin) - timedelta(seconds=random.randint(60, 400)),
        moments=moments,
    )


def _moments(count: int, begin: datetime, end: datetime, random: Random) -> tuple[datetime, ...]:
    """`count` moments between `begin` and `end`, in sittings at hours at which people work."""
    pace = random.uniform(45, 200)  # seconds to a question
    found: list[datetime] = []
    while len(found) < count:
        sitting = list(_sitting(begin, end, pace, random))
        found += sitting[: count - len(found)]
    found.sort()
    for place in range(1, count):  # two sittings may have overlapped
        found[place] = max(found[place], found[place - 1] + timedelta(seconds=40))
    late = max(found[-1] - end + timedelta(minutes=1), timedelta())
    return tuple(moment - late for moment in found)


def _sitting(begin: datetime, end: datetime, pace: float, random: Random) -> Iterator[datetime]:
    while True:
        moment = begin + (end - begin) * random.random()
        hour = random.triangular(*_HOURS)
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(hours=hour)
        if begin <= moment < end and (moment.weekday() < 5 or random.random() < _WEEKEND):
            break
    for _ in range(random.randint(3, 12)):
        yield moment.replace(microsecond=random.randrange(1_000_000))
        moment += timedelta(seconds=pace * random.uniform(0.5, 2.2))
