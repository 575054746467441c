"""A walk: the worked way of any question, one step to a view, with a board of the quantities known by then."""

from dataclasses import dataclass

from app.engine.entries import RULES, Entry, decimals_shown, worked_entries
from app.engine.notation import latex_entries, latex_number
from app.engine.questions import LATEX, SPOKEN, Question
from app.engine.sigmoid import Array
from app.engine.solutions import solution_steps
from app.web.chapters import EXPLAINED


@dataclass(frozen=True)
class Quantity:
    """A place on the board. state: given, known, used (in this step) or new (worked out in this step)."""

    symbol: str
    latex: str
    state: str


@dataclass(frozen=True)
class Walk:
    """One view of a walk.

    step: 0 is what is given, then one for each step of the solution. names: what each step works out, from 1, in plain text.
    text: the step's sentence. why: anchor of the lesson's section that explains it, None at 0. at_hand: what the step uses and
    then what it works out. board: the rest of what is known by then.
    """

    question_id: str
    step: int
    last: int
    names: tuple[str, ...]
    text: str
    why: str | None
    at_hand: tuple[Quantity, ...]
    board: tuple[Quantity, ...]
    entries: tuple[Entry, ...]


def walk(question: Question, step: int) -> Walk:
    """The view of a step; a step beyond either end is the nearest one."""
    steps = solution_steps(question)
    step = max(0, min(step, len(steps)))
    new = steps[step - 1].symbol if step else None
    used = RULES[new].uses if new else ()
    known = [*question.given, *(earlier.symbol for earlier in steps[:step])]
    return Walk(
        question_id=str(question.id),
        step=step,
        last=len(steps),
        names=tuple(SPOKEN.get(one.symbol, one.symbol) for one in steps),
        text=steps[step - 1].text if step else question.skill.ask[0],
        why=EXPLAINED[new] if new else None,
        at_hand=tuple(_quantity(question, symbol, new) for symbol in (*used, *([new] if new else []))),
        board=tuple(_quantity(question, symbol) for symbol in known if symbol not in used and symbol != new),
        entries=worked_entries(question, new) if new else (),
    )


def _quantity(question: Question, symbol: str, new: str | None = None) -> Quantity:
    value, decimals = question.quantity(symbol), decimals_shown(question, symbol)
    written = _array(value, decimals) if value.ndim else latex_number(float(value), decimals)
    given = "given" if symbol in question.given else "known"
    state = given if new is None else "new" if symbol == new else "used"
    return Quantity(symbol, f"{LATEX[symbol]} = {written}", state)


def _array(value: Array, decimals: int) -> str:
    """A zero that is there by structure is written as one."""
    return latex_entries(value, lambda entry: latex_number(entry, decimals) if entry else "0")
