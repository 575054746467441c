"""Who is who: learners who begin without an account, instructors who sign in, tokens for programs."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from app.persistence import accounts, audit, tokens
from app.persistence.accounts import Account
from app.persistence.database import Database
from app.persistence.prepared import filled_up
from app.persistence.tokens import Token
from app.security.passwords import hash_password, verify_password
from app.security.principals import CredentialKind, Principal, Role, limited
from app.security.tokens import account_id_from, hash_secret, new_account_id, new_secret
from app.services.refusals import Unusable

_SESSION = {"learner": timedelta(days=365)}
_STAFF_SESSION = timedelta(days=30)
LINK = timedelta(days=1)
_SAME_CLICK = timedelta(minutes=5)
LONGEST_NAME = 80
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True)
class SignedIn:
    """A principal and the secret that proves it from now on; shown once."""

    principal: Principal
    secret: str


NoteUse = Callable[[str, datetime | None, datetime], None]
"""(hash of a token, its last use that is known, now): a token was used."""


def identify_all(
    database: Database, shown: Sequence[tuple[CredentialKind, str]], now: datetime, note_use: NoteUse | None = None
) -> list[Principal | None]:
    """Whoever each of these sessions and tokens belongs to, in the role that it allows; None for one that is unknown or has
    expired.
    """
    hashes = [hash_secret(secret) for _, secret in shown]
    asked = {f"hash_{k}": hash for k, hash in enumerate(filled_up(hashes))}
    known = {row[:2]: row[2:] for row in database.look_up(accounts.whose(len(asked)), **asked, this_moment=now)}
    found: list[Principal | None] = []
    for hash, (kind, _) in zip(hashes, shown, strict=True):
        if (hash, kind) not in known:
            found.append(None)
            continue
        account_id, role, name, scope, may_submit, last_used_at = known[hash, kind]
        if scope is None:
            found.append(Principal(account_id, role, name, kind))
            continue
        if note_use is not None:
            note_use(hash, last_used_at, now)
        found.append(Principal(account_id, limited(role, scope), name, kind, may_submit))
    return found


async def register_learner(database: Database, name: str, kind: CredentialKind, now: datetime) -> SignedIn:
    """A new learner with a token (for a program) or a session (for a browser).

    Raises:
        Unusable: the name is empty or too long.
    """
    return await _new_account(database, "learner", read_name(name), kind, now)


async def rename(database: Database, principal: Principal, name: str) -> None:
    """Raises Unusable for a name that is empty or too long."""
    wanted = read_name(name)
    await database.write(lambda connection: accounts.rename_account(connection, principal.account_id, wanted))


async def issue_token(database: Database, role: Role, name: str, now: datetime) -> SignedIn:
    """A new account of a role with a token: what the command line hands out."""
    return await _new_account(database, role, read_name(name), "token", now)


async def add_instructor(database: Database, email: str, password: str, now: datetime) -> Account:
    """A person who signs in with e-mail and password; the first one is the administrator.

    Raises:
        Unusable: the address or password cannot be used, or the address is taken.
    """
    address = read_email(email)
    try:
        password_hash = await hash_password(password)
    except ValueError as error:
        raise Unusable("/password", str(error)) from None
    account_id = new_account_id()

    def job(connection: Connection) -> Account | None:
        if accounts.find_sign_in(connection, address) is not None:
            return None
        role: Role = "instructor" if accounts.instructor_exists(connection) else "administrator"
        return accounts.create_account(
            connection,
            account_id=account_id,
            role=role,
            name=address.split("@")[0],
            email=address,
            password_hash=password_hash,
            now=now,
        )

    created = await database.write(job)
    if created is None:
        raise Unusable("/email", "Somebody with this e-mail address exists already.")
    return created


async def sign_in(database: Database, email: str, password: str, now: datetime) -> SignedIn | None:
    """None when address and password don't belong together; the time it takes doesn't tell which was wrong."""
    with database.read() as connection:
        found = accounts.find_sign_in(connection, email.strip().lower())
    account, stored = found if found else (None, None)
    if not await verify_password(stored, password) or account is None:
        return None
    return await _new_session(database, account, now)


async def first_sign_in_link(database: Database, now: datetime) -> str | None:
    """The secret of a one-time link for the first instructor, the administrator; None once there is one."""
    secret = new_secret()

    def job(connection: Connection) -> bool:
        if accounts.instructor_exists(connection):
            return False
        accounts.replace_first_link(connection, hash=hash_secret(secret), now=now, expires_at=now + LINK)
        return True

    return secret if await database.write(job) else None


async def use_sign_in_link(database: Database, secret: str, now: datetime) -> SignedIn | None:
    """Sign in with a one-time link: as the learner whose personal link it is, or as the administrator, who is made by it.
    None when it was used or is no link.
    """
    account_id, session = new_account_id(), new_secret()

    # One transaction: a link that was used up without a session to show for it would lock the administrator out.
    def job(connection: Connection) -> Account | None:
        known = accounts.use_personal_link(connection, hash_secret(secret), now)
        if known is not None:
            _store(connection, known, session, "session", now)
            detail = f"{known.name} signed in by a personal link."
            audit.record(connection, "sign-in", now, actor_id=known.id, detail=detail)
            return known
        if not accounts.use_first_link(connection, hash_secret(secret), now) or accounts.instructor_exists(connection):
            return None
        account = accounts.create_account(connection, account_id=account_id, role="administrator", name="Administrator", now=now)
        _store(connection, account, session, "session", now)
        audit.record(connection, "sign-in", now, actor_id=account.id, detail="The first instructor signed in by the link.")
        return account

    account = await database.write(job)
    return SignedIn(_principal(account, "session"), session) if account else None


async def sign_out(database: Database, secret: str) -> None:
    """Ends a session."""
    await database.write(lambda connection: accounts.delete_credential(connection, hash_secret(secret)))


async def count_event(database: Database, bucket: str, window_seconds: int, now: datetime) -> int:
    """How often something has happened in the current window, this time included; shared by all processes."""
    return await database.write(lambda connection: accounts.count_event(connection, bucket, window_seconds, now))


def session_seconds(principal: Principal) -> int:
    """How long a session of this principal lasts."""
    return int(_SESSION.get(principal.role, _STAFF_SESSION).total_seconds())


def read_email(email: str) -> str:
    """An e-mail address in lower case. Raises Unusable."""
    address = email.strip().lower()
    if _EMAIL.fullmatch(address) is None:
        raise Unusable("/email", "This is not an e-mail address.")
    return address


def read_name(name: str) -> str:
    """A name fit to be shown: one line, trimmed.

    Raises:
        Unusable: empty, too long, or with characters that cannot be shown.
    """
    shown = " ".join(name.split())
    if not shown:
        raise Unusable("/name", "A name has at least one character.")
    if len(shown) > LONGEST_NAME:
        raise Unusable("/name", f"A name has at most {LONGEST_NAME} characters.")
    if not shown.isprintable():
        raise Unusable("/name", "This name has characters that cannot be shown.")
    return shown


class Stranger:
    """Somebody without a cookie who has just sent something, about to become a learner under a made-up name.

    A double click sends the form twice before any cookie is back. Both carry the page's own key, so both become the
    same learner, as long as the second comes within minutes of the first.
    """

    def __init__(self, page_key: str | None) -> None:
        self._account_id = new_account_id() if page_key is None else account_id_from(page_key)
        self._other_id = new_account_id()
        self._secret = new_secret()

    def begin(self, connection: Connection, now: datetime) -> SignedIn:
        """Part of a job: the learner and a session. Made ready outside, so that a job run again makes the same ones."""
        account = accounts.find_account(connection, self._account_id)
        if account is None or abs(now - account.created_at) > _SAME_CLICK:
            account_id = self._account_id if account is None else self._other_id
            account = accounts.create_account(
                connection,
                account_id=account_id,
                role="learner",
                name=f"Learner {account_id[:4].upper()}",
                now=now,
            )
        _store(connection, account, self._secret, "session", now)
        return SignedIn(_principal(account, "session"), self._secret)

    @property
    def account_id(self) -> str:
        """Whom they will become, but for a page key that somebody else used before."""
        return self._account_id


def _principal(account: Account, kind: CredentialKind) -> Principal:
    return Principal(account.id, account.role, account.name, kind)


async def _new_account(database: Database, role: Role, name: str, kind: CredentialKind, now: datetime) -> SignedIn:
    account_id, secret = new_account_id(), new_secret()

    def job(connection: Connection) -> Account:
        account = accounts.create_account(connection, account_id=account_id, role=role, name=name, now=now)
        _store(connection, account, secret, kind, now)
        return account

    return SignedIn(_principal(await database.write(job), kind), secret)


def begin_session(connection: Connection, account: Account, secret: str, now: datetime) -> SignedIn:
    """Part of a job: a session for an account that has shown who it is."""
    _store(connection, account, secret, "session", now)
    return SignedIn(_principal(account, "session"), secret)


async def _new_session(database: Database, account: Account, now: datetime) -> SignedIn:
    secret = new_secret()

    def job(connection: Connection) -> None:
        _store(connection, account, secret, "session", now)
        audit.record(connection, "sign-in", now, actor_id=account.id, detail=f"{account.name} signed in.")

    await database.write(job)
    return SignedIn(_principal(account, "session"), secret)


def _store(connection: Connection, account: Account, secret: str, kind: CredentialKind, now: datetime) -> None:
    hash = hash_secret(secret)
    if kind == "token":
        first = Token(id=new_account_id(), account_id=account.id, name=account.name, scope=account.role, created_at=now)
        tokens.store_token(connection, first, hash)
        return
    expires = now + _SESSION.get(account.role, _STAFF_SESSION)
    accounts.store_credential(connection, hash=hash, account_id=account.id, kind=kind, now=now, expires_at=expires)
