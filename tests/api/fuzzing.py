"""Schemathesis let loose on a running site: what it was asked, what it answered, and where it broke its own description."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import schemathesis
from schemathesis.engine import events, from_schema

from app.services import accounts
from tests.servers import Server

# What an answer must look like follows from its question, and a code from its course: valid by the description is not yet right.
# A learner whom somebody else registered is nobody's business: created, and yet a 404.
LEFT_OUT = ("positive_data_acceptance", "ensure_resource_availability")
REFUSED = {"expected-statuses": [400, 401, 403, 404, 405, 409, 413, 415, 422, 429]}
"""How wrong data may be refused; what is too large is a 413 before anybody looks at it, which schemathesis does not expect."""
_LEARNERS = {"learner": "learner", "spare": "learner", "other": "learner"}
ENDINGS = ["erase_learner", "revoke_token"]  # after which everything else would be refused
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass
class Findings:
    """statuses: operation -> status -> how often. failures: (operation, check, what was wrong) -> a request that shows it."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)
    cases: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Findings") -> None:
        for operation, statuses in other.statuses.items():
            self.statuses[operation].update(statuses)
        self.failures |= other.failures
        self.cases.update(other.cases)

    def figures(self) -> str:
        """In a few lines, for whoever runs the tests with -s."""
        every = sum(self.statuses.values(), Counter[int]())
        told = ", ".join(f"{status}: {count}" for status, count in sorted(every.items()))
        phases = ", ".join(f"{phase}: {count}" for phase, count in self.cases.items())
        done = sum(any(200 <= status < 300 for status in seen) for seen in self.statuses.values())
        refused = sum(bool({400, 404, 409, 422} & set(seen)) for seen in self.statuses.values())
        return (
            f"{len(self.statuses)} operations, {done} with a 2xx, {refused} with a 400, 404, 409 or 422; "
            f"{every.total()} cases ({phases}); statuses {told}"
        )


@dataclass(frozen=True)
class School:
    """tokens: by name. known: parameter -> values that exist, for the fuzzer to use among its own."""

    tokens: dict[str, str]
    known: dict[str, list[str]]


def found_school(server: Server) -> School:
    """A course with learners, another instructor, programs that read it, and assignments, one of them begun."""
    tokens = {name: server.enrol(role, name) for name, role in {**_LEARNERS, "instructor": "instructor"}.items()}
    colleague = f"{uuid4().hex}@example.org"
    asyncio.run(accounts.add_instructor(server.database, colleague, "correct horse battery", datetime.now(UTC)))

    def call(method: str, path: str, who: str, **body: Any) -> Any:
        response = httpx.request(
            method,
            f"{server.base_url}/api/v1{path}",
            headers={"Authorization": f"Bearer {tokens[who]}"},
            json=body if method == "POST" else None,
        )
        assert response.is_success, response.text
        return response.json() if response.content else None

    ids = {name: call("GET", "/me", name)["id"] for name in tokens}
    course = call("POST", "/courses", "instructor", name="Nets")
    for learner in _LEARNERS:
        call("POST", "/join", learner, code=course["join_code"])
    programs = [call("POST", f"/courses/{course['id']}/integrations", "instructor", name="Gradebook") for _ in range(6)]
    readers, told = [one["id"] for one in programs[:3]], [one["id"] for one in programs[3:]]
    at = f"/courses/{course['id']}/integrations"
    hooks = [call("POST", f"{at}/{one}/webhooks", "instructor", url="https://receiver.invalid/")["id"] for one in told]
    now = datetime.now(UTC)
    times = {"opens_at": now.isoformat(), "closes_at": (now + timedelta(days=1)).isoformat()}
    plan = {"title": "Homework", **times, "items": [{"skill": "chain", "tries": 9}]}
    assignments = [call("POST", f"/courses/{course['id']}/assignments", "instructor", **plan)["id"] for _ in range(3)]
    begun = call("POST", f"/assignments/{assignments[0]}/sitting", "learner")
    attempt = call("POST", "/questions/chain-n1-v1-lesson/attempts", "learner", answer={"dz": [1, 1, 1, 1]})
    deliveries = call("GET", f"/courses/{course['id']}/deliveries", "instructor")["deliveries"]
    mine = [call("GET", "/me/tokens", name)["tokens"][0]["id"] for name in ("spare", "other")]
    known = {
        "path.integration_id": told,
        "path.webhook_id": hooks,
        "path.delivery_id": [one["id"] for one in deliveries],
        "path.token_id": [*(one["token_id"] for one in programs[3:]), *mine],
        "path.course_id": [course["id"]],
        "path.assignment_id": assignments,
        "path.item_id": [item["id"] for item in begun["items"]],
        "path.learner_id": [ids[name] for name in _LEARNERS],
        "path.account_id": readers,
        "path.attempt_id": [attempt["id"]],
        "path.question_id": ["chain-n1-v1-lesson", "comprehension-n1-v1-lesson"],
        "body.code": [course["join_code"]],
        "body.email": [colleague],
        "body.other": [ids["spare"]],
    }
    return School(tokens, known)


def fuzz(server: Server, school: School, who: str | None, examples: int, seed: int, phases: Sequence[str] = PHASES) -> Findings:
    """Asks as somebody or as nobody. examples: random ones to an operation. phases: of those that schemathesis knows."""
    described = httpx.get(f"{server.base_url}/openapi.json").json()
    for operations in described["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter.pop("example", None)  # ids of another class than this one

    def schema(phases: Sequence[str]) -> Any:
        config = {
            "seed": seed,
            "base-url": server.base_url,
            "headers": {} if who is None else {"Authorization": f"Bearer {school.tokens[who]}"},
            "generation": {"max-examples": examples, "database": "none"},
            "phases": {
                **{phase: {"enabled": phase in phases} for phase in PHASES},
                "coverage": {"enabled": "coverage" in phases, "unexpected-methods": ["PUT", "OPTIONS"]},
            },
            "checks": {check: {"enabled": False} for check in LEFT_OUT} | {"negative_data_rejection": REFUSED},
            "dictionaries": {name: {"values": values} for name, values in school.known.items()},
            "parameters": {name: {"dictionary": name, "probability": 0.7} for name in school.known},
        }
        return schemathesis.openapi.from_dict(described, config=schemathesis.Config.from_dict(config))

    found = Findings()
    _run(found, schema(phases).exclude(operation_id=ENDINGS))
    _run(found, schema([phase for phase in phases if phase != "stateful"]).include(operation_id=ENDINGS))
    return found


def _run(found: Findings, schema: Any) -> None:
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(found, event)
        elif isinstance(event, events.NonFatalError):
            found.failures[event.label, "error", str(event.value)] = ""
        elif isinstance(event, events.FatalError):
            raise event.exception


def _note(found: Findings, event: events.ScenarioFinished) -> None:
    recorder = event.recorder
    asked = {name: node.value for name, node in recorder.cases.items()}
    for name, interaction in recorder.interactions.items():
        found.cases[event.phase.value] += 1
        if interaction.response is not None:
            found.statuses[asked[name].operation.label][interaction.response.status_code] += 1
    for name, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                failure = check.failure_info.failure
                told = f"{failure.title}: {failure.message}"
                found.failures[asked[name].operation.label, check.name, told] = asked[name].as_curl_command()
