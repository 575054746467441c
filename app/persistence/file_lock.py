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

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _lock(descriptor: int) -> None:
        while not _try(descriptor):  # Windows offers no wait without a limit
            time.sleep(0.005)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # flock, not lockf: its locks belong to the open file, so two databases of one process exclude each
    # other too.
    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

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
        self._turn = threading.Condition()
        self._asking = False  # a thread waits for the lock
        self._wanted = False  # and somebody waits for the thread

    @contextmanager
    def held(self, patience: float | None = None) -> Iterator[None]:
        """Waits for the lock, at most `patience` seconds if given, and holds it for a `with` block.

        Raises TimeoutError, and OSError when there can be no such file.
        """
        with self._inside:
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
            if patience is None:
                _lock(self._descriptor)
            else:
                self._take(self._descriptor, patience)
            try:
                yield
            finally:
                _unlock(self._descriptor)

    def close(self) -> None:
        """Closes the file; a later `held` opens it again."""
        with self._inside, self._turn:
            if self._descriptor is not None and not self._asking:
                os.close(self._descriptor)
                self._descriptor = None

    def _take(self, descriptor: int, patience: float) -> None:
        """A process that was stopped while it held the lock must not hold up the others for ever.

        The system's own wait is the one that wakes up at once, but it knows no limit; so a thread does the waiting, and only
        when there is somebody to wait for.
        """
        with self._turn:
            if not self._asking:
                if _try(descriptor):
                    return
                self._asking = True
                threading.Thread(target=self._ask, args=(descriptor,), name="storage-lock", daemon=True).start()
            self._wanted = True
            if not self._turn.wait_for(lambda: not self._wanted, patience):
                self._wanted = False
                raise TimeoutError(f"another process has held {self._path.name} for over {patience:g} seconds")

    def _ask(self, descriptor: int) -> None:
        _lock(descriptor)
        with self._turn:
            self._asking = False
            if self._wanted:
                self._wanted = False
                self._turn.notify_all()
            else:  # nobody waits any more
                _unlock(descriptor)
