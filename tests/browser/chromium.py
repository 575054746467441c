"""Finds a Chromium for the browser tests, so that a fresh machine needs nothing prepared by hand.

In this order: an installed Chrome or Chromium; Playwright's own; as root or in CI, Debian's package,
installed now; otherwise a failure that says what to type. Looked for when the first browser test asks.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

COMMANDS = ("chromium", "google-chrome", "google-chrome-stable", "chrome", "chromium-browser")
MAC_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# No sandbox, since tests also run as root in containers; the others keep it from calling home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PLAYWRIGHTS_PATH = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""

WHAT_TO_TYPE = """No Chrome or Chromium for the browser tests. One of these brings one:
    sudo apt-get install chromium            (Debian, Ubuntu)
    brew install --cask chromium             (macOS)
    .venv/bin/playwright install chromium    (anywhere Playwright has a build for)"""


class ChromiumMissing(Exception):
    """There is no browser, and none may be installed here; the message says what to type."""


def _installed() -> str | None:
    found = [path for command in COMMANDS if (path := shutil.which(command))]
    return next(filter(_starts, [*found, *MAC_APPLICATIONS]), None)


def _starts(path: str) -> bool:
    """Some systems have a `chromium-browser` that only tells people to install a snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    # In a process of its own, because Playwright's blocking interface refuses to run beside an event loop.
    answer = subprocess.run([sys.executable, "-c", PLAYWRIGHTS_PATH], capture_output=True, text=True, timeout=60)
    path = answer.stdout.strip()
    return path if path and Path(path).exists() else None


def _debians() -> str | None:
    """Install Debian's package where that is ours to do."""
    root = os.geteuid() == 0
    if not shutil.which("apt-get") or not (root or os.environ.get("CI")):
        return None
    apt_get = [*([] if root else ["sudo", "-n"]), "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium", "fonts-liberation"]):
        done = subprocess.run([*apt_get, *step], env=quiet, capture_output=True, text=True, timeout=900)
        if done.returncode:
            raise ChromiumMissing(f"apt-get {step[0]} failed:\n{done.stderr.strip()}\n{WHAT_TO_TYPE}")
    return _installed()


@cache
def find_chromium() -> str:
    """The path of a browser that starts. Raises ChromiumMissing."""
    # One at a time: the workers of a parallel run would otherwise all install it.
    with (Path(tempfile.gettempdir()) / f"quiz-chromium-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = _installed() or _playwrights_own() or _debians()
    if path is None:
        raise ChromiumMissing(WHAT_TO_TYPE)
    return path
