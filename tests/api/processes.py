"""The site as operators run it: in processes of its own, which can be killed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

_SECONDS = 60.0  # to answer, or to end; generous, since the machine may be busy
_COMMAND = Path(sys.executable).with_name("sigmoid-quiz")


def free_port() -> int:
    """A local port that nobody listens on just now."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


class ServerProcess:
    """`sigmoid-quiz serve` on a port; `with` starts it and ends it."""

    def __init__(
        self, database_url: str, port: int | None = None, *, environment: Mapping[str, str] | None = None, before: str = ""
    ) -> None:
        """environment: more of it than the test's own. before: Python that the process runs before the command."""
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | {"QUIZ_DATABASE_URL": database_url} | dict(environment or {})
        self._command = [str(_COMMAND)]
        if before:
            self._command = [sys.executable, "-c", f"{before}\nfrom app.cli import main\nmain()"]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_SECONDS)

    def start(self) -> None:
        """Starts the process, and waits until it can store answers."""
        command = [*self._command, "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=self._environment, stdout=subprocess.DEVNULL)
        end = time.monotonic() + _SECONDS
        while time.monotonic() < end:
            assert self._process.poll() is None, "the server ended by itself"
            try:
                if httpx.get(f"{self.base_url}/healthz", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    @property
    def pid(self) -> int:
        """The number by which the system knows the process."""
        assert self._process is not None
        return self._process.pid

    def terminate(self) -> int:
        """Asks the process to end, as an operator does; returns the status it ended with."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(_SECONDS)

    def kill(self) -> None:
        """Ends the process at once, as a power cut would end it: nothing is drained or closed."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(_SECONDS)
