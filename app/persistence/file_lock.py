"""A lock between processes, held on a file, that the operating system lets go when its holder dies.

SQLite lets waiting writers poll for the database, which is unfair and slow with several processes; a lock
of the operating system wakes the next one at once.
"""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(descriptor: int) -> None:
        while True:
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
                return
            except OSError:  # held by somebody else: Windows offers no wait without a limit
                time.sleep(0.005)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # flock, not lockf: its locks belong to the open file, so two databases of one process exclude each
    # other too.
    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class FileLock:
    """An exclusive lock on the file `path`, which is created when it is missing and never removed.

    Removing it would let two processes hold "the" lock on two different files of one name.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._inside = threading.Lock()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Waits for the lock, holds it for a `with` block. Raises OSError when there can be no such file."""
        with self._inside:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            _lock(self._descriptor)
            try:
                yield
            finally:
                _unlock(self._descriptor)

    def close(self) -> None:
        """Closes the file; a later `held` opens it again."""
        with self._inside:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
