"""`python -m bench.growth`: the same class with 10,000, a million and ten million attempts behind it, side by side.

It is measured in turns, so that the ratios to the shortest history are the result: pages by the 95th percentile of their times,
with the least told beside it, since that is what a page costs and the rest is neighbours; attempts by their rate over 32
connections.
"""

import asyncio
import json
import math
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import click
import httpx
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from app.persistence import counters
from app.persistence.database import Database
from app.persistence.migrate import upgrade
from app.persistence.tables import attempts, item_counts
from app.persistence.tokens import store_token
from app.security.tokens import hash_secret
from app.services import accounts, demo
from app.services.tokens import new_token
from bench.histories import repeat
from bench.load import Load, Sample
from bench.prepared import answered_questions, post
from bench.servers import serving

CONNECTIONS = 32
_BYTES = 1600  # of disk for an attempt, at least: to refuse in time
_SHARE = 0.75  # of what a class of the demo is asked for, which it does at least: some give up, and some never begin
_MOST = 4000  # prepared attempts for a second of a round
_READS = {
    "The class at a glance": "/dashboard",
    "Items, all skills": "/dashboard/items",
    "Items of one skill": "/dashboard/items?skill=chain",
    "One learner, at the desk": "/dashboard/learners/{learner}",
    "My progress": "/progress",
    "My attempts": "/attempts",
}


@click.command()
@click.option("--learners", default=100, show_default=True, type=click.IntRange(3))
@click.option(
    "--short", default=10_000, show_default=True, type=click.IntRange(30), help="Attempts of the shortest history, at least."
)
@click.option("--long", "longer", multiple=True, type=click.IntRange(30), help="Attempts of a longer one; several may be given.")
@click.option("--rounds", default=40, show_default=True, type=click.IntRange(1), help="Requests for each page and history.")
@click.option("--seconds", default=2.5, show_default=True, type=click.FloatRange(0.1), help="Length of a round of attempts.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the histories here, and use those that are there, as they were made.",
)
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too.")
def main(
    learners: int, short: int, longer: tuple[int, ...], rounds: int, seconds: float, folder: Path | None, json_file: Path | None
) -> None:
    """Makes the histories, measures pages and attempts on each, and prints one table. On SQLite."""
    sizes = sorted({short, *(longer or (1_000_000, 10_000_000))})
    with ExitStack() as stack:
        kept = folder or Path(stack.enter_context(TemporaryDirectory(prefix="quiz-bench-")))
        kept.mkdir(parents=True, exist_ok=True)
        bar = stack.enter_context(Progress(console=Console(stderr=True), transient=True))
        histories = [_history(kept, learners, sizes, size, bar) for size in sizes]
        # Attempts are added to it in the end: the shortest would not stay short.
        aside = Path(stack.enter_context(TemporaryDirectory(prefix="quiz-bench-"))) / "short.db"
        shutil.copyfile(histories[0][0], aside)
        histories[0] = aside, histories[0][1]
        ports = [
            stack.enter_context(serving("app.main:create_app()", "/healthz", kept, f"sqlite:///{path}")) for path, _ in histories
        ]
        people = [_people(path) for path, _ in histories]
        task = bar.add_task("Measuring", total=len(_READS) * rounds + 2 * min(rounds, 5))
        rows = {name: _read(address, ports, people, rounds, lambda: bar.advance(task)) for name, address in _READS.items()}
        rates = _write(ports, people, min(rounds, 5), seconds, lambda: bar.advance(task, 2))
    figures = {"learners": learners, "histories": [facts for _, facts in histories], "pages": rows, "attempts_per_second": rates}
    Console(width=None if sys.stdout.isatty() else 120).print(_table(figures, rounds, seconds))
    if json_file is not None:
        json_file.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _history(folder: Path, learners: int, sizes: list[int], size: int, bar: Progress) -> tuple[Path, dict[str, Any]]:
    """The path of the database, and facts about it, which are kept beside it; made unless it is there."""
    path, first = folder / f"{learners}-{size}.db", folder / f"{learners}-{sizes[0]}.db"
    facts_file = path.with_suffix(".json")
    began = time.perf_counter()
    task = bar.add_task(f"{size:,} attempts", total=None)
    if not (path.exists() and facts_file.exists()):
        if shutil.disk_usage(folder).free < 1.3 * _BYTES * size:
            raise click.ClickException(f"{size:,} attempts take about {_BYTES * size / 1e9:.0f} GB, which {folder} has not.")
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)

        def tell(phase: str, done: int, total: int) -> None:
            bar.update(task, description=f"{size:,}: {phase}", completed=done, total=total)

        if size == sizes[0]:
            _make_class(unfinished, learners, size, lambda done: tell("Learners at work", done, learners))
        else:
            repeat(first, unfinished, size, tell)
        with _started(unfinished) as database, database.read() as connection:
            stored, last = connection.execute(select(func.count(), func.max(attempts.c.id))).one()
        made = {"attempts": stored, "last_id": last, "bytes": unfinished.stat().st_size}
        unfinished.rename(path)
        facts_file.write_text(json.dumps({**made, "made_in_seconds": time.perf_counter() - began}), encoding="utf-8")
    facts = json.loads(facts_file.read_text(encoding="utf-8"))
    _as_it_was_made(path, facts["last_id"], lambda done, of: bar.update(task, completed=done, total=of))
    bar.remove_task(task)
    return path, facts


def _as_it_was_made(path: Path, last_id: int, tell: Callable[[int, int], None]) -> None:
    """Without the attempts of earlier measurements: who has just answered may be stuck, and then pages tell more."""
    upgrade(f"sqlite:///{path}")
    with _started(path) as database:
        with database.read() as connection:
            learners = list(connection.execute(select(attempts.c.learner_id).where(attempts.c.id > last_id).distinct()).scalars())
        for done, learner in enumerate(learners):
            tell(done, len(learners))
            database.write_now(partial(_forget, learner=learner, last_id=last_id))


def _forget(connection: Connection, learner: str, last_id: int) -> None:
    connection.execute(attempts.delete().where(attempts.c.learner_id == learner, attempts.c.id > last_id))
    counters.recount(connection, [learner])


def _make_class(path: Path, learners: int, attempts: int, tell: Callable[[int], None]) -> None:
    upgrade(f"sqlite:///{path}")
    done = iter(range(1, learners + 1))
    each = math.ceil(attempts / _SHARE / learners)
    with _started(path) as database:
        demo.fill(database, learners, each, 1, datetime.now(UTC), lambda: tell(next(done)))


@contextmanager
def _started(path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{path}")
    database.start()
    try:
        yield database
    finally:
        database.close()


@dataclass(frozen=True)
class People:
    """Tokens of an instructor and of learners with a history; learner: the id of the first of those."""

    instructor: str
    learners: list[str]
    learner: str


def _people(path: Path) -> People:
    now = datetime.now(UTC)
    busiest = func.sum(item_counts.c.attempts).desc()
    found = select(item_counts.c.learner_id).group_by(item_counts.c.learner_id).order_by(busiest).limit(CONNECTIONS)
    with _started(path) as database:
        instructor = asyncio.run(accounts.issue_token(database, "instructor", "Bench", now)).secret
        with database.read() as connection:
            ids = list(connection.execute(found).scalars())
        made = [new_token(one, "Bench", "learner", now, may_submit=True) for one in ids]

        def store(connection: Connection) -> None:
            for token, secret in made:
                store_token(connection, token, hash_secret(secret))

        database.write_now(store)
    return People(instructor, [secret for _, secret in made], ids[0])


def _read(address: str, ports: list[int], people: list[People], rounds: int, tell: Callable[[], None]) -> list[dict[str, float]]:
    """For each history the times of a page, in milliseconds."""
    took: list[list[float]] = [[] for _ in ports]
    with ExitStack() as stack:
        clients = []
        for port, who in zip(ports, people, strict=True):
            secret = who.instructor if address.startswith("/dashboard") else who.learners[0]
            headers = {"Authorization": f"Bearer {secret}"}
            client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120, trust_env=False)
            clients.append(stack.enter_context(client))
        for turn in range(rounds + 2):
            for client, who, times in zip(clients, people, took, strict=True):
                began = time.perf_counter()
                client.get(address.format(learner=who.learner)).raise_for_status()
                if turn >= 2:  # what is made once is not counted
                    times.append(1000 * (time.perf_counter() - began))
            if turn >= 2:
                tell()
    return [{"p95": sorted(times)[math.ceil(0.95 * len(times)) - 1], "p50": median(times), "least": min(times)} for times in took]


def _write(ports: list[int], people: list[People], rounds: int, seconds: float, tell: Callable[[], None]) -> list[list[float]]:
    """For each history the rates of its rounds, attempts a second: each connection a learner with a history."""
    answered = answered_questions(round(_MOST * seconds * (rounds + 1)), seed=2)
    rates: list[list[float]] = [[] for _ in ports]
    for turn in range(rounds + 1):
        share = answered[turn :: rounds + 1]
        for port, who, found in zip(ports, people, rates, strict=True):
            queues = [
                [
                    post(f"/api/v1/questions/{one}/attempts", {"answer": answer}, Authorization=f"Bearer {token}")
                    for one, answer in mine
                ]
                for token, mine in ((token, share[k :: len(who.learners)]) for k, token in enumerate(who.learners))
            ]
            load = pickle.dumps(Load(port, queues, False, seconds))
            command = [sys.executable, "-m", "bench.load"]
            done = subprocess.run(command, input=load, stdout=subprocess.PIPE, timeout=seconds + 90, check=True)
            sample = Sample(**json.loads(done.stdout))
            if set(sample.statuses) != {"201"}:
                raise click.ClickException(f"Attempts were answered with {sample.statuses}.")
            if turn:  # the first warms up
                found.append(sample.rate)
        if turn:
            tell()
    return rates


def _table(figures: dict[str, Any], rounds: int, seconds: float) -> Table:
    histories = figures["histories"]
    bytes_each = " · ".join(f"{one['attempts']:,}: {one['bytes'] / one['attempts']:,.0f}" for one in histories)
    caption = (
        f"{figures['learners']} learners. Pages: 95th percentile (least) of {rounds}, in ms; attempts: per second over "
        f"{CONNECTIONS} connections, median of rounds of {seconds:g} s.\nRatios are to the shortest history. Bytes on disk an "
        f"attempt, indexes and counters included: {bytes_each}."
    )
    table = Table("", *(f"{one['attempts']:,}" for one in histories), "ratios", caption=caption, caption_justify="left")
    for name, row in figures["pages"].items():
        cells = [f"{one['p95']:.0f} ({one['least']:.0f})" for one in row]
        ratios = [f"{one['p95'] / row[0]['p95']:.2f} ({one['least'] / row[0]['least']:.2f})" for one in row[1:]]
        table.add_row(name, *cells, " · ".join(ratios))
    rates = figures["attempts_per_second"]
    ratios = [f"{median(one / base for one, base in zip(rate, rates[0], strict=True)):.2f}" for rate in rates[1:]]
    table.add_row("Attempts per second", *(f"{median(rate):,.0f}" for rate in rates), " · ".join(ratios))
    return table


if __name__ == "__main__":
    main()
