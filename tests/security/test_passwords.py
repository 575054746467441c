"""Passwords: what may be chosen, what is stored, and that a check tells nothing but yes or no."""

import asyncio
import threading
import time

import pytest
from argon2 import extract_parameters

from app.security import passwords
from app.security.passwords import UnfitPassword, check_password, hash_password, verify_password

GOOD = "correct horse battery"


def test_the_right_password_is_told_from_a_wrong_one() -> None:
    async def check() -> None:
        stored = await hash_password(GOOD)
        assert GOOD not in stored
        assert await verify_password(stored, GOOD)
        assert not await verify_password(stored, GOOD + " ")

    asyncio.run(check())


def test_it_is_argon2id_with_the_cost_agreed_on_also_for_nobody() -> None:
    stored = asyncio.run(hash_password(GOOD))
    for hashed in (stored, passwords._NOBODY):
        parameters = extract_parameters(hashed)
        assert hashed.startswith("$argon2id$")
        assert (parameters.memory_cost, parameters.time_cost, parameters.parallelism) == (19 * 1024, 2, 1)
    other = extract_parameters(passwords._NOBODY)
    assert extract_parameters(stored) == other


def test_an_unknown_account_takes_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    hasher = passwords._hasher

    class Counting:
        def verify(self, stored: str, typed: bytes) -> bool:
            asked.append(stored)
            return hasher.verify(stored, typed)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not asyncio.run(verify_password(None, GOOD))
    assert asked == [passwords._NOBODY]


@pytest.mark.parametrize("hostile", ["", "x" * 1025, "x" * 2_000_000, "\ud800" * 9, "\0" * 8])
def test_a_hostile_password_is_merely_wrong(hostile: str) -> None:
    async def check() -> None:
        assert not await verify_password(await hash_password(GOOD), hostile)
        assert not await verify_password(None, hostile)

    asyncio.run(check())


def test_a_damaged_hash_lets_nobody_in() -> None:
    assert not asyncio.run(verify_password("not a hash", GOOD))
    assert not asyncio.run(verify_password("", GOOD))


@pytest.mark.parametrize(
    ("unfit", "reason"),
    [
        ("", "at least 8"),
        ("1234567", "at least 8"),
        ("x" * 1025, "at most 1024"),
        ("\ud800" * 9, "not valid"),
    ],
)
def test_an_unfit_password_is_refused_with_the_reason(unfit: str, reason: str) -> None:
    with pytest.raises(UnfitPassword, match=reason):
        check_password(unfit)
    with pytest.raises(ValueError, match=reason):
        asyncio.run(hash_password(unfit))


@pytest.mark.parametrize("fit", ["12345678", "x" * 1024, "пароль-пароль", "🐎🔋📎✅🐎🔋📎✅"])
def test_any_text_of_8_to_1024_characters_may_be_chosen(fit: str) -> None:
    check_password(fit)


def test_an_accent_is_the_same_however_the_keyboard_sends_it() -> None:
    async def check() -> None:
        assert await verify_password(await hash_password("caf\u00e9 caf\u00e9"), "cafe\u0301 cafe\u0301")

    asyncio.run(check())


def test_a_burst_leaves_the_event_loop_free_and_is_worked_two_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    working = most = 0
    lock = threading.Lock()

    def slow(stored: str | None, password: str) -> bool:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        time.sleep(0.02)
        with lock:
            working -= 1
        return False

    monkeypatch.setattr(passwords, "_verify", slow)

    async def burst() -> float:
        checks = asyncio.gather(*(verify_password(None, GOOD) for _ in range(10)))
        longest = 0.0
        while not checks.done():
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)
        return longest

    assert asyncio.run(burst()) < 0.1  # all ten, were they worked inline, would hold the loop for 0.2 s
    assert most == 2
