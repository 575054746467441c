"""Secrets can't be guessed, and are not stored as they are."""

import hashlib
import re

from app.security.tokens import hash_secret, new_account_id, new_secret


def test_secrets_are_long_url_safe_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(1000)}
    assert len(secrets) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in secrets)


def test_a_hash_is_the_sha256_of_the_secret() -> None:
    assert hash_secret("abc") == hashlib.sha256(b"abc").hexdigest()


def test_anything_a_client_may_send_can_be_hashed() -> None:
    assert len(hash_secret("é\ud800\0")) == 64


def test_account_ids_are_short_readable_and_hold_a_hundred_bits() -> None:
    ids = [new_account_id() for _ in range(2000)]
    assert len(set(ids)) == 2000
    assert all(re.fullmatch(r"[0-9a-hjkmnp-tv-z]{20}", account_id) for account_id in ids)
    for place in range(20):  # every place is drawn from all 32 characters
        assert len({account_id[place] for account_id in ids}) == 32
