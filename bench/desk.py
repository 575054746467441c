"""`python -m bench.desk`: how long each page of the desk takes with a large class, one request at a time over HTTP.

What is wanted is 150 ms for 300 learners with 100,000 attempts. The least of several rounds is told beside the median: it
is what the page costs; the rest is neighbours.
"""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import httpx
from rich.console import Console
from rich.table import Table

from app.persistence.database import Database
from app.services import accounts, demo
from bench.servers import count_attempts, fresh_database, serving

PAGES = {
    "At a glance": "/dashboard",
    "Items, all skills": "/dashboard/items",
    "Items of one skill": "/dashboard/items?skill=chain",
    "Mistakes, 8 weeks": "/dashboard/mistakes",
    "Mistakes, 26 weeks": "/dashboard/mistakes?weeks=26",
    "Live": "/dashboard/live",
    "One learner": "/dashboard/learners/{learner}",
    "One learner, a mistake": "/dashboard/learners/{learner}?mistake=h-for-derivative&order=oldest",
    "Export, the page": "/dashboard/exports",
    "Export, gradebook as CSV": "/api/v1/exports/gradebook",
    "Export, all attempts as CSV": "/api/v1/exports/attempts",
    "Worksheets, the page": "/dashboard/worksheets",
    "Worksheet, 10 questions": "/dashboard/worksheets/print?items=chain:1:10&seed=1",
    "Answer sheet, 10 questions": "/dashboard/worksheets/answers?items=chain:1:10&seed=1",
    "Question banks, the page": "/dashboard/banks",
    "Question bank, 500 for Moodle": "/dashboard/banks/moodle?items=chain:1:500&seed=1",
}
_POSTED = "/api/v1/exports/"  # what is written into the audit trail


@click.command()
@click.option("--learners", default=300, show_default=True, type=click.IntRange(1))
@click.option("--attempts", default=420, show_default=True, type=click.IntRange(1), help="About so many for each learner.")
@click.option("--rounds", default=7, show_default=True, type=click.IntRange(1))
@click.option("--postgres", is_flag=True, help="Store in PostgreSQL, started for the occasion, rather than in SQLite.")
@click.option("--database", "database_url", help="Measure this database as it is, rather than make a class.")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here too.")
def main(learners: int, attempts: int, rounds: int, postgres: bool, database_url: str | None, json_file: Path | None) -> None:
    """Measures each page of the desk and prints one table."""
    with (
        TemporaryDirectory(prefix="quiz-bench-") as folder,
        _class(Path(folder), learners, attempts, postgres, database_url) as url,
    ):
        stored, token = count_attempts(url), _instructor(url)
        with serving("app.main:create_app()", "/healthz", Path(folder), url) as port:
            rows = _measure(port, token, rounds)
    table = Table("page", "least ms", "median ms", "kB", caption=f"{stored:,} attempts, {rounds} rounds", caption_justify="left")
    for name, row in rows.items():
        table.add_row(name, f"{row['least_ms']:.0f}", f"{row['median_ms']:.0f}", f"{row['bytes'] / 1000:.0f}")
    Console().print(table)
    if json_file is not None:
        json_file.write_text(json.dumps({"attempts": stored, "pages": rows}, indent=1), encoding="utf-8")


@contextmanager
def _class(folder: Path, learners: int, attempts: int, postgres: bool, database_url: str | None) -> Iterator[str]:
    if database_url is not None:
        yield database_url
        return
    with fresh_database(folder, postgres) as url:
        database = Database(url)
        database.start()
        demo.fill(database, learners, attempts, 1, datetime.now(UTC), lambda: None)
        database.close()
        yield url


def _instructor(url: str) -> str:
    database = Database(url)
    database.start()
    try:
        return asyncio.run(accounts.issue_token(database, "instructor", "Bench", datetime.now(UTC))).secret
    finally:
        database.close()


def _measure(port: int, token: str, rounds: int) -> dict[str, dict[str, float]]:
    headers = {"Authorization": f"Bearer {token}"}
    rows = {}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120, trust_env=False) as client:
        busiest = max(client.get("/api/v1/scores").raise_for_status().json()["scores"], key=lambda one: one["attempts"])
        for name, page in PAGES.items():
            took, address = [], page.format(learner=busiest["learner_id"])
            for _ in range(rounds + 1):
                began = time.perf_counter()
                answer = client.request("POST" if address.startswith(_POSTED) else "GET", address)
                took.append(1000 * (time.perf_counter() - began))
                answer.raise_for_status()
            del took[0]  # what is made once
            rows[name] = {"least_ms": min(took), "median_ms": median(took), "bytes": float(len(answer.content))}
    return rows


if __name__ == "__main__":
    main()
