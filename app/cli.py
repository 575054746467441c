"""The command line: serve, migrate, back up and look after the database, make tokens and instructors, fill a demo class."""

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
import uvicorn
from pydantic import ValidationError

from app import __version__
from app.edge.connections import BoundedHttp
from app.late_commands import LateCommands
from app.persistence import backup as backups
from app.persistence import counters as counting
from app.persistence import migrate as schema
from app.persistence.checkup import examine
from app.persistence.database import Database, StorageDown
from app.persistence.errors import NotDone
from app.security.principals import Role
from app.services import accounts, integrations, tokens
from app.services.measures import counted_together
from app.services.refusals import NotFound, Unusable
from app.settings import Settings

T = TypeVar("T")


@click.group(cls=LateCommands)
@click.version_option(__version__, prog_name="sigmoid-quiz")
@click.pass_context
def main(context: click.Context) -> None:
    """The quiz that teaches backpropagation by hand.

    Settings come from QUIZ_… environment variables or a .env file.
    """
    context.obj = _database  # for the commands of other modules


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Server processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages and the REST interface."""
    settings = _settings()
    link = _with_database(lambda database: accounts.first_sign_in_link(database, datetime.now(UTC)))
    address = f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}"
    click.echo(f"The quiz is at {address}")
    if link is not None:
        click.echo("There is no instructor yet. This link signs the first one in, once, within a day:")
        click.echo(f"  {address}/sign-in/{link}")
    click.echo("Served over plain http, cookies are neither Secure nor __Host-; behind an https proxy they are.")
    sys.stdout.flush()
    gc.disable()  # until the application has been loaded, and its lifespan begins
    with counted_together() if workers > 1 else nullcontext():
        _run_server(host, port, workers, settings)


def _run_server(host: str, port: int, workers: int, settings: Settings) -> None:
    more: dict[str, Any] = {"log_config": None} if settings.log == "json" else {}  # create_app sees to it
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        http=BoundedHttp,
        timeout_graceful_shutdown=20,
        timeout_worker_healthcheck=60,  # after the usual 5 a busy machine would have its processes begin again and again
        log_level="warning",
        **more,
    )


@main.command()
def migrate() -> None:
    """Bring the database's schema up to this version of the program."""
    try:
        schema.upgrade(_settings().database_url)
    except (StorageDown, ValueError) as error:
        _give_up(str(error))


@main.command("backup")
@click.argument("to", type=click.Path(path_type=Path, dir_okay=False))
def back_up(to: Path) -> None:
    """Copy the database to the new file TO, while it is in use."""
    with _told() as progress:
        made = backups.back_up(_settings().database_url, to, progress)
    click.echo(f"{to} holds {made.accounts} accounts and {made.attempts} attempts, and has been checked.")


@main.command()
@click.argument("source", metavar="FROM", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--overwrite", is_flag=True, help="Put it in the place of the database that is there.")
def restore(source: Path, overwrite: bool) -> None:
    """Make the database what the backup FROM holds."""
    url = _settings().database_url
    with _told() as progress:
        made = backups.restore(url, source, progress, overwrite=overwrite)
    click.echo(f"The database holds {made.accounts} accounts and {made.attempts} attempts.")
    if not schema.current_is_head(url):
        click.echo("It has the schema of an older version. Run: sigmoid-quiz migrate")


@main.command()
@click.option("--check/--rebuild", "only_check", default=True, help="Compare, the default; or count all attempts anew first.")
def counters(only_check: bool) -> None:
    """Compare the counters that pages read with the attempts, while answers may go on; or mend them."""
    with _database() as database, _told() as progress:
        if not only_check:
            counting.rebuild_all(database, progress)
        wrong = counting.check_all(database, progress)
    for difference in wrong[:10]:
        click.echo(str(difference), err=True)
    if wrong:
        _give_up(f"{len(wrong)} counters differ from the attempts. Run: sigmoid-quiz counters --rebuild")
    click.echo("Every counter is what the attempts say.")


@main.command()
def doctor() -> None:
    """Look at settings, schema, integrity and safety of the database, and say what is wrong; change nothing."""
    from rich.console import Console
    from rich.markup import escape

    marks = {"well": "[green]✓ well [/]", "look": "[yellow]! look [/]", "wrong": "[red]✗ wrong[/]"}
    settings = _settings()
    console = Console(highlight=False)
    shown = settings.model_dump() | {"database_url": schema.url_without_password(settings.database_url)}
    for name, value in shown.items():
        console.print(f"QUIZ_{name.upper()} = {value!r}", markup=False, soft_wrap=True)
    states = set()
    with console.status("Looking"):
        for finding in examine(settings.database_url):
            states.add(finding.state)
            console.print(f"{marks[finding.state]}  {finding.subject}: {escape(finding.detail)}", soft_wrap=True)
    raise SystemExit(1 if "wrong" in states else 0)


@main.group(invoke_without_command=True)
@click.option("--role", type=click.Choice(["administrator", "instructor", "learner", "integration"]))
@click.option("--name", help="Whom or what the token is for.")
@click.option("--course", help="The id of the course an integration belongs to; without one it reads the open course.")
@click.option("--may-submit", is_flag=True, help="An integration that may hand in answers for the learners of its course.")
@click.pass_context
def token(context: click.Context, role: Role | None, name: str | None, course: str | None, may_submit: bool) -> None:
    """Make an account with a token, and print the token and nothing else."""
    if context.invoked_subcommand is not None:
        return
    if role is None or name is None:
        raise click.UsageError("A token needs --role and --name; or say list, or revoke ID.")
    if role != "integration" and (course or may_submit):
        raise click.UsageError("--course and --may-submit are for integrations.")
    now = datetime.now(UTC)
    if role == "integration":
        made = _with_database(lambda database: integrations.issue_integration(database, course, name, may_submit, now))
        click.echo(made.secret)
    else:
        click.echo(_with_database(lambda database: accounts.issue_token(database, role, name, now)).secret)


@token.command("list")
def list_tokens() -> None:
    """Show every token: id, name, scope, whose it is, when it was made and last used."""
    with _database() as database:
        found = tokens.every_token(database)
    click.echo(f"{'id':20}  {'scope':13}  {'made':16}  {'last used':16}  name, account")
    for one, account in found:
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never"
        scope = one.scope + ("+submit" if one.may_submit else "")
        click.echo(f"{one.id:20}  {scope:13}  {one.created_at:%Y-%m-%d %H:%M}  {used:16}  {one.name}, {account}")


@token.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke_token(token_id: str) -> None:
    """Revoke a token by its id. It stops at once, also in servers that are running."""
    gone = _with_database(lambda database: tokens.revoke_any_token(database, token_id, datetime.now(UTC)))
    click.echo(f"The token {gone.name} is revoked.")


@main.group()
def instructor() -> None:
    """Instructors who sign in with e-mail and password."""


@instructor.command("add")
@click.argument("email")
@click.password_option(help="Asked for when not given.")
def add_instructor(email: str, password: str) -> None:
    """Add an instructor; the first one is the administrator."""
    account = _with_database(lambda database: accounts.add_instructor(database, email, password, datetime.now(UTC)))
    click.echo(f"{account.email} can sign in at /sign-in as {account.role}.")


@main.command()
@click.option("--learners", default=30, show_default=True, type=click.IntRange(1, 5000))
@click.option(
    "--attempts",
    default=40,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="About so many for each learner.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same class.")
def demo(learners: int, attempts: int, seed: int) -> None:
    """Fill the database with a believable class."""
    from rich.progress import Progress

    from app.services.demo import fill

    with _database() as database, Progress() as progress:
        task = progress.add_task("Learners at work", total=learners)
        stored = fill(database, learners, attempts, seed, datetime.now(UTC), lambda: progress.advance(task))
    click.echo(f"{learners} learners, {stored} attempts.")


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        _give_up("\n".join(f"QUIZ_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors()))


@contextmanager
def _told() -> Iterator[backups.Progress]:
    """Progress in the terminal; a clear word, and the end, when the job cannot be done."""
    from rich.console import Console
    from rich.progress import Progress

    try:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("Looking", total=None)

            def tell(phase: str, done: int, total: int) -> None:
                bar.update(task, description=phase, completed=done, total=total or None)

            yield tell
    except (NotDone, StorageDown, ValueError) as error:
        _give_up(str(error))


@contextmanager
def _database() -> Iterator[Database]:
    """The started database; a clear word, and the end, when it cannot be used."""
    try:
        url = _settings().database_url
        if not schema.current_is_head(url):
            _give_up("The database has not the schema of this version. Run: sigmoid-quiz migrate")
        database = Database(url)
        database.start()
    except (StorageDown, ValueError) as error:
        _give_up(str(error))
    try:
        yield database
    except Unusable as error:
        _give_up(error.detail)
    except NotFound as error:
        _give_up(str(error))
    except StorageDown as error:
        _give_up(str(error))
    finally:
        database.close()


def _with_database(job: Callable[[Database], Awaitable[T]]) -> T:
    async def run(database: Database) -> T:
        return await job(database)

    with _database() as database:
        return asyncio.run(run(database))


def _give_up(reason: str) -> NoReturn:
    click.echo(reason, err=True)
    raise SystemExit(1)
