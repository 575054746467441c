"""Practice in a terminal: a question, a vector typed on one line, each entry marked; with a server or without one."""

from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from app.client import Attempt, Client, Fault, Offline, Part, PartGrade, Question, QuizError
from app.client.typed import entries_of, shaped

_HELP = (
    "An empty line leaves a part out. ! goes to the next question, q ends. ? shows the solution; answers to that question "
    "then no longer count as first tries."
)
_WORDS = {"correct": "right", "followed-through": "followed through", "partial": "partly right", "unanswered": "left out"}


class _Leave(Exception):
    """The learner wants something other than to answer: "solution", "next" or "end"."""


def practise(client: Client | Offline, console: Console, skill: str, level: int, format: str) -> None:
    """Asks questions of one kind until the learner ends it."""
    console.print(_HELP, style="dim")
    at_first = asked = 0
    while True:
        (question,) = client.questions(skill, level, format)
        outcome = _answer_one(client, console, question)
        if outcome == "end":
            console.print(f"{at_first} of {asked} right at first try." if asked else "Goodbye.", style="dim")
            return
        asked += 1
        at_first += outcome == "right at first try"


def _answer_one(client: Client | Offline, console: Console, question: Question) -> str:
    """How it ended: "right at first try", "right", "next" or "end"."""
    console.print()
    console.rule(Text(question.id, style="dim"), align="left")
    console.print(question.prompt)
    for part in question.parts:
        for option in part.options or ():
            console.print(Padding(f"{option.id})  {_written(option.value.tolist())}", (0, 2)))
    first_try = True
    while True:
        try:
            answer = {part.symbol: _ask(console, part) for part in question.parts}
            attempt = client.answer(question, answer)
        except _Leave as wish:
            if str(wish) != "solution":
                return str(wish)
            _show_solution(client, console, question)
            first_try = False
            continue
        except QuizError as refusal:
            if not refusal.errors:
                raise
            for fault in refusal.errors:
                console.print(_said(fault), style="yellow")
            continue
        _show_marks(console, attempt, answer)
        if attempt.correct:
            return "right at first try" if first_try else "right"
        first_try = False


def _said(fault: Fault) -> str:
    """What is wrong, and where: "dz, entry 3" rather than a JSON pointer."""
    symbol, *place = fault.pointer.split("/")[2:] or [""]
    words = ("entry",) if len(place) == 1 else ("row", "column")
    places = [f"{word} {int(step) + 1}" for word, step in zip(words, place, strict=False)]
    where = ", ".join([symbol, *places]) if symbol else ""
    return " ".join(part for part in (f"{where}:" if where else "", fault.detail, fault.hint) if part)


def _ask(console: Console, part: Part) -> Any:
    """One part as it was typed, in its shape; None where nothing was."""
    form = " ".join(["", "choose", *(option.id for option in part.options)]) if part.options else ""
    while True:
        try:
            text = console.input(f"[bold]{part.symbol}[/bold]{form} = ").strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            raise _Leave("end") from None
        wish = {"?": "solution", "!": "next", "q": "end"}.get(text)
        if wish:
            raise _Leave(wish)
        if not text:
            return None
        if part.options:
            return text
        try:
            return shaped(entries_of(text), part.shape)
        except ValueError as error:
            console.print(str(error), style="yellow")


def _show_marks(console: Console, attempt: Attempt, answer: Mapping[str, Any]) -> None:
    for part in attempt.parts:
        style = "green" if part.score == 1 else "red"
        known = part.misconception
        console.print(f"{part.symbol}: {_WORDS.get(part.verdict, 'not yet')}", style=style)
        if part.entries is not None and answer[part.symbol] is not None:
            console.print(Padding(_marked(part, answer[part.symbol]), (0, 2)))
        if known is not None:
            console.print(Padding(f"{known.title}. {known.feedback}", (0, 2)))


def _marked(part: PartGrade, typed: Any) -> Table:
    """The entries as they were typed, each with a sign and a word."""
    table = Table(show_header=False, box=None, padding=(0, 1))
    for values, marks in zip(typed, part.entries or (), strict=True):
        row: list[Text] = []
        for value, mark in zip(_row(values), _row(marks), strict=True):
            row += [Text(str(value), justify="right"), Text("✓ right" if mark else "✗ not yet", style="green" if mark else "red")]
        table.add_row(*row)
    return table


def _row(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _show_solution(client: Client | Offline, console: Console, question: Question) -> None:
    solution = client.solution(question)
    for number, step in enumerate(solution.steps, 1):
        console.print(f"{number}. {step.text}")
    for symbol, key in solution.key.items():
        console.print(Padding(f"{symbol} = {_written(key.tolist())}", (0, 3)))


def _written(value: Any) -> str:
    """Nested lists of numbers to 3 decimals, with the real minus sign."""
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    return f"{value:.3f}".replace("-", "−")


@click.command("practise")
@click.argument("skill")
@click.option("--level", default=1, show_default=True, type=click.IntRange(1, 3))
@click.option("--choose", is_flag=True, help="Choose among four answers instead of typing one.")
@click.option("--server", metavar="URL", help="Practise on a server, which keeps the answers; without it, offline.")
@click.option("--token", envvar="QUIZ_TOKEN", help="Your token there; without one a new learner is registered.")
@click.option("--name", default="Learner", show_default=True, help="The new learner's name.")
def command(skill: str, level: int, choose: bool, server: str | None, token: str | None, name: str) -> None:
    """Practise a skill in the terminal, such as chain or backward-pass."""
    console = Console(highlight=False)
    format = "choice" if choose else "numeric"
    try:
        if server is None:
            practise(Client.offline(), console, skill, level, format)
            return
        with Client(server, token) if token else Client.register(server, name) as client:
            if not token:
                console.print(f"Your token, to go on later: {client.token}")
            practise(client, console, skill, level, format)
    except QuizError as refusal:
        raise click.ClickException(refusal.detail) from None
