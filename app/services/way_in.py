"""How an instructor who came in by the one-time link comes back: by an e-mail address and a password, set once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from app.persistence import accounts, audit
from app.persistence.accounts import EmailTaken
from app.persistence.database import Database
from app.security.passwords import UnfitPassword, hash_password
from app.security.principals import Principal, is_instructor
from app.services.accounts import read_email
from app.services.refusals import NotAllowed, Unusable


@dataclass(frozen=True)
class WayIn:
    """How somebody who is signed in can come back. email: None without one."""

    email: str | None
    has_password: bool


def way_in(database: Database, principal: Principal) -> WayIn:
    """Whether there is a password, or this browser's session is all there is."""
    with database.read() as connection:
        account = accounts.find_account(connection, principal.account_id)
        return WayIn(account.email if account else None, accounts.has_password(connection, principal.account_id))


async def give_password(database: Database, principal: Principal, email: str, password: str, now: datetime) -> None:
    """For an instructor who came in by the one-time link: an address and password to come back with.

    Raises:
        NotAllowed: nobody who is signed in as an instructor in a browser, or there is a password already.
        Unusable: the address or password cannot be used, or the address is taken.
    """
    # A token, which a program may have let slip, must not be turned into a lasting way in.
    if not (is_instructor(principal) and principal.kind == "session"):
        raise NotAllowed("Only an instructor who is signed in in this browser can set a password.")
    address = read_email(email)
    try:
        password_hash = await hash_password(password)
    except UnfitPassword as error:
        raise Unusable("/password", str(error)) from None

    def job(connection: Connection) -> None:
        try:
            given = accounts.give_password(connection, principal.account_id, address, password_hash)
        except EmailTaken:
            raise Unusable("/email", "Somebody with this e-mail address exists already.") from None
        if not given:
            raise NotAllowed("This account has a password already.")
        detail = f"{principal.name} set a password, to sign in as {address}."
        audit.record(connection, "sign-in", now, actor_id=principal.account_id, detail=detail)

    await database.write(job)
