"""A learner's first page is light, comes compressed, is kept, shows without waiting for a script, and never moves."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.test_main_job import H_FOR_DERIVATIVE, QUESTION, SUBMIT, fill

MOST = 60_000  # bytes over the wire beside the font

WATCH_SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts.push(shift.value);
    }).observe({type: "layout-shift", buffered: true});
"""


@dataclass
class Wire:
    """What Chromium's own counters say of each request: address -> bytes over the wire, headers included."""

    sizes: dict[str, int] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def listen(self, page: Page, **conditions: Any) -> None:
        devtools = page.context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", lambda it: self._addresses.update({it["requestId"]: it["request"]["url"]}))
        devtools.on("Network.loadingFinished", self._finished)
        devtools.send("Network.enable")
        if conditions:
            devtools.send("Network.emulateNetworkConditions", {"offline": False, "uploadThroughput": -1, **conditions})

    def _finished(self, event: dict[str, Any]) -> None:
        address = self._addresses[event["requestId"]]
        self.sizes[address] = self.sizes.get(address, 0) + int(event["encodedDataLength"])

    def total(self, *, font: bool) -> int:
        return sum(size for address, size in self.sizes.items() if address.endswith(".woff2") == font)


def test_the_first_page_weighs_less_than_60_kb_beside_the_font(visits: Visits) -> None:
    page = visits.open()
    wire = Wire()
    wire.listen(page)
    page.goto("/")
    page.wait_for_load_state("networkidle")
    weight, font = wire.total(font=False), wire.total(font=True)
    print(f"first page: {weight} bytes, and {font} for the font")
    assert 0 < weight < MOST, wire.sizes
    assert 0 < font < MOST
    before = dict(wire.sizes)
    page.goto("/exercise")
    page.wait_for_load_state("networkidle")
    again = {address: size for address, size in wire.sizes.items() if "/static/" in address and size != before.get(address)}
    assert again == {}, "kept files were fetched again"


def test_nothing_but_style_sheets_blocks_the_first_paint(visits: Visits) -> None:
    page = visits.open()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    files = page.evaluate(
        "performance.getEntriesByType('resource').map(one => [one.name, one.renderBlockingStatus, one.encodedBodySize])"
    )
    blocking = [(name.rpartition("/")[2], size) for name, status, size in files if status == "blocking"]
    assert sorted(name for name, _ in blocking) == ["app.css", "sheet.css"]
    assert sum(size for _, size in blocking) < 10_000


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("slow", [False, True], ids=["fast", "slow"])
def test_nothing_moves_while_a_page_loads(visits: Visits, width: int, slow: bool) -> None:
    page = visits.open(width=width)
    page.add_init_script(WATCH_SHIFTS)
    if slow:
        Wire().listen(page, latency=200, downloadThroughput=60_000)
    for address in ("/", "/exercise", QUESTION, "/q/weight-gradient-n3-v1-0000000001"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(200)
        assert sum(page.evaluate("window.shifts")) < 0.01, address
    if not slow:  # feedback that comes late is a new page in the place of the old one
        page.goto(QUESTION)
        fill(page, H_FOR_DERIVATIVE)
        page.click(SUBMIT)
        expect(page.locator("h1")).to_have_text("Not yet.")
        page.wait_for_timeout(200)
        assert sum(page.evaluate("window.shifts")) < 0.01, "feedback"
