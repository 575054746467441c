"""Reading attempts page by page: everything once, oldest first, and only what one may see."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.site import Site, assert_problem, drawn


def answer_some(site: Site, who: str, skill: str, count: int) -> list[str]:
    """Attempts at several questions; their ids, oldest first."""
    ids = []
    for seed in range(count):
        asked = drawn(skill, seed=seed)
        ids.append(site.attempt(who, str(asked.id), {asked.parts[0].symbol: [0.1, 0.2, 0.3, 0.4]}).json()["id"])
    return ids


def walk(site: Site, who: str, **narrowed: Any) -> list[str]:
    """The ids on every page, following `next`; the Link header must lead the same way."""
    ids: list[str] = []
    query: dict[str, Any] = narrowed
    while True:
        response = site.call("GET", "/attempts", who, params=query)
        assert response.status_code == 200, response.text
        page = response.json()
        ids += [attempt["id"] for attempt in page["attempts"]]
        if page["next"] is None:
            assert "link" not in response.headers
            return ids
        assert len(page["attempts"]) == int(narrowed.get("limit", 50))
        query = {**narrowed, "since": page["next"]}
        match = re.fullmatch(r'<(/api/v1/attempts\?[^>]+)>; rel="next"', response.headers["link"])
        assert match, response.headers["link"]
        followed = {name: values[-1] for name, values in parse_qs(urlsplit(match[1]).query).items()}
        assert followed == {"limit": "50"} | {name: str(value) for name, value in query.items()}
        assert site.call("GET", match[1], who).json() == site.call("GET", "/attempts", who, params=query).json()


@pytest.fixture
def written(site: Site) -> dict[str, list[str]]:
    """Attempts of two learners, in turns."""
    ids: dict[str, list[str]] = {}
    for who, skill, count in (("learner", "chain", 3), ("other", "delta", 4), ("learner", "delta", 4), ("other", "chain", 2)):
        ids[f"{who} {skill}"] = answer_some(site, who, skill, count)
    return ids


def test_everything_once_oldest_first(site: Site, written: dict[str, list[str]]) -> None:
    mine = written["learner chain"] + written["learner delta"]
    for limit in (1, 2, 3, 6, 7, 8, 100):
        assert walk(site, "learner", limit=limit) == mine
    assert walk(site, "learner") == mine
    everything = [one for ids in written.values() for one in ids]
    for who in ("instructor", "administrator", "integration"):
        assert walk(site, who, limit=4) == everything


def test_narrowed(site: Site, written: dict[str, list[str]]) -> None:
    learner, other = site.ids["learner"], site.ids["other"]
    assert walk(site, "learner", skill="delta", limit=2) == written["learner delta"]
    assert walk(site, "learner", learner=learner, limit=3) == written["learner chain"] + written["learner delta"]
    assert walk(site, "instructor", learner=other, limit=2) == written["other delta"] + written["other chain"]
    assert walk(site, "instructor", learner=other, skill="chain", limit=1) == written["other chain"]
    assert walk(site, "instructor", skill="delta", limit=3) == written["other delta"] + written["learner delta"]
    assert walk(site, "learner", skill="activation") == []
    assert_problem(site.call("GET", "/attempts", "learner", params={"learner": other}), 404)
    for who in ("learner", "instructor", "administrator", "integration"):  # out of reach or not there: the two look alike
        assert_problem(site.call("GET", "/attempts", who, params={"learner": "nobody"}), 404)
    assert_problem(site.call("GET", "/attempts", "learner", params={"learner": ""}), 404)
    assert_problem(site.call("GET", "/attempts", "learner", params={"skill": "no-such"}), 422)


def test_what_is_written_meanwhile_is_found_too(site: Site, written: dict[str, list[str]]) -> None:
    first = site.call("GET", "/attempts", "learner", params={"limit": 2}).json()
    late = answer_some(site, "learner", "activation", 2)
    rest = walk(site, "learner", since=first["next"], limit=3)
    mine = written["learner chain"] + written["learner delta"]
    assert [one["id"] for one in first["attempts"]] + rest == mine + late


def test_nothing_yet(site: Site) -> None:
    response = site.call("GET", "/attempts", "learner")
    assert response.json() == {"attempts": [], "next": None, "resume": None}
    assert response.headers["cache-control"] == "no-store"


def test_who_asks_again_later_reads_each_once(site: Site) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    for skill, count in (("chain", 0), ("chain", 1), ("delta", 4), ("delta", 0), ("update", 0), ("activation", 3), ("chain", 0)):
        made = answer_some(site, "learner", skill, count)
        found = walk(site, "learner", **query)
        assert found == made
        seen += found
        last: dict[str, Any] = query
        while (page := site.call("GET", "/attempts", "learner", params=last).json())["next"] is not None:
            last = {**query, "since": page["next"]}
        assert page["resume"] is not None or not seen
        query = {"limit": 2} if page["resume"] is None else {"limit": 2, "since": page["resume"]}
    assert len(seen) == 8 and seen == walk(site, "learner")


def test_one_attempt_belongs_to_its_learner(site: Site, written: dict[str, list[str]]) -> None:
    path = f"/attempts/{written['other delta'][0]}"
    assert_problem(site.call("GET", path, "learner"), 404)
    assert_problem(site.call("GET", path), 401)
    seen = [site.call("GET", path, who) for who in ("other", "instructor", "administrator", "integration")]
    assert [response.status_code for response in seen] == [200] * 4
    assert len({response.text for response in seen}) == 1
    # What is another's and what is not there look alike.
    missing = site.call("GET", "/attempts/999999", "learner")
    assert missing.json() == site.call("GET", path, "learner").json()


BAD_IDS = ["0", "-1", "x", "1.0", "1e3", "0x1", "1_0", "+1", "%201", "٣", "１", "²", str(2**63), "9" * 5000, "%00", "..%2F1"]


def test_a_malformed_attempt_id_is_a_404(site: Site, written: dict[str, list[str]]) -> None:
    for attempt_id in BAD_IDS:
        for who in ("learner", "instructor"):
            assert_problem(site.call("GET", f"/attempts/{attempt_id}", who), 404)


BAD_LIMITS = [
    "0",
    "101",
    "-1",
    "x",
    "",
    "1.5",
    "1e1",
    "0x10",
    "٣",
    "１",
    "1_0",
    "+5",
    " 5",
    "5 ",
    "NaN",
    "true",
    str(2**63),
    "9" * 5000,
]
BAD_CURSORS = [
    "",
    "0",
    "1",
    "a0",
    "a-1",
    "a",
    "A1",
    "a1.0",
    "a1_0",
    "a٣",
    "a01",
    " a1",
    "a1 ",
    "a1\n",
    "a" + "9" * 19,
    "a" * 5000,
    "null",
]


def test_a_bad_limit_or_cursor_is_refused(site: Site, written: dict[str, list[str]]) -> None:
    for name, values in {"limit": BAD_LIMITS, "since": BAD_CURSORS}.items():
        for value in values:
            document = assert_problem(site.call("GET", "/attempts", "learner", params={name: value}), 422)
            assert document["errors"][0]["pointer"] == f"/{name}", value


def test_a_cursor_beyond_the_end(site: Site, written: dict[str, list[str]]) -> None:
    assert walk(site, "instructor", since="a" + "9" * 18) == []
