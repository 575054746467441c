"""Would a test notice? Breaks the engine and grading in small ways, one at a time: ``python -m tools.mutants [FILE …]``.

A mutant is noticed (killed) when a test fails, or never ends. Each is tried in a process of its own, forked before any
module of ours was imported, so that also what a module works out while it is imported is worked out anew. Only the tests
that meet the changed line are run, or its module where it is no line of a function; those first that have noticed most, and
no further than the first that fails. Nothing is written to the source.

Mutants that live are listed, unless tests/surviving_mutants.md explains them; if any is left, the exit status is 1.
"""

import functools
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import coverage
import pytest

from tools.mutations import Mutant, mutants

TESTS = ("tests/engine", "tests/grading", "tests/golden")
EXPLAINED = Path("tests/surviving_mutants.md")
_FOUND = Path("build/mutants")
_MET = _FOUND / "met.json"
_MEMORY = 6 * 2**30  # bytes; a mutant may ask for any array
_SLOWER = 5  # times that a mutant may take as long as the tests took
_START = 30.0  # seconds beside that

Met = dict[str, dict[str, list[str]]]  # file -> line, or "" for any -> tests


class _Chosen:
    """Has pytest run the named tests, in that order, and remembers which of them failed."""

    def __init__(self, tests: Sequence[str] | None = None) -> None:
        self._order = None if tests is None else {test: k for k, test in enumerate(tests)}
        self.seconds: dict[str, float] = {}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        order = self._order
        if order is not None:
            items[:] = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed = report.nodeid


class _Meeting(_Chosen):
    """Has coverage write down which test met which line, caches being emptied before each."""

    def __init__(self, measured: coverage.Coverage) -> None:
        super().__init__()
        self._measured = measured

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        for found in gc.get_objects():
            if isinstance(found, functools._lru_cache_wrapper):
                found.cache_clear()
        self._measured.switch_context(nodeid)

    def pytest_runtest_logfinish(self) -> None:
        self._measured.switch_context("")


class _Broken(importlib.machinery.SourceFileLoader):
    """Loads a module as the mutant has it."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant.file.removesuffix(".py").replace("/", "."), str(Path(mutant.file).resolve()))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self._mutant.broken(), self.path, "exec")
        return code


class _Instead(importlib.abc.MetaPathFinder):
    """Finds one module with a loader of its own."""

    def __init__(self, loader: importlib.machinery.SourceFileLoader) -> None:
        self._loader = loader

    def find_spec(self, fullname: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        loader = self._loader
        return importlib.util.spec_from_file_location(fullname, loader.path, loader=loader) if fullname == loader.name else None


def _apart(work: Callable[[], object], seconds: float) -> Any:
    """What `work` gives in a process of its own, through JSON; None if it takes longer, or ends the process."""
    answer = _FOUND / "answer.json"
    answer.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            answer.write_text(json.dumps(work()))
        finally:
            os._exit(0)
    until = time.monotonic() + seconds
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(0.005)
    return json.loads(answer.read_text()) if answer.exists() else None


def _pytest(chosen: _Chosen, *where: str) -> int:
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *where], plugins=[chosen]))


def _meet(files: Sequence[str]) -> tuple[Met, dict[str, float]]:
    """Which tests meet which line of which file, and how long each test takes."""
    measured = coverage.Coverage(data_file=None, config_file=False, include=list(files))
    meeting = _Meeting(measured)
    measured.start()
    if _pytest(meeting, *TESTS) != 0:
        raise SystemExit(f"A test fails without any change: {meeting.failed}")
    measured.stop()
    met: Met = {}
    for file in files:
        by_line = measured.get_data().contexts_by_lineno(str(Path(file).resolve()))
        met[file] = {str(line): sorted(set(tests) - {""}) for line, tests in by_line.items()}
    idle = set(meeting.seconds).difference(*(tests for lines in met.values() for tests in lines.values()))
    for lines in met.values():
        # Tables are read without a line being run, so the tests that meet no line of any file may be those that look at them.
        lines[""] = sorted(idle.union(*lines.values()) if lines else meeting.seconds)
    return met, meeting.seconds


def _known(files: Sequence[str]) -> tuple[Met, dict[str, float]]:
    """The same, kept until a file of the tests or of what they test changes."""
    read = [path for folder in ("app/engine", "app/grading", "tests") for path in Path(folder).rglob("*.py")]
    newest = max(path.stat().st_mtime for path in read)
    if not _MET.exists() or _MET.stat().st_mtime < newest:
        print("Looking which test meets which line …", flush=True)
        found = _apart(lambda: _meet(files), 3600)
        if found is None:
            raise SystemExit("The tests fail, or do not end, without any change.")
        _MET.write_text(json.dumps(found))
    met, seconds = json.loads(_MET.read_text())
    return met, seconds


def _try(mutant: Mutant, tests: Sequence[str], seconds: float) -> str | None:
    """The test that notices the mutant, what else ends it, or None if nothing does."""

    def work() -> str:
        sys.meta_path.insert(0, _Instead(_Broken(mutant)))
        chosen = _Chosen(tests)
        ended = _pytest(chosen, *dict.fromkeys(test.partition("::")[0] for test in tests))
        return "" if ended == 0 else chosen.failed or "import"

    noticed = _apart(work, seconds)
    return "process" if noticed is None else noticed or None


def _explained() -> Counter[tuple[str, ...]]:
    """file, line and change of each mutant whose life has a reason."""
    rows = EXPLAINED.read_text("utf-8").splitlines() if EXPLAINED.exists() else []
    names = [tuple(row.split("`")[1:6:2]) for row in rows if row.startswith("- `")]
    return Counter(names)


def main() -> None:
    every = sorted(str(path) for folder in ("app/engine", "app/grading") for path in Path(folder).glob("*.py"))
    files = sys.argv[1:] or every
    _FOUND.mkdir(parents=True, exist_ok=True)
    os.environ |= {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OPENBLAS_NUM_THREADS": "1"}
    for library in ("numpy", "hypothesis.strategies", "autograd.numpy", "mpmath"):
        importlib.import_module(library)  # once, here: only what is ours is imported anew by each
    met, seconds = _known(every)
    kills: Counter[str] = Counter()
    explained, unexplained = _explained(), 0
    for file in files:
        begun, counts = time.monotonic(), Counter[str]()
        for mutant in mutants(file):
            near = set(met[file].get(str(mutant.line), ()))
            # A line outside all functions was run when its module was imported, so any test may be the one that notices.
            tests = near if mutant.scope and near else met[file][""]
            tests = sorted(tests, key=lambda test: (test not in near, -kills[test], seconds[test]))
            noticed = _try(mutant, tests, _START + _SLOWER * sum(seconds[test] for test in tests))
            if noticed is not None:
                kills[noticed] += 1
                counts["killed"] += 1
            elif explained[mutant.name] > 0:
                explained[mutant.name] -= 1
                counts["explained"] += 1
            else:
                counts["alive"] += 1
                print(f"- `{mutant.file}` `{mutant.source}` `{mutant.change}` line {mutant.line}, {len(tests)} tests", flush=True)
        unexplained += counts["alive"]
        print(f"{file}: {dict(counts)}, {time.monotonic() - begun:.0f} s", flush=True)
    raise SystemExit(1 if unexplained else 0)


if __name__ == "__main__":
    main()
