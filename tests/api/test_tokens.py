"""Tokens: made once, listed, limited by their scope, and stopped at once; their uses noted without a write for each."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from app.cli import main
from app.persistence.database import Database
from app.security.tokens import hash_secret
from app.services import accounts, token_uses
from app.services.token_uses import TokenUses
from tests.api.site import Site, assert_problem, open_site
from tests.persistence.samples import look


def stored(site: Site) -> list[dict[str, Any]]:
    rows = look(site.url, "SELECT hash, id, name, scope, last_used_at FROM credentials WHERE kind = 'token' ORDER BY name")
    return [dict(zip(("hash", "id", "name", "scope", "last_used_at"), row, strict=True)) for row in rows]


def in_browser(site: Site, session: str, method: str, path: str, **more: Any) -> Any:
    return site.client.request(method, path, cookies=None, headers={"Cookie": f"session={session}"}, **more)


def made_in_browser(site: Site, session: str, **form: str) -> str:
    shown = in_browser(site, session, "POST", "/me/tokens", data=form)
    assert shown.status_code == 200, shown.text
    return re.findall(r'class="secret">([^<]+)<', shown.text)[0]


def test_a_learner_makes_lists_and_revokes_a_token_on_a_page(site: Site) -> None:
    session = site.begin_session("Ada")
    secret = made_in_browser(site, session, name="Notebook", scope="learner")
    site.tokens["notebook"] = secret
    assert site.call("GET", "/me", "notebook").json() == {"id": site.ids["Ada"], "name": "Ada", "role": "learner"}
    row = next(one for one in stored(site) if one["name"] == "Notebook")
    assert row["hash"] == hash_secret(secret)  # and the secret itself stands nowhere
    page = in_browser(site, session, "GET", "/me/tokens").text
    assert "Notebook" in page and secret not in page and row["id"] in page
    assert '<td data-head="Last used">never</td>' in page
    uses, used_at = TokenUses(site.database), datetime(2026, 3, 1, 12, 34, tzinfo=UTC)
    assert accounts.identify_all(site.database, [("token", secret)], used_at, uses.note) != [None]
    asyncio.run(uses.write())
    assert '<td data-head="Last used">01 Mar 2026, 12:34 UTC</td>' in in_browser(site, session, "GET", "/me/tokens").text
    assert in_browser(site, session, "POST", f"/me/tokens/{row['id']}/revoke").status_code == 303
    assert_problem(site.call("GET", "/me", "notebook"), 401)
    assert row["id"] not in in_browser(site, session, "GET", "/me/tokens").text
    said = [line[0] for line in look(site.url, "SELECT detail FROM audit WHERE action = 'token'")]
    assert said == ["Ada made the token Notebook with the scope learner.", "Ada revoked the token Notebook."]


def test_a_learner_of_a_program_gets_another_token_by_a_personal_link(site: Site) -> None:
    """As /docs says: the first token makes a link, the link signs a browser in, and there the same learner makes another."""
    assert "/docs#another-token" in site.client.get("/me/tokens").text and 'id="another-token"' in site.client.get("/docs").text
    path = site.call("POST", f"/learners/{site.ids['learner']}/link", "learner").json()["path"]
    signed_in = site.client.post(path, follow_redirects=False)
    assert signed_in.status_code == 303
    page = site.client.get("/me/tokens").text
    assert "Its scope, what it may do, is that of a learner: answers questions and reads what is yours." in page
    shown = site.client.post("/me/tokens", data={"name": "Another"}).text
    site.client.cookies.clear()
    site.tokens["another"] = re.findall(r'class="secret">([^<]+)<', shown)[0]
    assert site.call("GET", "/me", "another").json() == site.call("GET", "/me", "learner").json()


def test_a_learner_cannot_reach_further(site: Site) -> None:
    session = site.begin_session("Ada")
    for scope in ("instructor", "administrator", "integration", "everything"):
        assert in_browser(site, session, "POST", "/me/tokens", data={"name": "x", "scope": scope}).status_code == 422
    assert in_browser(site, session, "POST", "/me/tokens", data={"name": " ", "scope": "learner"}).status_code == 422
    assert not [one for one in stored(site) if one["name"] == "x"]
    theirs = next(one["id"] for one in stored(site) if one["name"] == "instructor")
    assert in_browser(site, session, "POST", f"/me/tokens/{theirs}/revoke").status_code == 404
    assert site.call("GET", "/me", "instructor").status_code == 200


def test_an_instructors_token_can_be_limited_to_a_learners_reach(site: Site) -> None:
    link = site.run(lambda database: accounts.add_instructor(database, "x@example.org", "correct horse", datetime.now(UTC)))
    assert link.role == "instructor"
    signed = site.run(lambda database: accounts.sign_in(database, "x@example.org", "correct horse", datetime.now(UTC)))
    site.tokens["small"] = made_in_browser(site, signed.secret, name="Small", scope="learner")
    site.tokens["large"] = made_in_browser(site, signed.secret, name="Large", scope="instructor")
    assert site.call("GET", "/me", "small").json()["role"] == "learner"
    assert_problem(site.call("GET", "/scores", "small"), 403)
    assert_problem(site.call("POST", "/courses", "small", json={"name": "Nets"}), 403)
    assert site.attempt("small").status_code == 201
    assert site.call("GET", "/me", "large").json()["role"] == "instructor"
    assert site.call("GET", "/scores", "large").status_code == 200


def test_by_rest_they_are_listed_without_secrets_and_revoked(site: Site) -> None:
    listed = site.call("GET", "/me/tokens", "learner").json()["tokens"]
    assert [(one["name"], one["scope"], one["may_submit"], one["last_used_at"]) for one in listed] == [
        ("learner", "learner", False, None)
    ]
    assert site.tokens["learner"] not in str(listed) and hash_secret(site.tokens["learner"]) not in str(listed)
    assert_problem(site.call("DELETE", f"/me/tokens/{listed[0]['id']}", "other"), 404)
    assert site.call("DELETE", f"/me/tokens/{listed[0]['id']}", "learner").status_code == 204
    assert_problem(site.call("GET", "/me", "learner"), 401)


def test_a_programs_tokens_are_exchanged_without_a_pause(site: Site) -> None:
    course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()["id"]
    made = site.call("POST", f"/courses/{course}/integrations", "instructor", json={"name": "Gradebook"}).json()
    site.tokens["first"] = made["token"]
    at = f"/courses/{course}/integrations/{made['id']}/tokens"
    second = site.call("POST", at, "instructor", json={"name": "Newer", "may_submit": True}).json()
    site.tokens["second"] = second["token"]
    for name in ("first", "second"):
        assert site.call("GET", f"/courses/{course}", name).status_code == 200
        assert site.call("GET", "/me", name).json()["role"] == "integration"
    assert site.call("DELETE", f"{at}/{made['token_id']}", "instructor").status_code == 204
    assert_problem(site.call("GET", "/me", "first"), 401)
    assert site.call("GET", "/me", "second").status_code == 200
    programs = site.call("GET", f"/courses/{course}/integrations", "instructor").json()["integrations"]
    assert [(one["name"], [(token["name"], token["may_submit"]) for token in one["tokens"]]) for one in programs] == [
        ("Gradebook", [("Newer", True)])
    ]
    other = site.call("POST", "/courses", "instructor", json={"name": "Another"}).json()["id"]  # it belongs to one course
    at_another = f"/courses/{other}/integrations/{made['id']}/tokens/{second['token_id']}"
    assert_problem(site.call("DELETE", at_another, "instructor"), 404)
    assert_problem(site.call("GET", f"/courses/{other}", "second"), 404)
    assert site.call("DELETE", f"/courses/{course}/staff/{made['id']}", "instructor").status_code == 204
    assert_problem(site.call("GET", "/me", "second"), 401)


def test_a_revoked_token_stops_at_once_in_another_server_too(database_url: str) -> None:
    with open_site(database_url) as site, open_site(database_url) as other:
        assert other.client.get("/api/v1/me", headers={"Authorization": f"Bearer {site.tokens['learner']}"}).status_code == 200
        token = site.call("GET", "/me/tokens", "learner").json()["tokens"][0]["id"]
        assert site.call("DELETE", f"/me/tokens/{token}", "learner").status_code == 204
        assert other.client.get("/api/v1/me", headers={"Authorization": f"Bearer {site.tokens['learner']}"}).status_code == 401


def test_uses_are_kept_to_the_hour_with_one_write_for_many(database: Database, database_url: str) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    people = [asyncio.run(accounts.issue_token(database, "learner", f"L{n}", now)) for n in range(3)]
    uses = TokenUses(database)
    writes = []
    database_write = database.write

    def counted(job: Any) -> Any:
        writes.append(job)
        return database_write(job)

    database.write = counted  # type: ignore[method-assign]

    def use(moment: datetime) -> None:
        for one in people:
            for _ in range(50):
                assert accounts.identify_all(database, [("token", one.secret)], moment, uses.note) != [None]

    def known() -> set[str]:
        return {str(row[0])[:16] for row in look(database_url, "SELECT last_used_at FROM credentials")}

    use(now)
    assert known() == {"None"} and not writes  # a request writes nothing
    asyncio.run(uses.write())
    assert known() == {"2026-03-01 12:00"} and len(writes) == 1
    use(now + timedelta(minutes=59))
    asyncio.run(uses.write())
    assert len(writes) == 1
    use(now + timedelta(minutes=60))
    asyncio.run(uses.write())
    assert known() == {"2026-03-01 13:00"} and len(writes) == 2


def test_a_server_writes_down_the_uses_when_it_closes(database_url: str) -> None:
    with open_site(database_url) as site:
        site.call("GET", "/me", "learner")
    used = {one["name"]: one["last_used_at"] is not None for one in stored(site)}
    assert used["learner"] and not used["other"]


def test_uses_wait_for_a_database_that_is_away(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    uses = TokenUses(database)
    made = asyncio.run(accounts.issue_token(database, "learner", "Ada", datetime.now(UTC)))
    accounts.identify_all(database, [("token", made.secret)], datetime.now(UTC), uses.note)

    async def away(job: Any) -> Any:
        raise token_uses.StorageDown("away")

    with monkeypatch.context() as patch:
        patch.setattr(database, "write", away)
        asyncio.run(uses.write())
    asyncio.run(uses.write())
    with database.read() as connection:
        assert token_uses.tokens.tokens_of(connection, made.principal.account_id)[0].last_used_at is not None


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("QUIZ_DATABASE_URL", database_url)
    yield lambda *words: CliRunner().invoke(main, words)


def test_the_command_makes_lists_and_revokes(command: Any, database_url: str) -> None:
    secret = command("token", "--role", "learner", "--name", "Ada").output.strip()
    assert len(secret) == 43
    with open_site(database_url) as site:
        course = site.call("POST", "/courses", "instructor", json={"name": "Nets"}).json()["id"]
        reader = command("token", "--role", "integration", "--name", "Gradebook", "--course", course, "--may-submit")
        site.tokens |= {"ada": secret, "reader": reader.output.strip()}
        assert site.call("GET", f"/courses/{course}", "reader").json()["name"] == "Nets"
        listed = command("token", "list").output
        assert secret not in listed and reader.output.strip() not in listed
        line = next(line for line in listed.splitlines() if "Gradebook" in line)
        assert "integration+submit" in line and "never" in line
        assert site.call("GET", "/me", "ada").status_code == 200
        mine = next(line.split()[0] for line in listed.splitlines() if line.endswith("Ada, Ada"))
        assert command("token", "revoke", mine).output == "The token Ada is revoked.\n"
        assert_problem(site.call("GET", "/me", "ada"), 401)
    assert command("token", "revoke", mine).exit_code == 1
    assert command("token", "--role", "learner").exit_code == 2
    assert command("token", "--role", "learner", "--name", "x", "--may-submit").exit_code == 2
    assert command("token", "--role", "integration", "--name", "x", "--course", "none").exit_code == 1
