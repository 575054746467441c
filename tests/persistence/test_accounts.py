"""Accounts, the secrets that open them, and the counters against guessing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.persistence import accounts
from app.persistence.accounts import Account, EmailTaken
from app.persistence.database import Database
from tests.persistence.samples import NOW, add_account, add_learners, look

HOUR = timedelta(hours=1)


def write(database: Database, function: Any, *values: Any, **more: Any) -> Any:
    return database.write_now(lambda connection: function(connection, *values, **more))


def read(database: Database, function: Any, *values: Any, **more: Any) -> Any:
    with database.read() as connection:
        return function(connection, *values, **more)


def test_an_account_comes_back(database: Database) -> None:
    made = write(
        database,
        accounts.create_account,
        account_id="i1",
        role="instructor",
        name="Grace Hopper ☕",
        email=" Grace@Example.ORG ",
        password_hash="$argon2id$…",
        now=NOW,
    )
    assert made == Account("i1", "instructor", "Grace Hopper ☕", "grace@example.org", NOW)
    assert read(database, accounts.find_account, "i1") == made
    assert read(database, accounts.find_account, "i2") is None
    assert read(database, accounts.find_sign_in, "GRACE@example.org") == (made, "$argon2id$…")
    assert read(database, accounts.find_sign_in, "ada@example.org") is None


def test_an_email_belongs_to_one_account(database: Database) -> None:
    write(database, add_account, "a", email="x@example.org")
    with pytest.raises(EmailTaken):
        write(database, add_account, "b", email="X@example.org")
    write(database, add_account, "c")
    write(database, add_account, "d")  # without an address there may be many
    assert read(database, accounts.find_account, "b") is None


def test_an_unknown_role_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        write(database, add_account, "a", "owner")


def test_names_and_passwords_change(database: Database) -> None:
    write(database, add_account, "a", email="x@example.org")
    assert read(database, accounts.find_sign_in, "x@example.org") is None  # no password, no signing in
    assert not read(database, accounts.has_password, "a")
    assert write(database, accounts.give_password, "a", "Y@example.org", "hash")
    assert read(database, accounts.has_password, "a")
    assert not write(database, accounts.give_password, "a", "z@example.org", "another")  # only where there is none
    assert write(database, accounts.rename_account, "a", "Ada L.")
    account, password_hash = read(database, accounts.find_sign_in, "y@example.org")
    assert (account.name, password_hash) == ("Ada L.", "hash")
    assert not write(database, accounts.rename_account, "b", "Bob")
    assert not write(database, accounts.give_password, "b", "b@example.org", "hash")
    write(database, add_account, "c", email="c@example.org")
    with pytest.raises(EmailTaken):
        write(database, accounts.give_password, "c", "Y@EXAMPLE.org", "hash")


@pytest.mark.parametrize(
    ("role", "counts"),
    [("learner", False), ("integration", False), ("instructor", True), ("administrator", True)],
)
def test_who_is_an_instructor(database: Database, role: str, counts: bool) -> None:
    assert not read(database, accounts.instructor_exists)
    write(database, add_account, "a", role)
    assert read(database, accounts.instructor_exists) is counts


def store(database: Database, secret: str, kind: str, expires_at: Any = None, now: Any = NOW) -> None:
    write(
        database,
        accounts.store_credential,
        hash=secret,
        account_id="ada",
        kind=kind,
        now=now,
        expires_at=expires_at,
    )


def test_a_credential_opens_its_account_until_it_expires(database: Database, database_url: str) -> None:
    add_learners(database, "ada", "bob")
    store(database, "s", "session", NOW + HOUR)
    store(database, "t", "token")

    def whose(kind: str, secret: str, now: Any = NOW) -> Any:
        account = read(database, accounts.find_by_credential, kind, secret, now)
        return account and account.id

    assert whose("session", "s") == "ada"
    assert whose("session", "s", NOW + HOUR - timedelta(microseconds=1)) == "ada"
    assert whose("session", "s", NOW + HOUR) is None
    assert whose("token", "s") is None  # a session's secret is no token
    assert whose("token", "t", NOW + 10_000 * HOUR) == "ada"
    assert whose("token", "unknown") is None
    store(database, "u", "session", NOW + 3 * HOUR, now=NOW + 2 * HOUR)  # sweeps the expired one away
    assert look(database_url, "SELECT hash FROM credentials ORDER BY hash") == [("t",), ("u",)]
    write(database, accounts.delete_credential, "t")
    write(database, accounts.delete_credential, "t")
    assert whose("token", "t") is None


def test_the_first_link_works_once_and_only_the_newest(database: Database, database_url: str) -> None:
    add_learners(database, "ada")
    store(database, "token", "token")
    store(database, "somebody's", "sign-in-link")

    def replace(secret: str) -> None:
        write(database, accounts.replace_first_link, hash=secret, now=NOW, expires_at=NOW + HOUR)

    def use(secret: str, now: Any = NOW) -> Any:
        return write(database, accounts.use_first_link, secret, now)

    replace("old")
    replace("new")
    assert not use("old")
    assert not use("token")
    assert not use("somebody's")
    assert not use("new", NOW + HOUR)
    assert read(database, accounts.find_by_credential, "sign-in-link", "new", NOW) is None  # nobody's
    assert use("new")
    assert not use("new")
    kept = look(database_url, "SELECT hash FROM credentials ORDER BY hash")
    assert kept == [("somebody's",), ("token",)]


def test_events_are_counted_by_window(database: Database, database_url: str) -> None:
    def count(bucket: str, seconds: float, window: int = 60) -> int:
        result: int = write(database, accounts.count_event, bucket, window, NOW + timedelta(seconds=seconds))
        return result

    assert [count("a", second) for second in (0, 1, 59)] == [1, 2, 3]  # NOW is at a full minute
    assert count("b", 59) == 1
    assert count("day", 59, 86400) == 1
    assert count("a", 60) == 1
    assert look(database_url, "SELECT count(*) FROM throttle") == [(2,)]  # the old minute's are gone
    assert count("day", 61, 86400) == 2
    assert count("a", 61) == 2
