"""Builds `preload.c` and starts the site's processes under it."""

import errno
import functools
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.api.processes import ServerProcess

FULL_DISK, BROKEN_DISK = errno.ENOSPC, errno.EIO


@functools.cache
def library() -> Path:
    """The built library; it goes with the machine's temporary files."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None or not sys.platform.startswith("linux"):
        pytest.skip("needs Linux and a C compiler, to stand between the program and the C library")
    built = Path(tempfile.mkdtemp(prefix="quiz-preload-")) / "preload.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", built, source, "-ldl"], check=True)
    return built


class Faults:
    """What happens to the files below `folder`, and to the clock, as the processes under it see them."""

    def __init__(self, folder: Path, log: Path | None = None) -> None:
        self._control = folder.parent / "control"
        self._set()
        self.environment = {
            "LD_PRELOAD": str(library()),
            "QUIZ_FAULTS_WATCH": str(folder.resolve()),
            "QUIZ_FAULTS_CONTROL": str(self._control),
        }
        if log is not None:
            self.environment["QUIZ_FAULTS_LOG"] = str(log)

    def server(self, database_url: str, before: str = "") -> ServerProcess:
        """A server that lives under these faults; `before` is Python that it runs first."""
        return ServerProcess(database_url, environment=self.environment, before=before)

    def fail(self, *, writes: int = 0, syncs: int = 0, reads: int = 0) -> None:
        """From now on, these fail with these errors; 0 means they succeed."""
        self._set(writes=writes, syncs=syncs, reads=reads)

    def turn_clock(self, seconds: int) -> None:
        """The clock is wrong by so many seconds from now on."""
        self._set(seconds=seconds)

    def _set(self, writes: int = 0, syncs: int = 0, seconds: int = 0, reads: int = 0) -> None:
        # In place: a process has the file mapped.
        descriptor = os.open(self._control, os.O_RDWR | os.O_CREAT, 0o644)
        os.pwrite(descriptor, struct.pack("<4q", writes, syncs, seconds, reads), 0)
        os.close(descriptor)
