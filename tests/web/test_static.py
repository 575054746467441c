"""Static files are kept for ever under the address that holds their content's hash, and asked about under any other."""

import re

from tests.api.site import Site


def test_every_file_of_a_page_is_kept_for_ever(site: Site) -> None:
    page = site.client.get("/").text
    addresses = set(re.findall(r'"(/static/[^"]+)"', page))
    assert len(addresses) >= 6
    for address in addresses:
        answer = site.client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    # What these load in turn, they load by relative addresses, and so from the same place.
    assert 'url("vendor/' in site.client.get(next(one for one in addresses if one.endswith("app.css"))).text


def test_another_edition_and_none_are_asked_about_each_time(site: Site) -> None:
    for address in ("/static/app.css", "/static/0123456789ab/app.css"):
        answer = site.client.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        assert site.client.get(address, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    for address in (
        "/static/nothing.css",
        "/static/0123456789ab",
        "/static/0123456789ab/nothing.css",
        "/static/0123456789ab/../x",
    ):
        assert site.client.get(address).status_code == 404
