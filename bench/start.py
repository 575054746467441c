"""How long the server takes from nothing to its first stored answer, and what memory it then has."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 30.0
_QUESTION = "chain-n1-v1-lesson"


@dataclass(frozen=True)
class Start:
    """seconds: from starting the process to the 201 of a first answer. megabytes: resident after it."""

    seconds: float
    megabytes: float


def start(folder: Path, database_url: str, token: str) -> Start:
    """Starts `sigmoid-quiz serve` on a database that is there, answers as soon as somebody listens, and ends it. On Linux."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [str(Path(sys.executable).with_name("sigmoid-quiz")), "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QUIZ_")}
    began = time.perf_counter()
    server = subprocess.Popen(
        command, cwd=folder, env=environment | {"QUIZ_DATABASE_URL": database_url}, stdout=subprocess.DEVNULL
    )
    try:
        while not _answer(port, token):
            if server.poll() is not None or time.perf_counter() - began > _SECONDS:
                raise RuntimeError("the server did not start")
            time.sleep(0.002)
        return Start(time.perf_counter() - began, _resident(server.pid))
    finally:
        server.terminate()
        server.wait(_SECONDS)


def _answer(port: int, token: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        body = json.dumps({"answer": {"dz": [0.105, -0.197, 0.09, -0.197]}})
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection.request("POST", f"/api/v1/questions/{_QUESTION}/attempts", body, headers)
        response = connection.getresponse()
        if response.status != 201:
            raise RuntimeError(f"the first answer was answered with {response.status}")
        return True
    except ConnectionRefusedError:
        return False
    finally:
        connection.close()


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kilobytes) / 1024
