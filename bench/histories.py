"""The same class with a short history and with a very long one, made in minutes.

The short one is the demo class: every answer worked out, graded and stored as real ones are. A long one repeats these rows, each
time as another learner's of the class, at other questions and some days earlier, and ends with the class's own. So what is stored
has the size, the mix and the spread over skills and days of real work, and every learner meets every item; only, in what is
repeated, the numbers kept belong to another question than the id says. The rows go in by SQL, the indexes are made at the end,
and the counters are then counted by the program itself.
"""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path

from app.engine.question_id import QuestionId, parse_question_id
from app.engine.sampling import SEED_BITS
from app.persistence import counters
from app.persistence.database import Database

YEARS = 2
"""Over which a long history is spread; its last weeks are as full as any."""

Tell = Callable[[str, int, int], object]
"""Hears how it goes: (phase, done, of how many)."""


def repeat(short: Path, long: Path, attempts: int, tell: Tell) -> None:
    """Makes of the SQLite database `short` another one, `long`, whose class has about so many attempts."""
    shutil.copyfile(short, long)
    with closing(sqlite3.connect(long, isolation_level=None)) as file:
        file.create_function("another", 2, _another_question, deterministic=True)
        for pragma in (
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
            "cache_size=-1000000",
            "foreign_keys=OFF",
        ):
            file.execute(f"PRAGMA {pragma}").fetchall()
        file.execute("ATTACH ? AS short", (str(short),))
        (own,) = file.execute("SELECT count(*) FROM short.attempts").fetchone()
        (highest,) = file.execute("SELECT max(id) FROM short.attempts").fetchone()
        times = round(attempts / own)
        file.execute(
            "CREATE TEMP TABLE turns AS SELECT learner_id, row_number() OVER (ORDER BY learner_id) - 1 AS place "
            "FROM (SELECT DISTINCT learner_id FROM short.attempts)"
        )
        file.execute("CREATE TEMP TABLE places AS SELECT * FROM turns")
        file.execute("CREATE INDEX temp.by_learner ON turns (learner_id)")
        file.execute("CREATE INDEX temp.by_place ON places (place)")
        (learners,) = file.execute("SELECT count(*) FROM turns").fetchone()
        with _without_indexes(file, tell):
            file.execute("BEGIN")
            for table in ("mistakes", "attempts"):
                file.execute(f"DELETE FROM main.{table}")
            for done in range(times):
                tell("Repeating attempts", done, times)
                earlier = times - 1 - done  # the oldest first, the class's own last: ids grow with time
                for table, key in (("attempts", "id"), ("mistakes", "attempt_id")):
                    changed = {key: f"{key} + {done * highest}"}
                    if earlier:
                        days = earlier / times * YEARS * 365
                        # As the program writes moments.
                        changed["submitted_at"] = f"strftime('%Y-%m-%d %H:%M:%f', submitted_at, '-{days:.6f} days') || '000'"
                        changed["question_id"] = f"another(question_id, {earlier})"
                        changed["learner_id"] = (
                            f"(SELECT learner_id FROM places WHERE place = (turns.place + {earlier}) % {learners})"
                        )
                    _add(file, table, key, changed)
            file.execute("COMMIT")
    database = Database(f"sqlite:///{long}")
    database.start()
    try:
        counters.rebuild_all(database, tell)
    finally:
        database.close()


def _add(file: sqlite3.Connection, table: str, key: str, changed: dict[str, str]) -> None:
    """Adds all rows of the short history's table; changed: column -> what stands in it instead."""
    names = [row[1] for row in file.execute(f"PRAGMA main.table_info({table})")]
    values = ", ".join(changed.get(name, name if name != "learner_id" else "turns.learner_id") for name in names)
    file.execute(
        f"INSERT INTO main.{table} SELECT {values} FROM short.{table} AS own JOIN turns USING (learner_id) ORDER BY {key}"
    )


def _another_question(question_id: str, number: int) -> str:
    """A question of the same skill, level, format and draw version; the same one for the same question and number."""
    own = parse_question_id(question_id)
    drawn = int.from_bytes(blake2b(f"{question_id} {number}".encode(), digest_size=8).digest()) >> (64 - SEED_BITS)
    return str(QuestionId(own.skill, own.level, own.format, own.version, drawn))


@contextmanager
def _without_indexes(file: sqlite3.Connection, tell: Tell) -> Iterator[None]:
    """Takes them away meanwhile: a long table is indexed faster than an indexed one is filled."""
    found = file.execute(
        "SELECT name, sql FROM main.sqlite_master "
        "WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('attempts', 'mistakes')"
    ).fetchall()
    for name, _ in found:
        file.execute(f"DROP INDEX main.{name}")
    yield
    for done, (_, sql) in enumerate(found):
        tell("Making indexes", done, len(found))
        file.execute(sql)
