"""A built wheel is the whole program: it migrates and serves outside the clone, with templates, static files
and migrations of its own.

The wheel is built by way of the sdist, as a packager would. Its fresh environment borrows the dependencies of
the one that runs the tests, which are pinned and installed already, but not the clone's own code.
"""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parent.parent

WHERE_THINGS_ARE = """
import app, app.resources
print(app.__file__, *map(app.resources.folder, ("templates", "static", "migrations")), sep="\\n")
"""


def run(*command: str | Path, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder far from the clone with the wheel installed in `venv`."""
    folder = tmp_path_factory.mktemp("outside")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    assert list(folder.glob("*.tar.gz"))
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv/bin/python"
    install = ("pip", "install", "--quiet", "--offline", "--no-cache", "--no-deps")
    run(Path(sys.executable).with_name("uv"), *install, "--python", python, wheel, cwd=folder)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(python, "-c", where, cwd=folder).strip())
    # Python reads no .pth file of a folder named by a .pth file, so the clone (installed editable) stays out.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def environment(outside: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QUIZ_", "PYTHON"))}
    return kept | {"QUIZ_DATABASE_URL": f"sqlite:///{outside}/quiz.db"}


@pytest.fixture(scope="module")
def command(outside: Path) -> Path:
    return outside / "venv/bin/sigmoid-quiz"


@pytest.fixture(scope="module")
def site(outside: Path, environment: dict[str, str], command: Path) -> Iterator[httpx.Client]:
    """The installed program, migrated and serving."""
    run(command, "migrate", cwd=outside, env=environment)
    port = free_port()
    with (outside / "serve.log").open("w") as log:
        serve = [command, "serve", "--host", "127.0.0.1", "--port", str(port)]
        server = subprocess.Popen(serve, cwd=outside, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            wait_until_healthy(client, server, outside / "serve.log")
            yield client
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        finally:
            server.kill()


def wait_until_healthy(client: httpx.Client, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail(f"the installed program does not serve:\n{log.read_text()}")


def test_the_code_is_the_wheels(outside: Path, environment: dict[str, str]) -> None:
    places = run(outside / "venv/bin/python", "-c", WHERE_THINGS_ARE, cwd=outside, env=environment).splitlines()
    assert len(places) == 4
    assert all(Path(place).is_relative_to(outside) for place in places), places


def test_help_names_the_commands(outside: Path, environment: dict[str, str], command: Path) -> None:
    text = run(command, "--help", cwd=outside, env=environment)
    assert all(name in text for name in ("serve", "migrate", "token", "instructor", "demo"))


def test_the_home_page_comes_with_all_that_it_loads(site: httpx.Client) -> None:
    page = site.get("/")
    assert page.status_code == 200
    loaded = set(re.findall(r"""(?:src|href)="(/static/[^"]+)""", page.text))
    assert any(".css" in address for address in loaded)
    assert {address: site.get(address).status_code for address in loaded} == dict.fromkeys(loaded, 200)


def test_the_browser_libraries_are_inside(site: httpx.Client) -> None:
    assert site.get("/static/vendor/manifest.json").json()


def test_questions_are_asked(site: httpx.Client) -> None:
    answer = site.post("/api/v1/questions", json={"skill": "chain"})
    assert answer.status_code == 201
    assert answer.json()["questions"][0]["skill"] == "chain"


def test_the_wheel_holds_nothing_of_the_tests(outside: Path) -> None:
    packages = next((outside / "venv/lib").glob("python*/site-packages"))
    assert {path.name for path in packages.iterdir() if path.is_dir()} >= {"app"}
    assert not (packages / "tests").exists()
    assert not (packages / "tools").exists()
