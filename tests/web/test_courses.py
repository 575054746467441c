"""The desk's pages about courses, as a browser without JavaScript uses them."""

import html
import re
from datetime import UTC, datetime

from app.services import accounts
from tests.api.site import PASSWORD, Site


def sign_in(site: Site, email: str = "ada@example.org") -> None:
    site.client.cookies.clear()
    site.run(lambda database: accounts.add_instructor(database, email, PASSWORD, datetime.now(UTC)))
    assert site.client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303


def make_course(site: Site, **more: str) -> tuple[str, str]:
    """The course's page and its join page."""
    made = site.client.post("/dashboard/courses", data={"name": "Nets & more", "time_zone": "Europe/London", **more})
    assert made.status_code == 303
    page = site.client.get(made.headers["location"]).text
    link = re.search(r"http://testserver(/join/[0-9A-Z]{4}-[0-9A-Z]{4})", page)
    assert link is not None and "Nets &amp; more" in page
    return made.headers["location"], link[1]


def test_a_course_is_made_shown_large_and_joined(site: Site) -> None:
    sign_in(site)
    course, join = make_course(site, asks_student_number="true")
    large = site.client.get(f"{course}/project").text
    assert "testserver/join</strong> and type the code" in large
    assert "/remove" not in site.client.get(course).text  # who teaches alone stays
    assert "<svg" in large and join.removeprefix("/join/") in large and "style=" not in large
    site.client.cookies.clear()

    assert site.client.get("/join?code=" + join[-9:].lower()).headers["location"] == join
    form = site.client.get(join).text
    key = re.search(r'name="key" value="([^"]+)"', form)
    assert key is not None and 'name="student_number"' in form
    missing = site.client.post(join, data={"key": key[1], "name": "Grace"})
    assert missing.status_code == 422 and "set-cookie" not in missing.headers and 'value="Grace"' in missing.text
    before = site.rows()
    sent = {"key": key[1], "name": "Grace", "student_number": "1"}
    for _ in range(2):  # a double click: the second carries no cookie yet
        site.client.cookies.clear()
        assert site.client.post(join, data=sent).status_code == 303
    assert site.rows()["accounts"] == before["accounts"] + 1
    mine = site.client.get("/me").text
    assert "Nets &amp; more" in mine and "Grace" in mine
    assert "You are in this course" in site.client.get(join).text

    site.client.cookies.clear()
    stranger = site.client.post(join, data={"name": "Mallory", "student_number": "1"})
    assert stranger.status_code == 422 and "joined with this number already" in html.unescape(stranger.text)


def test_looking_at_any_of_it_writes_nothing(site: Site) -> None:
    sign_in(site)
    course, join = make_course(site)
    link = re.search(r"/invitation/[\w-]+", site.client.post(f"{course}/invitation").text)
    assert link is not None
    before = site.rows()
    for address in (course, f"{course}/project", f"{course}/import", join, link[0], "/join", "/me", "/dashboard/audit"):
        assert site.client.get(address).status_code == 200, address
    assert site.rows() == before


def test_a_list_is_imported_with_a_report_by_line(site: Site) -> None:
    sign_in(site)
    course, _ = make_course(site, asks_student_number="true")
    before = site.rows()
    bad = site.client.post(f"{course}/import", files={"file": ("class.csv", b"name,number\nAda,1\n,2\n", "text/csv")})
    assert bad.status_code == 422 and "Nothing was stored" in bad.text and "A name has at least one character." in bad.text
    assert site.rows() == before and "name,number" in bad.text  # what was sent stands there to be mended
    good = site.client.post(f"{course}/import", files={"file": ("class.csv", "Émilie;1\nAda;2\n".encode("cp1252"), "text/csv")})
    assert good.status_code == 200 and "2 added" in good.text
    assert "Émilie" in site.client.get(course).text
    assert site.client.post(f"{course}/import", files={"file": ("x.xlsx", b"PK\0\0", "x")}).status_code == 422


def test_an_invitation_makes_a_second_instructor_once(site: Site) -> None:
    sign_in(site)
    course, _ = make_course(site)
    shown = site.client.post(f"{course}/invitation").text
    link = re.search(r"/invitation/[\w-]+", shown)
    assert link is not None
    site.client.cookies.clear()
    assert "Nets &amp; more" in site.client.get(link[0]).text
    weak = site.client.post(link[0], data={"email": "bob@example.org", "password": "short"})
    assert weak.status_code == 422 and "set-cookie" not in weak.headers
    taken = site.client.post(link[0], data={"email": "ADA@example.org", "password": PASSWORD})
    assert taken.status_code == 422
    accepted = site.client.post(link[0], data={"email": "bob@example.org", "password": PASSWORD})
    assert (accepted.status_code, accepted.headers["location"]) == (303, course)
    assert "bob@example.org" in site.client.get(course).text
    trail = site.client.get("/dashboard/audit").text
    assert "accepted an invitation" in trail
    site.client.cookies.clear()
    assert site.client.get(link[0]).status_code == 404
    assert site.client.post(link[0], data={"email": "eve@example.org", "password": PASSWORD}).status_code == 404


def test_a_colleague_is_added_by_e_mail_and_the_last_instructor_stays(site: Site) -> None:
    sign_in(site, "bob@example.org")
    sign_in(site)
    course, _ = make_course(site)
    nobody = site.client.post(f"{course}/staff", data={"email": "nobody@example.org"})
    assert nobody.status_code == 422 and "invitation link" in nobody.text
    assert site.client.post(f"{course}/staff", data={"email": "Bob@example.org"}).status_code == 303
    removals = re.findall(r'action="([^"]+/remove)"', site.client.get(course).text)
    assert len(removals) == 2
    assert site.client.post(removals[1]).status_code == 303
    last = site.client.post(removals[0])
    assert last.status_code == 422 and "keeps at least one instructor" in last.text


def test_strangers_and_other_instructors_find_no_course(site: Site) -> None:
    sign_in(site)
    course, _ = make_course(site)
    sign_in(site, "rival@example.org")
    for address in (course, f"{course}/project", f"{course}/import", f"/dashboard?course={course.rsplit('/', 1)[1]}"):
        assert site.client.get(address).status_code == 404
    before = site.rows()
    for action in ("", "/code", "/invitation", "/staff", "/import", "/integrations"):
        assert site.client.post(course + action, data={"name": "x", "email": "rival@example.org", "list": "x"}).status_code == 404
    assert site.rows() == before


def test_the_audit_trail_shows_an_instructor_their_own_and_the_administrator_all(site: Site) -> None:
    sign_in(site, "head@example.org")
    course, _ = make_course(site)
    site.client.post(f"{course}/invitation")
    assert "An invitation to teach Nets &amp; more was made." in site.client.get("/dashboard/audit").text
    sign_in(site, "rival@example.org")
    theirs = site.client.get("/dashboard/audit").text
    assert "rival signed in." in theirs and "head signed in." not in theirs and "invitation to teach" not in theirs
    everything = site.client.get("/dashboard/audit", headers={"Authorization": f"Bearer {site.tokens['administrator']}"}).text
    assert "rival signed in." in everything and "head signed in." in everything and "invitation to teach" in everything
