"""Two browsers: one answers, the other sees it arrive; and a page that has lost its server says so, and comes back."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.pages import Desk, class_at_work
from tests.browser.test_main_job import H_FOR_DERIVATIVE, QUESTION, SUBMIT, fill
from tests.servers import Server


@pytest.fixture(scope="module")
def desk(site: Server) -> Desk:
    return class_at_work(site, learners=0)


def watch(visits: Visits, desk: Desk, address: str) -> Page:
    page = visits.open()
    page.context.add_cookies(desk.session)  # type: ignore[arg-type]
    page.goto(address)
    expect(page.locator("#live-state")).to_contain_text("Live:")
    return page


def test_an_answer_in_one_browser_arrives_in_the_other(visits: Visits, desk: Desk) -> None:
    teacher = watch(visits, desk, "/dashboard/live")
    projector = watch(visits, desk, "/dashboard/live?view=projector")
    expect(teacher.locator("#live")).to_contain_text("Quiet so far")
    learner = visits.open(width=390)
    learner.goto(QUESTION)
    fill(learner, H_FOR_DERIVATIVE, "dz")
    learner.click(SUBMIT)
    learner.wait_for_selector("[data-verdict]")
    expect(teacher.locator("#now-mistakes + .bars")).to_contain_text("h in place of", timeout=10_000)
    expect(projector.locator("#now-mistakes + .bars")).to_contain_text("h in place of", timeout=10_000)
    assert projector.locator("#now-latest").count() == 0
    for page in (teacher, projector):
        for width in (1200, 390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), width
        assert (found := Axe().run(page)).violations_count == 0, found.generate_report()
    teacher.click("#now-latest + .attempts a")
    expect(teacher.locator("[data-verdict]")).to_be_visible()


def test_a_page_that_is_not_live_says_so_and_comes_back(visits: Visits, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.live.STREAM_SECONDS", 0.5)  # so that the page has to come back at once
    page = watch(visits, desk, "/dashboard/live")
    page.route("**/live/events?*", lambda route: route.abort("connectionfailed"))
    expect(page.locator("#live-state")).to_contain_text("Not live", timeout=20_000)
    page.unroute("**/live/events?*")
    expect(page.locator("#live-state")).to_contain_text("Live:", timeout=20_000)
    visits.said[:] = [said for said in visits.said if "ERR_CONNECTION_FAILED" not in said]
