"""A real Chromium on a real server. A page that writes an error to its console, or breaks the CSP, fails its test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.chromium import find_chromium
from tests.servers import Server, serve_fresh

_QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=_QUIET.split())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One site for all tests of a module; each test is another visitor."""
    with serve_fresh(tmp_path_factory.mktemp("site")) as server:
        yield server


class Visits:
    """Opens visitors' browsers and remembers what their consoles said."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self._base_url = base_url
        self.said: list[str] = []
        self._contexts: list[object] = []

    def on(self, site: Server) -> "Visits":
        """Visits to another site, closed and judged with these."""
        other = Visits(self._browser, site.base_url)
        other.said, other._contexts = self.said, self._contexts
        return other

    def forgive(self, status: int | None) -> None:
        """The browser's own note of an error page that was asked for is no fault of the page."""
        if status is not None:
            assert any(f"status of {status}" in said for said in self.said)
            self.said[:] = [said for said in self.said if f"status of {status}" not in said]

    def open(self, *, width: int = 1200, dark: bool = False, script: bool = True, touch: bool = False) -> Page:
        context = self._browser.new_context(
            base_url=self._base_url,
            viewport={"width": width, "height": 844},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            has_touch=touch,
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.said.append(str(error)))
        return page

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(f"{message.text} {message.location}")

    def close(self) -> None:
        for context in self._contexts:
            context.close()  # type: ignore[attr-defined]


@pytest.fixture
def visits(browser: Browser, site: Server) -> Iterator[Visits]:
    visits = Visits(browser, site.base_url)
    yield visits
    visits.close()
    assert visits.said == []


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures of the pages are kept for a look afterwards."""
    folder = Path(__file__).parents[2] / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
