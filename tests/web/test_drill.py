"""The drill over HTTP: a question of its own address, answers and solutions that stay in it, a clean 404 for what is none."""

import re

import numpy as np
import pytest

from app.engine.notation import round_decimal
from app.web.prose import prose
from tests.api.site import DZ_LESSON, Site, question
from tests.web.test_pages import RIGHT

DRILL = "/practice/drill?mistake=one-minus-h"


def test_a_reload_shows_the_same_and_next_is_another(site: Site) -> None:
    place = site.client.get(DRILL).headers["location"]
    assert re.fullmatch(r"/q/(derivative|chain|jacobian)-n[123]-v\d+-[0-9a-z]{10}\?drill=one-minus-h", place)
    shown = site.client.get(place).text
    assert "Drill:" in shown and prose("1 − h in place of h (1 − h)") in shown and f'href="{DRILL}"' in shown
    # The form's key is new each time; everything else is the same.
    plain = [re.sub(r'name="key" value="[^"]+"', "", text) for text in (shown, site.client.get(place).text)]
    assert plain[0] == plain[1]
    assert site.client.get(DRILL).headers["location"] != place


def test_answering_stays_in_the_drill(site: Site) -> None:
    place = site.client.get(DRILL).headers["location"]
    asked = question(place.removeprefix("/q/").partition("?")[0])
    form = {
        ".".join(map(str, (part.symbol, *place))): f"{round_decimal(part.key)[place]:.3f}"
        for part in asked.parts
        for place in np.ndindex(part.shape)
    }
    answered = site.client.post(f"/q/{asked.id}", data=form | {"drill": "one-minus-h"}).headers["location"]
    assert re.fullmatch(r"/attempts/\d+\?drill=one-minus-h", answered)
    page = site.client.get(answered).text
    assert "Right, all of it." in page and f'href="{DRILL}" data-next' in page
    shown = site.client.post(f"/q/{asked.id}/solution", data={"drill": "one-minus-h"}).headers["location"]
    assert shown == f"/q/{asked.id}?drill=one-minus-h#solution"
    unread = site.client.post(f"/q/{asked.id}", data={next(iter(form)): "x", "drill": "one-minus-h"})
    assert unread.status_code == 422 and "Drill:" in unread.text


def test_it_keeps_to_the_level_at_which_a_skill_was_answered_last(site: Site) -> None:
    """A stranger begins at level 1; who answered chain at level 2 is drilled in it there, and in the other skills at 1."""

    def drawn() -> set[tuple[str, str]]:
        places = [site.client.get(DRILL).headers["location"] for _ in range(12)]
        return {(skill, level) for skill, level in (re.findall(r"/q/([a-z-]+)-n(\d)", place)[0] for place in places)}

    assert {level for _, level in drawn()} == {"1"}
    site.client.post("/q/chain-n3-v1-0000000001", data={"dz.0": "7"})
    site.client.post("/q/chain-n2-v1-0000000001", data={"dz.0": "7"})
    before = site.rows()
    found = drawn() | drawn()
    assert found <= {("derivative", "1"), ("jacobian", "1"), ("chain", "2")} and len(found) > 1
    assert site.rows() == before


UNKNOWN = ["", "no-such-mistake", "ONE-MINUS-H", "one-minus-h&x", "%00", "../../etc", "<script>", "x" * 5000]


@pytest.mark.parametrize("code", UNKNOWN)
def test_an_unknown_mistake_is_a_clean_404(site: Site, code: str) -> None:
    answer = site.client.get("/practice/drill", params={"mistake": code})
    assert answer.status_code == 404
    assert "There is no mistake of this name to practise against." in answer.text
    # A question's page doesn't mind, and doesn't take it along.
    assert "Drill:" not in site.client.get(f"/q/{DZ_LESSON}", params={"drill": code}).text
    onward = site.client.post(f"/q/{DZ_LESSON}", data=RIGHT | {"drill": code.replace("\0", "")}).headers["location"]
    assert "?" not in onward
