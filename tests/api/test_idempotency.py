"""Idempotency keys: a retry is safe, whatever it crosses on the way, and nobody meets another's key."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.site import DZ_LESSON, RIGHT_DZ, WRONG_DZ, Site, assert_problem

OTHER_QUESTION = "chain-n1-v1-0123456789"


def test_a_retry_gets_the_first_attempt(site: Site) -> None:
    first = site.attempt("learner", key="once")
    again = site.attempt("learner", key="once")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert site.rows()["attempts"] == 1
    assert site.attempt("learner").status_code == 201  # without a key it is another try
    assert site.attempt("learner", key="twice").status_code == 201
    assert site.attempt("learner", key="once").json() == first.json()
    assert site.rows()["attempts"] == 3


def test_a_retry_may_be_written_otherwise(site: Site) -> None:
    sent = [b'{"answer":{"h":[1,2,3,4],"dz":[0.5,null,1,"2"]}}', b'{ "answer" : {"dz":[0.5,null,1,"2"], "h": [1,2,3,4]} }']
    headers = {"Content-Type": "application/json", "Idempotency-Key": "once"}
    path = "/questions/comprehension-n1-v1-lesson/attempts"
    statuses = [site.call("POST", path, "learner", headers, content=body).status_code for body in sent]
    assert statuses == [201, 200]


def test_a_used_key_takes_no_other_answer_and_no_other_question(site: Site) -> None:
    site.attempt("learner", key="once")
    before = site.rows()
    assert_problem(site.attempt("learner", answer=RIGHT_DZ, key="once"), 422)
    assert_problem(site.attempt("learner", OTHER_QUESTION, key="once"), 422)
    assert_problem(site.attempt("learner", "delta-n1-v1-lesson", key="once"), 422)
    assert site.rows() == before


def test_a_refused_request_does_not_use_the_key_up(site: Site) -> None:
    path, headers = f"/questions/{DZ_LESSON}/attempts", {"Idempotency-Key": "once", "Content-Type": "application/json"}
    assert_problem(site.attempt("learner", answer={"dz": "x"}, key="once"), 422)
    assert_problem(site.attempt("learner", answer={}, key="once"), 422)
    assert_problem(site.call("POST", path, "learner", headers, content=b'{"answer":{"dz":[NaN]}}'), 400)
    assert_problem(site.call("POST", path, "learner", headers, content=b"{}"), 422)
    assert_problem(site.call("POST", path, None, headers, json={"answer": WRONG_DZ}), 401)
    assert_problem(site.call("POST", path, "integration", headers, json={"answer": WRONG_DZ}), 403)
    assert_problem(site.attempt("learner", "chain-n1-v9-lesson", key="once"), 404)
    assert site.rows()["idempotency_keys"] == 0
    assert site.attempt("learner", key="once").status_code == 201


def test_keys_belong_to_their_learner(site: Site) -> None:
    first = site.attempt("learner", key="same")
    second = site.attempt("other", answer=RIGHT_DZ, key="same")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["learner_id"] == site.ids["other"]
    assert site.attempt("learner", key="same").json() == first.json()


def test_a_retry_after_the_solution_was_shown_is_still_the_first_attempt(site: Site) -> None:
    first = site.attempt("learner", key="once").json()
    solution = site.call("POST", f"/questions/{DZ_LESSON}/solution", "learner").json()
    again = site.attempt("learner", key="once")
    assert again.status_code == 200
    assert again.json() == {**first, "solution": solution}


@pytest.mark.parametrize("answer", [WRONG_DZ, RIGHT_DZ])
def test_of_many_at_once_one_is_stored(site: Site, answer: dict[str, list[float]]) -> None:
    with ThreadPoolExecutor(16) as pool:
        responses = list(pool.map(lambda _: site.attempt("learner", answer=answer, key="once"), range(32)))
    assert sorted(response.status_code for response in responses) == [200] * 31 + [201]
    assert len({response.text for response in responses}) == 1
    assert (site.rows()["attempts"], site.rows()["idempotency_keys"]) == (1, 1)


def test_of_many_at_once_with_different_bodies_one_is_stored(site: Site) -> None:
    answers = [{"dz": [number, 1, 1, 1]} for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        statuses = sorted(pool.map(lambda answer: site.attempt("learner", answer=answer, key="once").status_code, answers))
    assert statuses == [201] + [422] * 11
    assert site.rows()["attempts"] == 1


def test_many_first_tries_at_once_are_one_first_try(site: Site) -> None:
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: site.attempt("learner").status_code, range(12)))
    assert statuses == [201] * 12
    (score,) = [score for score in site.call("GET", "/scores", "instructor").json()["scores"] if score["attempts"]]
    assert (score["attempts"], score["first_tries"]) == (12, 1)


def test_the_longest_key(site: Site) -> None:
    assert site.attempt("learner", key="k" * 255).status_code == 201
    assert site.attempt("learner", key="k" * 255).status_code == 200
    for unfit in ("", "k" * 256, "k" * 60_000, "tab\there"):
        assert_problem(site.attempt("learner", key=unfit), 422)
    path, sent = f"/questions/{DZ_LESSON}/attempts", {"json": {"answer": WRONG_DZ}}
    two = [("Authorization", f"Bearer {site.tokens['learner']}"), ("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    assert_problem(site.client.post(f"/api/v1{path}", headers=two, **sent), 422)
    latin = {"Idempotency-Key": "clé".encode("latin-1")}
    assert [site.call("POST", f"/questions/{DZ_LESSON}/attempts", "learner", latin, json={"answer": WRONG_DZ}).status_code] == [
        201
    ]
    assert site.rows()["attempts"] == 2
