"""A running site for every test here, on each database."""

from tests.api.conftest import site
from tests.databases import database_url

__all__ = ["database_url", "site"]
