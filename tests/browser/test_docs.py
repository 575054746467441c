"""The description of the REST interface in a browser: its contents can be reached wherever one reads, and trying starts clean."""

from playwright.sync_api import expect

from tests.browser.conftest import Visits


def test_the_contents_scroll_by_themselves_and_mark_where_one_reads(visits: Visits) -> None:
    page = visits.open(width=1200)
    page.goto("/docs")
    contents = page.locator(".contents")
    assert contents.evaluate("one => one.getBoundingClientRect().height <= innerHeight")
    assert contents.evaluate("one => one.scrollHeight > one.clientHeight")
    last = contents.get_by_role("link", name="Send a message again")
    last.click()
    expect(last).to_have_attribute("aria-current", "true")
    expect(last).to_be_in_viewport()
    first = contents.get_by_role("link", name="To begin")
    page.evaluate("scrollTo(0, 0)")
    expect(first).to_have_attribute("aria-current", "true")
    expect(first).to_be_in_viewport()
    expect(contents.locator("[aria-current]")).to_have_count(1)


def test_on_a_phone_no_long_list_comes_first(visits: Visits) -> None:
    page = visits.open(width=390)
    page.goto("/docs")
    assert page.locator("#to-begin").evaluate("one => one.getBoundingClientRect().top < innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_trying_has_no_key_filled_in(visits: Visits) -> None:
    page = visits.open()
    page.goto("/docs/try")
    call = page.locator("#operations-Attempts-submit_attempt")
    call.locator(".opblock-summary-control").click()
    call.locator(".try-out__btn").click()
    assert call.get_by_placeholder("question_id").input_value() == "chain-n1-v1-lesson"
    assert call.get_by_placeholder("idempotency-key").input_value() == ""
