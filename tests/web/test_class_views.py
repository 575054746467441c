"""The desk's views of a class over HTTP: narrowed by address, each count leading to what is behind it, and writing nothing."""

import re
from datetime import UTC, datetime

from app.services import demo
from tests.api.site import Site, assert_problem
from tests.web.test_courses import sign_in

NOW = datetime.now(UTC)


def fill(site: Site) -> None:
    demo.fill(site.database, 8, 25, 1, NOW, lambda: None)
    sign_in(site)


def test_a_count_leads_to_its_attempts_and_they_to_their_questions(site: Site) -> None:
    fill(site)
    before = site.rows()
    table = site.client.get("/dashboard/mistakes?weeks=12").text
    cells = re.findall(r'href="(/dashboard/mistakes/attempts[^"]+)">(\d+)<', table)
    assert cells
    for address, count in cells[:5]:
        behind = site.client.get(address.replace("&amp;", "&")).text
        learners = set(re.findall(r'href="/dashboard/learners/([^"]+)"', behind))
        assert len(learners) == int(count)
        attempt = re.search(r'href="(/attempts/\d+)"', behind)
        assert attempt is not None and site.client.get(attempt[1]).status_code == 200
        other_way = re.search(r'aria-sort="descending"><a class="sort" href="(\?[^"]+order=oldest)"', behind)
        assert other_way is not None
        turned = site.client.get(f"/dashboard/mistakes/attempts{other_way[1].replace('&amp;', '&')}").text
        made = re.findall(r'href="(/attempts/\d+)"', turned)
        assert made == re.findall(r'href="(/attempts/\d+)"', behind)[::-1] and 'aria-sort="ascending"' in turned
    skill = site.client.get("/dashboard/mistakes?weeks=12&skill=activation").text
    assert set(re.findall(r"attempts\?course=open&skill=([\w-]+)", skill)) == {"activation"}
    assert site.rows() == before


def test_addresses_made_by_hand_are_refused_or_shown(site: Site) -> None:
    fill(site)
    for address, status in (
        ("/dashboard/mistakes?until=0001-01-01", 422),
        ("/dashboard/mistakes?until=9999-12-31", 422),
        ("/dashboard/mistakes?until=yesterday", 422),
        ("/dashboard/mistakes?until=2000-01-03&weeks=26", 200),
        ("/dashboard/mistakes?until=9000-01-01&weeks=26", 200),
        ("/dashboard/mistakes?weeks=0", 422),
        ("/dashboard/mistakes?skill=nothing", 404),
        ("/dashboard/mistakes?course=nothing", 404),
        ("/dashboard/mistakes/attempts?skill=chain&code=%3Cb%3E&week=2026-01-01", 200),
        ("/dashboard/mistakes/attempts?skill=chain&code=relu&week=2026-01-01&order=sideways", 422),
        ("/dashboard/items?sort=nothing", 422),
        ("/dashboard/items?skill=nothing", 404),
        ("/dashboard/items?course=nothing", 404),
        ("/dashboard/items?skill=chain&sort=facility", 200),
    ):
        answer = site.client.get(address)
        assert answer.status_code == status, address
        assert "<b>" not in answer.text or "%3Cb" not in address


def test_a_shared_address_waits_behind_the_sign_in(site: Site) -> None:
    fill(site)
    site.client.cookies.clear()
    led = site.client.get("/dashboard/mistakes?weeks=4&skill=chain").headers["location"]
    assert led == "/sign-in?onward=%2Fdashboard%2Fmistakes%3Fweeks%3D4%26skill%3Dchain"
    form = site.client.get(led).text
    assert 'value="/dashboard/mistakes?weeks=4&amp;skill=chain"' in form


def test_items_by_rest_are_those_of_the_page(site: Site) -> None:
    fill(site)
    told = site.call("GET", "/reports/items?course=open", "instructor").json()["items"]
    page = site.client.get("/dashboard/items").text
    assert page.count('<th scope="row">') == len(told) > 3
    assert all(one["details"] is None for one in told)
    chain = site.call("GET", "/reports/items?skill=activation", "instructor").json()["items"]
    assert chain and all(one["skill"] == "activation" and one["details"]["looked_at"] <= one["first_tries"] for one in chain)
    assert_problem(site.call("GET", "/reports/items?skill=nothing", "instructor"), 404)
