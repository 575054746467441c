"""What is counted while the program runs, in the words of Prometheus.

Every process counts for itself, from its start. Where `serve --workers` has started several, it gives them a folder in which
they count together, and any of them answers for all on this host; of processes on other hosts nobody here knows.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from app.persistence import measures
from app.persistence.database import Database

TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
"""Prometheus' own variable: the folder in which processes count together. It is read when its library is imported."""

CONTENT_TYPE = CONTENT_TYPE_LATEST

_ATTEMPTS = Counter("quiz_attempts", "Answers graded and stored.", ["kind"])
PRACTISED = _ATTEMPTS.labels("practice")
HANDED_IN = _ATTEMPTS.labels("assignment")
GRADING_SECONDS = Histogram(
    "quiz_grading_seconds",
    "How long it took to build the questions of one moment, read the answers to them and grade them.",
    buckets=(0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.1),
)


def exposition(database: Database) -> bytes:
    """All of it as Prometheus reads it."""
    measures.QUEUE_DEPTH.set(database.waiting())
    registry: CollectorRegistry = REGISTRY
    if TOGETHER in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


@contextmanager
def counted_together() -> Iterator[None]:
    """The processes started within this count together."""
    folder = tempfile.mkdtemp(prefix="quiz-metrics-")
    os.environ[TOGETHER] = folder
    try:
        yield
    finally:
        del os.environ[TOGETHER]
        shutil.rmtree(folder, ignore_errors=True)


def leave() -> None:
    """What this process has waiting is no longer counted; what it has done stays."""
    if TOGETHER in os.environ:
        mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]
