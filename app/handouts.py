"""What an instructor hands out, written into files from the command line: worksheets to print, and question banks."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from app.persistence.database import Database
from app.security.principals import Principal
from app.services.question_banks import FORMATS, MOST_IN_A_BANK, BankFormat, bank_name, write_bank
from app.services.question_sets import read_set
from app.services.refusals import NotFound, Unusable
from app.services.worksheets import MOST_ON_A_COPY, course_worksheet, note_names, numbered_worksheet
from app.web.paper import TITLE, marked_copies, printed_copies
from app.web.paper_contexts import AnswersPaper, Frame, WorksheetPaper
from app.web.paper_styles import written_styles
from app.web.rendering import chunks

# Whoever may run a command beside the database may read all of it.
_OPERATOR = Principal("", "administrator", "the command line", "token")
_ITEMS = click.argument("items", nargs=-1, required=True, metavar="SKILL[:LEVEL[:COUNT]]…")
_SEED = click.option("--seed", type=click.IntRange(0), help="The same items and seed make the same questions; fresh without one.")
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("format", type=click.Choice(list(FORMATS)))
@_ITEMS
@_SEED
@click.option("--choose", is_flag=True, help="Questions with answers to choose among instead of boxes to type into.")
@click.option("--output", type=_FILE, help="The file to write.")
def bank(format: BankFormat, items: tuple[str, ...], seed: int | None, choose: bool, output: Path | None) -> None:
    """Write a question bank as Moodle XML or as a QTI 3.0 package.

    sigmoid-quiz bank moodle chain:1:100 update:2:50
    """
    with _said():
        chosen = read_set(items, seed, MOST_IN_A_BANK, "choice" if choose else "numeric")
    path = output or Path(f"{bank_name(format, chosen)}.{FORMATS[format].ending}")
    with path.open("wb") as file:
        file.writelines(write_bank(format, chosen))
    click.echo(f"{path}: {chosen.count} questions, seed {chosen.seed}.")
    click.echo(f"What {FORMATS[format].title} cannot say stands in it.")


@click.command()
@_ITEMS
@_SEED
@click.option("--copies", type=click.IntRange(1), help="So many numbered variants; without, one worksheet for all.")
@click.option("--course", help="One for each learner of the course with this id, the last part of its address.")
@click.option("--title", default=TITLE, show_default=True, help="What stands above the sheets.")
@click.option(
    "--address", default="http://127.0.0.1:8000", show_default=True, help="Where the quiz is served; the QR pictures lead there."
)
@click.option("--output", type=_FILE, help="The file to write; the answer sheet is written beside it.")
@click.pass_obj
def worksheet(
    opened: Callable[[], AbstractContextManager[Database]],
    items: tuple[str, ...],
    seed: int | None,
    copies: int | None,
    course: str | None,
    title: str,
    address: str,
    output: Path | None,
) -> None:
    """Write sheets to print, and their answer sheet, as HTML that stands alone.

    sigmoid-quiz worksheet chain:1:2 comprehension --copies 30
    """
    if copies is not None and course is not None:
        raise click.UsageError("Choose --copies or --course: a course has as many copies as learners.")
    with _said():
        chosen = read_set(items, seed, MOST_ON_A_COPY)
        if course is None:
            planned = numbered_worksheet(chosen, copies)
        else:
            with opened() as database:
                planned = course_worksheet(database, _OPERATOR, chosen, course)
                asyncio.run(note_names(database, None, planned, ("print", "answers"), datetime.now(UTC)))
    path = output or Path(f"worksheet-{chosen.seed}.html")
    answers = path.with_stem(f"{path.stem}-answers")
    base = f"{address.rstrip('/')}/"
    frame = Frame(title, written_styles(), chosen, len(planned.copies))
    for target, paper in (
        (path, WorksheetPaper(frame, printed_copies(planned, base))),
        (answers, AnswersPaper(frame, marked_copies(planned, base))),
    ):
        with target.open("wb") as file:
            file.writelines(chunks(paper))
    click.echo(f"{path}: {len(planned.copies)} × {chosen.count} questions, seed {chosen.seed}. The answers: {answers}")
    click.echo(f"Open it in a browser and print. The QR pictures lead to {base}")


@contextmanager
def _said() -> Iterator[None]:
    """A refusal as a line for people."""
    try:
        yield
    except Unusable as error:
        raise click.ClickException(error.detail) from None
    except NotFound as error:
        raise click.ClickException(str(error)) from None
