"""PostgreSQL: how it is reached, and what its errors mean.

Writers of all processes take one advisory lock for each transaction. That makes a check inside a
transaction as safe as under SQLite's single writer, and lets attempts become visible in the order of their
ids, which paging by cursor relies on. READ COMMITTED is part of this: a stricter level would take its
snapshot before the lock is held.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import unquote

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from app.persistence.json_text import to_json

WRITER_LOCK = 0x7369676D6F6964  # "sigmoid": any constant does that no other program in this database uses

# Without limits a lost network or a stopped process would hold the writer for ever. The URL may differ.
_CONNECT = {
    "connect_timeout": "5",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "client_encoding": "utf8",
}
_WRITER_LIMITS = (
    "SET lock_timeout = '10s'",
    "SET statement_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '30s'",
)

# SQLSTATEs that blame the server: connection, resources, a lock not to be had, shut down by its operator,
# system, configuration, corruption; not a job that runs out of time (57014).
_OUTAGES = ("08", "53", "55", "57P", "58", "F0", "XX001", "XX002")
_READ_ONLY = "25006"  # what a standby answers after a failover

_URL = re.compile(r"\w+(?:\+psycopg)?://(?P<user>[^:/?@]*(?::[^@]*)?@)?(?P<hosts>[^/?]*)(?P<rest>.*)", re.DOTALL)


class PostgresqlBackend:
    """A PostgreSQL database, reached by psycopg."""

    name: Literal["postgresql"] = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = psycopg_url(url)
        self.write_engine = self._engine(isolation_level="READ COMMITTED", pool_size=1, max_overflow=0)
        # One snapshot for all the SELECTs of a report, as SQLite's readers have; pre-ping outlives a restart.
        self.read_engine = self._engine(
            isolation_level="REPEATABLE READ",
            pool_size=20,
            max_overflow=0,
            pool_timeout=5,
            pool_use_lifo=True,
            pool_pre_ping=True,
        )

        @event.listens_for(self.write_engine, "connect")
        def _limit(connection: psycopg.Connection[Any], _record: object) -> None:
            for limit in _WRITER_LIMITS:
                connection.execute(limit)
            connection.commit()

        @event.listens_for(self.read_engine, "connect")
        def _read_only(connection: psycopg.Connection[Any], _record: object) -> None:
            connection.read_only = True

    def migration_engine(self) -> Engine:
        return self._engine(isolation_level="READ COMMITTED", poolclass=NullPool)

    @contextmanager
    def exclusive(self, *, patient: bool = False) -> Iterator[None]:
        yield  # the advisory lock of begin_write does it, inside the transaction

    def begin_write(self, connection: Connection) -> None:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    def in_good_order(self, connection: Connection) -> bool:
        # After an error that a job has caught, COMMIT would quietly mean ROLLBACK.
        driver: Any = connection.connection.dbapi_connection
        return bool(driver.info.transaction_status == TransactionStatus.INTRANS)

    def is_outage(self, error: BaseException, *, writing: bool) -> bool:
        if isinstance(error, DBAPIError):
            if error.connection_invalidated:
                return True
            error = error.orig or error
        if not isinstance(error, psycopg.Error):
            return False
        if error.sqlstate is None:  # the server said nothing: the connection is gone, or was never made
            return isinstance(error, psycopg.OperationalError)
        return error.sqlstate.startswith(_OUTAGES) or (writing and error.sqlstate == _READ_ONLY)

    def prove_writable(self, connection: Connection) -> None:
        # A message that nobody listens to. (A mere transaction number would not have COMMIT wait for the disk.)
        connection.exec_driver_sql("SELECT pg_logical_emit_message(true, 'probe', '')")

    def purge(self) -> bool:
        return True  # what is deleted is in no dump, and autovacuum gives its space to other rows

    def check_references(self, connection: Connection) -> None:
        """PostgreSQL has checked them all along."""

    def close(self) -> None:
        self.write_engine.dispose()
        self.read_engine.dispose()

    def _engine(self, **options: Any) -> Engine:
        given = {key: value for key, value in _CONNECT.items() if key not in self._url.query}
        return create_engine(self._url, connect_args=given, json_serializer=to_json, hide_parameters=True, **options)


def psycopg_url(url: str) -> URL:
    """A PostgreSQL URL as libpq understands it, in SQLAlchemy's words.

    SQLAlchemy itself reads neither several hosts with ports nor an encoded socket folder (`%2Ftmp`).
    Raises ValueError when it is no such URL, without repeating it.
    """
    parts = _URL.fullmatch(url)
    if parts is None:
        raise ValueError("the PostgreSQL URL cannot be read")
    hosts, ports = _hosts_and_ports(parts["hosts"])
    rest = parts["rest"] if parts["rest"].startswith("/") else "/" + parts["rest"]
    try:
        parsed = make_url(f"postgresql+psycopg://{parts['user'] or ''}{rest}")
    except (ArgumentError, ValueError):
        raise ValueError("the PostgreSQL URL cannot be read") from None
    if any(hosts):
        parsed = parsed.update_query_dict({"host": ",".join(hosts)})
    if any(ports):
        parsed = parsed.update_query_dict({"port": ",".join(ports)})
    return parsed


def _hosts_and_ports(text: str) -> tuple[list[str], list[str]]:
    hosts: list[str] = []
    ports: list[str] = []
    for place in text.split(","):
        host, port = place, ""
        if match := re.fullmatch(r"(.*):(\d*)", place):  # not a colon inside the brackets of an IPv6 address
            host, port = match[1], match[2]
        hosts.append(unquote(host.removeprefix("[").removesuffix("]")))
        ports.append(port)
    return hosts, ports
