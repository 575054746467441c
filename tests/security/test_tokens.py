"""Secrets can't be guessed, and are not stored as they are."""

import hashlib
import re

from app.security import tokens
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


def test_a_join_code_is_read_however_it_was_typed() -> None:
    code = tokens.new_join_code()
    assert len(code) == 8 and tokens.show_join_code(code) == f"{code[:4]}-{code[4:]}"
    for typed in (code, code.lower(), f" {code[:4]} - {code[4:]} ", code.replace("0", "o").replace("1", "l")):
        assert tokens.read_join_code(typed) == code
    for typed in ("", "ABCD-EFG", "ABCD-EFGHJ", "ABCD-EFG!", "ABCD-EFGU", "ABCDÉFGH", "АBCDEFGH"):
        assert tokens.read_join_code(typed) is None


def test_a_seed_belongs_to_its_names_and_its_secret() -> None:
    """Checked against HMAC as RFC 2104 defines it, by hand."""
    key = b"secret".ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + b"ada\0item\x001").digest()
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()
    assert tokens.seed_from("secret", "ada", "item", "1") == int.from_bytes(outer[:8], "big")
    names = [("ada", "item", "1"), ("ada", "item", "2"), ("adaitem", "1"), ("bob", "item", "1"), ("ada", "item1")]
    assert len({tokens.seed_from("secret", *one) for one in names} | {tokens.seed_from("other", *names[0])}) == 6
