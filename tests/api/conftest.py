"""A running site for every test here, on each database."""

from collections.abc import Iterator

import pytest

from tests.api.site import Site, open_site
from tests.databases import database, database_url

__all__ = ["database", "database_url", "site"]


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    with open_site(database_url) as site:
        yield site
