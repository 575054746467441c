"""`make bench`: how fast the quiz is, beside what the same machine does with less work.

Absolute figures drift with the machine and its neighbours. So what is compared is measured in turns, in rounds of a few
seconds, and the medians are set in relation: the ratios are the result.
"""

import json
import os
import pickle
import platform
import subprocess
import sys
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import engine
from bench.load import Load, Sample
from bench.prepared import EVERY_KIND, ONE_EXERCISE, Answered, answered_questions, get, post
from bench.servers import count_attempts, enrol, fresh_database, serving
from bench.start import start

CONNECTIONS = 32
_MOST = 5000  # prepared requests for each second of a round; more than any server here takes
_WARM_UP = 0.5  # seconds, not counted
_ENGINE_ROUNDS = 3


@dataclass
class Target:
    """One kind of request. requests: for every connection; `again`: whether they may be sent more than once."""

    name: str
    port: int
    requests: list[list[bytes]]
    expected: str
    again: bool = True

    def take(self, count: int) -> list[list[bytes]]:
        """What the next round sends."""
        if self.again:
            return self.requests
        taken = [list(islice(queue, count // CONNECTIONS)) for queue in self.requests]
        self.requests = [queue[count // CONNECTIONS :] for queue in self.requests]
        return taken


@click.command()
@click.option("--postgres", is_flag=True, help="Store in PostgreSQL, started for the occasion, rather than in SQLite.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50), help="Rounds over HTTP.")
@click.option("--seconds", default=2.5, show_default=True, type=click.FloatRange(0.1, 60), help="Length of a round.")
@click.option("--batch", default=1_000_000, show_default=True, type=click.IntRange(1), help="Questions built at once.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too.")
def main(postgres: bool, rounds: int, seconds: float, batch: int, json_file: Path | None) -> None:
    """Measures the quiz over HTTP and its engine, and prints one table."""
    machine = {
        "database": "PostgreSQL" if postgres else "SQLite, synchronous=FULL",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "connections": CONNECTIONS,
        "rounds": rounds,
        "seconds": seconds,
        "batch": batch,
    }
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Measuring", total=12 * rounds + 9 * _ENGINE_ROUNDS)

        def tell() -> None:
            progress.advance(task)

        with TemporaryDirectory(prefix="quiz-bench-") as folder, fresh_database(Path(folder), postgres) as url:
            rows = _starting(url, Path(folder), rounds, tell) + _over_http(url, Path(folder), rounds, seconds, tell)
        rows += _engine(batch, tell)
    Console(width=None if sys.stdout.isatty() else 120).print(_table(machine, rows))
    if json_file is not None:
        json_file.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1, ensure_ascii=False), encoding="utf-8")


def _starting(url: str, folder: Path, rounds: int, tell: Any) -> list[dict[str, Any]]:
    (token,) = enrol(url, "token", 1)
    starts = []
    for _ in range(rounds):
        starts.append(start(folder, url, token))
        tell()
    took, megabytes = median(one.seconds for one in starts), median(one.megabytes for one in starts)
    row = {"section": "starting", "name": "start, to the first stored answer", "per_second": 1 / took, "ratios": {}}
    return [row | {"seconds": took, "megabytes": megabytes}]


def _over_http(url: str, folder: Path, rounds: int, seconds: float, tell: Any) -> list[dict[str, Any]]:
    before = count_attempts(url)
    tokens, sessions = enrol(url, "token", CONNECTIONS), enrol(url, "session", CONNECTIONS)
    count = round(_MOST * (rounds * seconds + _WARM_UP))
    exercise, mixed = (_shared(answered_questions(count, seed, kinds)) for seed, kinds in ((1, ONE_EXERCISE), (2, EVERY_KIND)))
    validate = [[post("/validate", {"answer": answer}) for _, answer in share[:500]] for share in exercise]
    (read, show), (read_mixed, show_mixed) = (_asking(shares, sessions) for shares in (exercise, mixed))
    read_again, show_again = ([requests[:8] for requests in kind] for kind in (read_mixed, show_mixed))
    hello = [[get("/hello")]] * CONNECTIONS
    with (
        serving("app.main:create_app()", "/healthz", folder, url) as quiz,
        serving("bench.plain:app", "/hello", folder) as plain,
    ):
        writing = _in_turns(
            "writing",
            [
                Target("POST an attempt, a class at one exercise", quiz, _submitting(exercise, tokens), "201", again=False),
                Target("… all skills and levels mixed", quiz, _submitting(mixed, tokens), "201", again=False),
                Target("POST, validated only", plain, validate, "200"),
                Target("GET hello", plain, hello, "200"),
            ],
            rounds,
            seconds,
            tell,
        )
        reading = _in_turns(
            "reading",
            [
                Target("GET a question, a class at one exercise", quiz, read, "200"),
                Target("… all skills and levels mixed", quiz, read_mixed, "200"),
                Target("… those that were asked for before", quiz, read_again, "200"),
                Target("GET its page, a class at one exercise", quiz, show, "200"),
                Target("… all skills and levels mixed", quiz, show_mixed, "200"),
                Target("… those that were asked for before", quiz, show_again, "200"),
                Target("GET hello, again", plain, hello, "200"),
            ],
            rounds,
            seconds,
            tell,
        )
    confirmed, stored = writing[0]["confirmed"] + writing[1]["confirmed"], count_attempts(url) - before
    if stored != confirmed:
        raise click.ClickException(f"{confirmed} attempts were confirmed, and {stored} are stored.")
    _relate(writing, writing[2], "of validating")
    _relate(writing, writing[3], "of hello")
    _relate(reading, reading[-1], "of hello")
    return writing + reading


def _shared(answered: list[Answered]) -> list[list[Answered]]:
    return [answered[place::CONNECTIONS] for place in range(CONNECTIONS)]


def _asking(shares: list[list[Answered]], sessions: list[str]) -> tuple[list[list[bytes]], list[list[bytes]]]:
    """The questions as JSON, and their pages: 16,000 of them, and the server keeps 2,048."""
    some = [share[:500] for share in shares]
    read = [[get(f"/api/v1/questions/{one}") for one, _ in share] for share in some]
    show = [
        [get(f"/q/{one}", Cookie=f"session={session}") for one, _ in share] for share, session in zip(some, sessions, strict=True)
    ]
    return read, show


def _submitting(shares: list[list[Answered]], tokens: list[str]) -> list[list[bytes]]:
    return [
        [post(f"/api/v1/questions/{one}/attempts", {"answer": answer}, Authorization=f"Bearer {token}") for one, answer in share]
        for share, token in zip(shares, tokens, strict=True)
    ]


def _in_turns(section: str, targets: list[Target], rounds: int, seconds: float, tell: Any) -> list[dict[str, Any]]:
    """The medians over rounds that take the targets in turns; `confirmed` counts the warm-up too."""
    warm = [_measure(target, _WARM_UP) for target in targets]
    samples: list[list[Sample]] = [[] for _ in targets]
    for _ in range(rounds):
        for target, found in zip(targets, samples, strict=True):
            found.append(_measure(target, seconds))
            tell()
    return [
        {
            "section": section,
            "name": target.name,
            "per_second": median(sample.rate for sample in found),
            "p50_ms": median(sample.p50 for sample in found),
            "p99_ms": median(sample.p99 for sample in found),
            "confirmed": first.count + sum(sample.count for sample in found),
            "ratios": {},
        }
        for target, first, found in zip(targets, warm, samples, strict=True)
    ]


def _measure(target: Target, seconds: float) -> Sample:
    load = Load(target.port, target.take(round(_MOST * seconds)), target.again, seconds)
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(command, input=pickle.dumps(load), stdout=subprocess.PIPE, timeout=seconds + 60, check=True)
    sample = Sample(**json.loads(done.stdout))
    if set(sample.statuses) != {target.expected}:
        raise click.ClickException(f"{target.name}: answered with {sample.statuses}, expected {target.expected}.")
    return sample


def _engine(batch: int, tell: Any) -> list[dict[str, Any]]:
    batches: list[dict[str, Any]] = [
        {"section": "batches", "name": name, "per_second": rate, "ratios": {}}
        for name, rate in engine.in_batches(batch, _ENGINE_ROUNDS, tell).items()
    ]
    copying, from_h, from_z, *built = batches
    copying["gigabytes_per_second"] = copying["per_second"] * engine.BYTES_COPIED / 1e9
    for base, name in ((copying, "of copying"), (from_h, "of NumPy"), (from_z, "from z")):
        _relate(built, base, name)
    singles = [
        {"section": "singly", "name": f"one question: {name}", "per_second": 1 / took, "microseconds": took * 1e6, "ratios": {}}
        for name, took in engine.singly(min(1000, 1 + batch // 100), _ENGINE_ROUNDS, tell).items()
    ]
    return batches + singles


def _relate(rows: list[dict[str, Any]], base: dict[str, Any], name: str) -> None:
    for row in rows:
        if row is not base:
            row["ratios"][name] = row["per_second"] / base["per_second"]


def _table(machine: dict[str, Any], rows: list[dict[str, Any]]) -> Table:
    caption = (
        f"{machine['database']} · Python {machine['python']} · {machine['cores']} cores · {machine['connections']} connections\n"
        f"medians of {machine['rounds']} rounds of {machine['seconds']:g} s over HTTP, "
        f"of {_ENGINE_ROUNDS} in the engine: {machine['batch']:,} questions in blocks of {engine.BLOCK:,}"
    )
    table = Table("", "per second", "p50 ms", "p99 ms", "ratio", caption=caption, caption_justify="left")
    for column in table.columns[1:4]:
        column.justify = "right"
    section = rows[0]["section"]
    for row in rows:
        if row["section"] != section:
            section = row["section"]
            table.add_section()
        times = [f"{row[name]:.1f}" if name in row else "" for name in ("p50_ms", "p99_ms")]
        ratio = " · ".join(f"{value:.2g} {name}" for name, value in row["ratios"].items())
        if "microseconds" in row:
            ratio = f"{row['microseconds']:.0f} µs each"
        if "gigabytes_per_second" in row:
            ratio = f"{row['gigabytes_per_second']:.1f} GB/s read, and as many written"
        if "seconds" in row:
            ratio = f"{row['seconds']:.2f} s, then {row['megabytes']:.0f} MB resident"
        table.add_row(row["name"], f"{row['per_second']:,.{0 if row['per_second'] > 9 else 1}f}", *times, ratio)
    return table


if __name__ == "__main__":
    main()
