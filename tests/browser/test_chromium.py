"""A browser is looked for where the README says, in that order, and its absence is explained."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import chromium


@pytest.fixture(autouse=True)
def forgetful() -> None:
    chromium.find_chromium.cache_clear()


def places(monkeypatch: pytest.MonkeyPatch, **answers: str | None) -> list[str]:
    """Let each place answer as told; return the list that fills with the places asked."""
    asked: list[str] = []

    def answering(name: str) -> Callable[[], str | None]:
        return lambda: asked.append(name) or answers.get(name)

    for name in ("installed", "playwrights_own", "debians"):
        monkeypatch.setattr(chromium, f"_{name}", answering(name))
    return asked


def test_an_installed_browser_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = places(monkeypatch, installed="/a/chromium", playwrights_own="/b/chrome")
    assert chromium.find_chromium() == "/a/chromium"
    assert asked == ["installed"]


def test_then_playwrights_own_and_only_then_debians(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = places(monkeypatch, debians="/c/chromium")
    assert chromium.find_chromium() == "/c/chromium"
    assert asked == ["installed", "playwrights_own", "debians"]


def test_without_any_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    places(monkeypatch)
    with pytest.raises(chromium.ChromiumMissing, match="apt-get install chromium"):
        chromium.find_chromium()


def test_nothing_is_installed_for_a_person_who_is_not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.delenv("CI", raising=False)
    assert chromium._debians() is None


def test_a_command_that_does_not_start_is_no_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stub = tmp_path / "chromium"
    stub.write_text("#!/bin/sh\necho 'install the snap'\nexit 1\n", encoding="utf-8")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chromium, "MAC_APPLICATIONS", ())
    assert chromium._installed() is None
    stub.write_text("#!/bin/sh\necho 'Chromium 150'\n", encoding="utf-8")
    assert chromium._installed() == str(stub)
