"""Passwords, kept as argon2id hashes.

A hash takes tens of milliseconds and 19 MiB, on purpose. So it is worked out in threads (argon2 releases
the interpreter while it works) and by two of them only: a burst of sign-ins waits in line instead of
stalling the server or eating its memory.
"""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
LONGEST = 1024

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")

# The hash of a random secret nobody kept. An unknown account is checked against it, so that it takes as
# long as a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$OrbpJi/d3UdgGOgVnPHr0w$grF4+vb3ybKL98LVXV0GfixHoOlhWFhBznp2Lwou+D4"


class UnfitPassword(ValueError):
    """A password that may not be chosen; the message says why, in words for the person choosing it."""


def check_password(password: str) -> None:
    """Raise UnfitPassword unless the password may be chosen: 8 to 1024 characters of valid text."""
    length = len(unicodedata.normalize("NFC", password))
    if length < SHORTEST:
        raise UnfitPassword(f"A password needs at least {SHORTEST} characters.")
    if length > LONGEST:
        raise UnfitPassword(f"A password may have at most {LONGEST} characters.")
    if _as_bytes(password) is None:
        raise UnfitPassword("This password holds characters that are not valid text.")


async def hash_password(password: str) -> str:
    """The argon2id hash of a password, ready to be stored. Raises UnfitPassword."""
    check_password(password)
    return await asyncio.get_running_loop().run_in_executor(_pool, _hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed.

    `stored` is None for an unknown account, or one without a password: the answer is then False, after the
    same work.
    """
    return await asyncio.get_running_loop().run_in_executor(_pool, _verify, stored, password)


def _hash(password: str) -> str:
    typed = _as_bytes(password)
    assert typed is not None
    return _hasher.hash(typed)


def _verify(stored: str | None, password: str) -> bool:
    typed = _as_bytes(password) if len(password) <= LONGEST else None
    try:
        matches = _hasher.verify(_NOBODY if stored is None else stored, typed or b"")
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None and typed is not None


def _as_bytes(password: str) -> bytes | None:
    """Composed (NFC), because keyboards differ in how they send accents; None if it is no valid text."""
    try:
        return unicodedata.normalize("NFC", password).encode()
    except UnicodeEncodeError:
        return None
