"""What the writer does, counted for /metrics. It costs the writer a microsecond or two a transaction."""

from prometheus_client import Counter, Gauge, Histogram

_TIMES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

BATCH_SIZE = Histogram("quiz_batch_size", "Requests that shared a transaction.", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256))
COMMIT_SECONDS = Histogram("quiz_commit_seconds", "How long a COMMIT took.", buckets=_TIMES)
OUTAGES = Counter("quiz_storage_outages", "How often the database went out of reach.")
QUEUE_DEPTH = Gauge("quiz_queue_depth", "Writes that were waiting when last looked at.", multiprocess_mode="livesum")
