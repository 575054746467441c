"""The REST interface keeps to its description whatever it is sent, as nobody, as a learner and as an instructor.

Schemathesis reads /openapi.json and asks over real HTTP: the documented examples, each boundary of each schema, random values
valid and not, and sequences along the links. No call may crash, answer with an undocumented status, or with what is not of its
schema. That each call succeeds and refuses in every documented way, test_examples sees to. `pytest -s` prints the figures.
"""

import pytest

from tests.api.fuzzing import PHASES, Findings, found_school, fuzz
from tests.databases import DIALECTS
from tests.servers import serve
from tests.sizes import FULL, size

WHO = {None: ("examples",), "learner": ("examples",), "instructor": ("examples", "stateful")}
"""And what is tried where there is little time: to others most is refused."""


@pytest.mark.parametrize("database_url", DIALECTS if FULL else ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(1, size(1, 3) + 1))
def test_every_call_keeps_to_its_description(database_url: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.webhook_delivery.EVERY_SECONDS", 3600.0)  # nothing is sent to addresses made up by chance
    found = Findings()
    with serve(database_url) as server:
        for who, phases in WHO.items():
            found.add(fuzz(server, found_school(server), who, size(1, 100), seed, PHASES if FULL else phases))
    print("\nfuzzed:", found.figures())
    assert not found.failures, "\n".join(f"{failure} {request}" for failure, request in found.failures.items())
