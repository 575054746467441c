"""My progress over HTTP, on both databases: empty for a stranger, and after answers what they say, in words and numbers."""

import re

from app.engine.skills import SKILLS
from tests.api.site import DZ_LESSON, Site, question
from tests.persistence.samples import look
from tests.web.test_pages import RIGHT, sign_in

H_FOR_DERIVATIVE = {"dz.0": "0.881", "dz.1": "-0.731", "dz.2": "1.905", "dz.3": "-0.269"}
SIGN_DROPPED = {"dz.0": "0.105", "dz.1": "0.197", "dz.2": "0.090", "dz.3": "0.197"}


def words(page: str) -> str:
    """What is to be read of the page's main part, on one line."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def test_a_stranger_is_told_what_there_will_be(site: Site) -> None:
    page = site.client.get("/progress").text
    assert "Nothing here yet." in words(page) and "Begin here: The activation" in words(page)
    assert 'href="/practice/activation?level=1"' in page
    assert words(page).count("not begun") == page.count('<li class="stop')
    assert "commonest mistake" not in words(page) and "<figure>" not in page


def test_after_answers_it_says_what_they_say(site: Site) -> None:
    site.client.post(f"/q/{DZ_LESSON}", data=H_FOR_DERIVATIVE)
    site.client.post(f"/q/{DZ_LESSON}", data=RIGHT)
    site.client.post("/q/delta-n1-v1-lesson", data=SIGN_DROPPED)
    site.client.post(
        "/q/derivative-n1-v1-lesson", data={"dsigma.0": "0.105", "dsigma.1": "0.197", "dsigma.2": "0.045", "dsigma.3": "0.197"}
    )
    page = site.client.get("/progress").text
    told = words(page)
    assert f"0 of {len(SKILLS)} skills mastered, 4 attempts so far." in told
    # One first try each: wrong, though right at the second; right.
    assert re.search(r"from\Wz\Witself 6\W% just begun 2 attempts, last tried today", told)
    assert re.search(r"The derivative σ′\(z\) 42\W% getting there 1 attempt, last tried today", told)
    assert re.search(r"1 of your latest 2 named mistakes, last today\.", told)
    assert page.count('href="/practice/drill?mistake=') == 2
    assert "4 attempts on " in page


def test_a_mistake_made_again_and_again_leads_to_its_drill_and_is_what_the_instructor_sees_first(site: Site) -> None:
    for k in (1, 2, 3):
        asked = question(f"chain-n1-v1-000000000{k}")
        wrong = (asked.given["dh"] * asked.batch.solved["h"][0]).ravel()
        site.client.post(f"/q/{asked.id}", data={f"dz.{place}": f"{value:.3f}" for place, value in enumerate(wrong)})
    page = site.client.get("/progress").text
    told = words(page)
    assert "Practise next: The gradient dz, from z itself" in told.replace("\u00a0", " ")
    assert re.search(r"3 of your last 3 first tries had the same mistake: h in place of σ′\(z\)\W+Put this right first\.", told)
    assert 'class="button primary" href="/practice/drill?mistake=h-for-derivative"' in page
    learner = look(site.url, "SELECT DISTINCT learner_id FROM attempts")[0][0]
    site.client.cookies.clear()
    sign_in(site)
    seen = words(site.client.get(f"/dashboard/learners/{learner}").text)
    assert re.search(r"Mistake\W+Skill\W+Times\W+First\W+Last\W+h in place of σ′\(z\) The gradient dz, from z itself 3 ", seen)
