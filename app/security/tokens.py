"""Secrets and account ids.

A secret (a token, a session, a sign-in link) is shown once and stored only as its hash, so a stolen
database lets nobody in. A plain SHA-256 is enough for that: a secret holds 256 random bits, there is
nothing to guess.
"""

import hashlib
import hmac
import re
import secrets

_ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u to misread
_ID_LENGTH = 20
_CODE_LENGTH = 8
_MISREAD = str.maketrans("OIL", "011")


def new_secret() -> str:
    """A fresh secret of 32 random bytes, as 43 url-safe characters."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """The form in which a secret is stored and looked up: SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_account_id() -> str:
    """A fresh account id: 20 lower-case letters and digits, 100 random bits."""
    return _spell(secrets.randbits(5 * _ID_LENGTH))


def account_id_from(secret: str) -> str:
    """The account id that belongs to a secret: the same for the same one, and it does not tell the secret."""
    digest = hashlib.sha256(b"account " + secret.encode("utf-8", "surrogatepass")).digest()
    return _spell(int.from_bytes(digest, "big"))


def seed_from(secret: str, *names: str) -> int:
    """64 bits that belong to these names under a secret: HMAC-SHA256. The same for the same ones; they tell nothing of others."""
    message = "\0".join(names).encode()
    return int.from_bytes(hmac.digest(secret.encode(), message, "sha256")[:8], "big")


def new_join_code() -> str:
    """A fresh code to join a course: 8 letters and digits, 40 random bits, to be read aloud and typed."""
    return _spell(secrets.randbits(5 * _CODE_LENGTH), _CODE_LENGTH).upper()


def read_join_code(typed: str) -> str | None:
    """The code as it is stored, however it was typed: small letters, hyphens, O for 0, I or L for 1. None if it is no code."""
    plain = re.sub(r"[\s-]", "", typed).upper().translate(_MISREAD)
    return plain if len(plain) == _CODE_LENGTH and set(plain.lower()) <= set(_ID_ALPHABET) else None


def show_join_code(code: str) -> str:
    """The code as it is read: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def _spell(bits: int, length: int = _ID_LENGTH) -> str:
    return "".join(_ID_ALPHABET[bits >> 5 * place & 31] for place in range(length))
