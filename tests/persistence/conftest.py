"""Both databases, for every test of this room."""

from tests.databases import database, database_url, empty_database_url

__all__ = ["database", "database_url", "empty_database_url"]
