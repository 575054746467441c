"""Who is asking: registering, tokens and sessions, progress, and the scores that instructors read."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from app.engine.skills import SKILLS
from app.persistence.accounts import store_credential
from app.security.tokens import hash_secret
from tests.api.site import LESSON, RIGHT_DZ, ROLES, Site, assert_problem, drawn, right_answer
from tests.persistence.samples import look


def register(site: Site, name: Any) -> Any:
    return site.call("POST", "/learners", json={"name": name})


def test_registering_hands_out_a_token_once(site: Site) -> None:
    response = register(site, "  Ada   Lovelace ")
    assert response.status_code == 201
    registered = response.json()
    assert set(registered) == {"id", "name", "token"}
    assert registered["name"] == "Ada Lovelace"
    assert len(registered["id"]) >= 16 and len(registered["token"]) >= 32
    assert "set-cookie" not in response.headers and response.headers["cache-control"] == "no-store"
    me = site.call("GET", "/me", headers={"Authorization": f"bearer {registered['token']}"})
    assert me.json() == {"id": registered["id"], "name": "Ada Lovelace", "role": "learner"}
    assert register(site, "Ada Lovelace").json()["id"] != registered["id"]  # names may be shared
    kept = str(look(site.url, "SELECT * FROM credentials")) + str(look(site.url, "SELECT * FROM accounts"))
    assert registered["token"] not in kept


def test_names(site: Site) -> None:
    for name in ("A", "n" * 80, "Zoë 🦉", "李雷", "<script>alert(1)</script>", "٣", "O'Neill; --"):
        assert register(site, name).json()["name"] == name
    before = site.rows()
    unfit = ["", "   ", "\u00a0", "n" * 81, "a\u0000", "a\u0007b", "a\u202eb", None, 5, True, ["Ada"], {"name": "Ada"}]
    for name in unfit:
        assert assert_problem(register(site, name), 422)["errors"][0]["pointer"].startswith("/name"), name
    bodies: list[Any] = [
        {},
        [],
        "Ada",
        None,
        {"name": "Ada", "role": "administrator"},
        {"Name": "Ada"},
        {"name": "Ada", "id": "x"},
    ]
    for body in bodies:
        assert_problem(site.call("POST", "/learners", json=body), 422)
    assert site.rows() == before


def test_me(site: Site) -> None:
    for role in ROLES:
        response = site.call("GET", "/me", role)
        assert response.json() == {"id": site.ids[role], "name": role, "role": role}
        assert response.headers["cache-control"] == "no-store"


def test_progress(site: Site) -> None:
    start = site.call("GET", "/me/progress", "learner").json()
    assert [one["skill"] for one in start["skills"]] == list(SKILLS)
    for one in start["skills"]:
        assert set(one) == {"skill", "attempts", "first_tries", "first_try_score", "mastery", "due"}
        assert (one["attempts"], one["first_tries"], one["first_try_score"]) == (0, 0, None)
        assert 0 <= one["mastery"] < 0.5 and one["due"] is None
    first = start["next"]
    assert first == next(iter(SKILLS))
    seen = []
    for seed in range(5):
        asked = drawn(first, seed=seed)
        site.attempt("learner", str(asked.id), right_answer(asked))
        now = site.call("GET", "/me/progress", "learner").json()
        seen.append(now["skills"][0]["mastery"])
    assert seen == sorted(seen) and len(set(seen)) == 5 and 0.95 < seen[-1] <= 1
    assert now["skills"][0] == {
        **start["skills"][0],
        "attempts": 5,
        "first_tries": 5,
        "first_try_score": 1.0,
        "mastery": seen[-1],
        "due": now["skills"][0]["due"],
    }
    assert datetime.fromisoformat(now["skills"][0]["due"]) > datetime.now(UTC)
    assert (now["next"], now["level"]) == (list(SKILLS)[1], 1)
    assert "mastered what it builds on" in now["reason"]
    assert site.call("GET", "/me/progress", "other").json() == start


def test_scores(site: Site) -> None:
    site.attempt("learner", "chain-n1-v1-lesson", {"dz": [0.105, 9, 9, 9]})  # a quarter at first, then all
    site.attempt("learner", "chain-n1-v1-lesson", RIGHT_DZ)
    site.attempt("learner", "delta-n1-v1-lesson", RIGHT_DZ)
    site.attempt("instructor", "chain-n1-v1-lesson", RIGHT_DZ)  # teachers try things out; they are not the class
    for who in ("instructor", "administrator", "integration"):
        response = site.call("GET", "/scores", who)
        assert response.status_code == 200
        scores = {score["learner_id"]: score for score in response.json()["scores"]}
        assert set(scores) == {site.ids["learner"], site.ids["other"]}
    mine, others = scores[site.ids["learner"]], scores[site.ids["other"]]
    assert {"learner_id", "name", "attempts", "first_try_score", "last_seen", "skills"} <= set(mine)
    assert (mine["name"], mine["attempts"], mine["first_tries"], mine["first_try_score"]) == ("learner", 3, 2, 0.625)
    assert datetime.now(UTC) - datetime.fromisoformat(mine["last_seen"]) < timedelta(minutes=1)
    assert {(one["skill"], one["attempts"], one["first_tries"], one["first_try_score"]) for one in mine["skills"]} == {
        ("chain", 2, 1, 0.25),
        ("delta", 1, 1, 1.0),
    }
    assert (others["attempts"], others["first_try_score"], others["last_seen"], others["skills"]) == (0, None, None, [])


PUBLIC = ["/skills", f"/questions/{LESSON}"]
OWN = ["/me", "/me/progress", "/attempts", "/attempts/1"]
CLASS = ["/scores"]


def test_a_missing_token_is_a_401_where_one_is_needed(site: Site) -> None:
    assert [site.call("GET", path).status_code for path in PUBLIC] == [200, 200]
    for path in OWN + CLASS:
        response = site.call("GET", path)
        assert_problem(response, 401)
        assert response.headers["www-authenticate"].startswith("Bearer")
    for path in ("attempts", "solution"):
        assert_problem(site.call("POST", f"/questions/{LESSON}/{path}", json={"answer": RIGHT_DZ}), 401)
    for path in CLASS:
        assert_problem(site.call("GET", path, "learner"), 403)


def test_a_wrong_token_is_a_401_even_where_none_is_needed(site: Site) -> None:
    session = site.begin_session("by browser")
    withdrawn, right = site.enrol("gone"), site.tokens["learner"]
    site.database.write_now(lambda connection: forget(connection, withdrawn))
    wrong = ["wrong", "", right[:-1], right + "A", right.swapcase(), hash_secret(right), session, withdrawn, "x" * 9000, "\xe9"]
    before = site.rows()
    for token in wrong:
        headers: Any = {"Authorization": f"Bearer {token}".encode("latin-1")}
        for path in PUBLIC + OWN + CLASS:
            assert_problem(site.call("GET", path, headers=headers), 401)
        for path, body in (("/questions", {"skill": "chain"}), ("/learners", {"name": "Ada"})):
            assert_problem(site.call("POST", path, headers=headers, json=body), 401)
    assert site.rows() == before


def forget(connection: Connection, secret: str) -> None:
    from app.persistence.accounts import delete_credential

    delete_credential(connection, hash_secret(secret))


def test_a_session_opens_its_owners_things_until_it_expires(site: Site) -> None:
    session = {"Cookie": f"session={site.begin_session('by browser')}"}
    assert site.call("GET", "/me", headers=session).json()["name"] == "by browser"
    graded = site.call("POST", "/questions/chain-n1-v1-lesson/attempts", None, session, json={"answer": RIGHT_DZ})
    assert (graded.status_code, graded.json()["learner_id"]) == (201, site.ids["by browser"])
    assert_problem(site.call("GET", f"/attempts/{graded.json()['id']}", "learner"), 404)
    assert_problem(site.call("GET", "/scores", headers=session), 403)
    # A token beats the cookie, and a token is no session.
    assert site.call("GET", "/me", "learner", session).json()["name"] == "learner"
    assert_problem(site.call("GET", "/me", headers={"Cookie": f"session={site.tokens['learner']}"}), 401)

    long_ago = datetime.now(UTC) - timedelta(days=400)

    def expired(connection: Connection) -> None:
        expires = long_ago + timedelta(days=365)
        learner = site.ids["learner"]
        store_credential(
            connection, hash=hash_secret("old"), account_id=learner, kind="session", now=long_ago, expires_at=expires
        )

    site.database.write_now(expired)
    old = {"Cookie": "session=old"}
    assert_problem(site.call("GET", "/me", headers=old), 401)
    assert [site.call("GET", path, headers=old).status_code for path in PUBLIC] == [200, 200]
    pages = [site.client.get(path, headers=old).status_code for path in ("/", "/attempts", "/dashboard")]
    assert pages == [200, 200, 303]
