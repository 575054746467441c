"""Migrations: they make exactly the tables the program knows, both ways, and survive being killed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, inspect

from app import resources
from app.persistence.database import Database, StorageDown
from app.persistence.migrate import (
    alembic_config,
    current_is_head,
    downgrade,
    known_revisions,
    migrating,
    newest_revision,
    upgrade,
)
from app.persistence.recording import record_attempt
from app.persistence.tables import UtcDateTime, metadata
from tests.persistence.samples import add_learners, attempt, look

ADDED = "9999_newer.py"
NEWER = '''
"""A migration after the newest, which rebuilds a table that others refer to."""
import os
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = depends_on = None

def upgrade():
    op.create_table("extra", sa.Column("id", sa.String(), primary_key=True))
    with op.batch_alter_table("accounts", recreate="auto") as table:
        table.add_column(sa.Column("nickname", sa.String(), nullable=False, server_default="none"))
        table.alter_column("name", existing_type=sa.String(), nullable=True)
    op.execute("INSERT INTO extra VALUES ('half-way')")
    {ending}

def downgrade():
    op.drop_table("extra")
    with op.batch_alter_table("accounts") as table:
        table.drop_column("nickname")
'''


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the migrations, used instead of them, where a test can add its own."""
    copy = tmp_path / "workshop" / "migrations"
    shutil.copytree(resources.folder("migrations"), copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr("app.persistence.migrate.folder", lambda _name: copy)
    yield copy
    newest_revision.cache_clear()


def test_the_files_are_numbered_as_alembic_orders_them() -> None:
    scripts = ScriptDirectory(str(resources.folder("migrations")))
    in_order = [script.revision for script in scripts.walk_revisions()][::-1]
    assert in_order == sorted(known_revisions())
    assert newest_revision() == scripts.get_current_head()


def head(workshop: Path) -> str:
    """The newest revision of the program itself."""
    return max(path.name[:4] for path in (workshop / "versions").glob("*.py") if path.name != ADDED)


def add_newer(workshop: Path, ending: str) -> None:
    shutil.rmtree(workshop / "versions" / "__pycache__", ignore_errors=True)
    written = NEWER.replace("{ending}", ending).replace("{head}", head(workshop))
    (workshop / "versions" / ADDED).write_text(written)
    newest_revision.cache_clear()  # a program does not change while it runs


def tables(url: str) -> set[str]:
    if url.startswith("sqlite"):
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    else:
        query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    return {str(row[0]) for row in look(url, query)}


def test_the_migrations_make_the_tables_that_the_program_knows(database_url: str) -> None:
    with migrating(database_url) as config:
        connection: Connection = config.attributes["connection"]
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        command.check(config)
        for table in metadata.sorted_tables:  # what the comparison above leaves out
            found = inspect(connection)
            kept = {check["name"] for check in found.get_check_constraints(table.name)}
            assert kept >= {str(c.name) for c in table.constraints if str(c.name).startswith("ck_")}
            indexes = {index["name"]: index for index in found.get_indexes(table.name)}
            for index in table.indexes:
                partial = index.dialect_options[connection.dialect.name]["where"]
                options = indexes[index.name].get("dialect_options", {})
                where = options.get(f"{connection.dialect.name}_where")
                assert (partial is None) == (where is None), index.name


def test_the_check_notices_a_difference(database_url: str) -> None:
    with migrating(database_url) as config:
        connection: Connection = config.attributes["connection"]
        connection.exec_driver_sql("DROP INDEX ix_attempts_report")
        with pytest.raises(CommandError):
            command.check(config)


def test_up_down_and_up_again(empty_database_url: str) -> None:
    url = empty_database_url
    assert not current_is_head(url)
    upgrade(url)
    assert current_is_head(url)
    full = tables(url)
    assert full == {table.name for table in metadata.sorted_tables} | {"alembic_version"}
    upgrade(url)  # nothing to do
    downgrade(url, "base")
    assert tables(url) == {"alembic_version"}
    assert not current_is_head(url)
    upgrade(url)
    assert tables(url) == full
    assert current_is_head(url)


def test_asking_creates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    assert not current_is_head(f"sqlite:///{path}")
    assert not path.exists()


def test_a_database_from_a_newer_version_is_left_alone(database_url: str, workshop: Path) -> None:
    add_newer(workshop, "")
    upgrade(database_url)
    (workshop / "versions" / ADDED).unlink()
    newest_revision.cache_clear()
    assert not current_is_head(database_url)
    with pytest.raises(CommandError):
        upgrade(database_url)


def test_a_migration_keeps_the_rows(database_url: str, workshop: Path) -> None:
    """Rebuilding a table must not take along the rows of other tables that refer to it."""
    database = Database(database_url)
    database.start()
    add_learners(database, "ada")
    database.write_now(lambda connection: record_attempt(connection, attempt(mistakes=(("dz", "relu"),))))
    database.close()
    add_newer(workshop, "")
    upgrade(database_url)
    assert look(database_url, "SELECT id, nickname FROM accounts") == [("ada", "none")]
    assert look(database_url, "SELECT count(*) FROM attempts") == [(1,)]
    assert look(database_url, "SELECT count(*) FROM mistakes") == [(1,)]
    downgrade(database_url, head(workshop))
    assert look(database_url, "SELECT count(*) FROM attempts") == [(1,)]


def test_a_migration_that_fails_half_way_leaves_nothing_and_runs_again(database_url: str, workshop: Path) -> None:
    before = tables(database_url)
    add_newer(workshop, 'raise RuntimeError("half-way")')
    with pytest.raises(RuntimeError, match="half-way"):
        upgrade(database_url)
    assert tables(database_url) == before  # neither the new table nor _alembic_tmp_ leftovers
    assert look(database_url, "SELECT version_num FROM alembic_version") == [(head(workshop),)]
    assert not current_is_head(database_url)
    add_newer(workshop, "")
    upgrade(database_url)
    assert look(database_url, "SELECT id FROM extra") == [("half-way",)]
    assert current_is_head(database_url)


def run_python(script: str, *values: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", script, *values])


def test_a_migration_killed_half_way_leaves_nothing_and_runs_again(database_url: str, workshop: Path) -> None:
    before = tables(database_url)
    add_newer(workshop, "os._exit(9)")
    script = (
        "import sys, pathlib, app.persistence.migrate as m;m.folder = lambda _: pathlib.Path(sys.argv[2]); m.upgrade(sys.argv[1])"
    )
    assert run_python(script, database_url, str(workshop)).wait(30) == 9
    assert tables(database_url) == before
    add_newer(workshop, "")
    upgrade(database_url)
    assert look(database_url, "SELECT id FROM extra") == [("half-way",)]


def test_two_programs_that_migrate_at_once_take_turns(empty_database_url: str) -> None:
    script = "import sys; from app.persistence.migrate import upgrade; upgrade(sys.argv[1])"
    programs = [run_python(script, empty_database_url) for _ in range(2)]
    assert [program.wait(30) for program in programs] == [0, 0]
    assert current_is_head(empty_database_url)


def test_a_migration_that_would_orphan_rows_is_refused(database_url: str, workshop: Path) -> None:
    database = Database(database_url)
    database.start()
    add_learners(database, "ada")
    database.write_now(lambda connection: record_attempt(connection, attempt()))
    database.close()
    add_newer(workshop, 'op.execute("DELETE FROM accounts")')
    with pytest.raises(Exception, match=r"refer to nothing|violates foreign key"):
        upgrade(database_url)
    assert look(database_url, "SELECT id FROM accounts") == [("ada",)]


def test_a_database_out_of_reach_is_called_so() -> None:
    url = "postgresql://postgres@/quiz?host=/nowhere"
    with pytest.raises(StorageDown):
        upgrade(url)
    with pytest.raises(StorageDown):
        current_is_head(url)


def test_a_percent_sign_in_the_path_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_database_url: str
) -> None:
    odd = tmp_path / "50%(here)s" / "migrations"
    shutil.copytree(resources.folder("migrations"), odd)
    monkeypatch.setattr("app.persistence.migrate.folder", lambda _name: odd)
    upgrade(empty_database_url)
    assert current_is_head(empty_database_url)


def test_a_drafted_migration_spells_types_that_outlive_the_program(empty_database_url: str, workshop: Path) -> None:
    for old in (workshop / "versions").glob("*.py"):
        old.unlink()
    with migrating(empty_database_url) as config:
        command.revision(config, "draft", autogenerate=True, rev_id="0001")
    [draft] = (workshop / "versions").glob("*.py")
    assert "UtcDateTime" not in draft.read_text()
    moments = sum(isinstance(column.type, UtcDateTime) for table in metadata.sorted_tables for column in table.columns)
    assert draft.read_text().count("sa.DateTime(timezone=True)") == moments
    upgrade(empty_database_url)
    with migrating(empty_database_url) as config:
        command.check(config)


def test_alembic_by_itself_says_who_runs_migrations(database_url: str) -> None:
    with migrating(database_url) as config:
        bare = alembic_config(config.attributes["connection"])
        bare.attributes.clear()
        with pytest.raises(SystemExit, match="sigmoid-quiz migrate"):
            command.upgrade(bare, "head")


def test_the_folders_are_found_in_a_clone_and_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "app"
    package.mkdir(parents=True)
    monkeypatch.setattr(resources, "_PACKAGE", package)
    with pytest.raises(FileNotFoundError, match="migrations"):
        resources.folder("migrations")
    (package.parent / "migrations").mkdir()  # a clone, or a stranger's folder beside an installed wheel
    assert resources.folder("migrations") == package.parent / "migrations"
    (package / "migrations").mkdir()
    assert resources.folder("migrations") == package / "migrations"
