# Everything a developer does here is one of these targets: `make help` lists them.
# What is installed is remembered by stamp files, so asking again costs nothing until a lock changes.

PORT ?= 8000
PYTEST ?= -n 2 --dist loadfile

# The first Python on the path that is new enough and can make a virtual environment.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

python := .venv/bin/python
pip := $(python) -m pip --disable-pip-version-check -qq
# The locks are complete, so there is nothing left for pip to resolve.
locked := install --require-hashes --no-deps --no-compile -r
# Compiled here, on all cores: who may not write bytecode, or is told not to, would compile everything anew at each start.
bytecode := $(python) -m compileall -q -j 0
compile := .venv/bin/uv pip compile --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --quiet $(UPGRADE)

.PHONY: help run install setup test test-full mutants coverage lint format bench bench-growth openapi wheel lock clean
.DELETE_ON_ERROR:

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' Makefile

run: install ## set up what is missing, migrate, serve on http://127.0.0.1:8000 (PORT=… for another)
	@.venv/bin/sigmoid-quiz migrate
	@.venv/bin/sigmoid-quiz serve --host 127.0.0.1 --port $(PORT)

install: .venv/.project static/vendor/manifest.json ## what `make run` needs, into .venv, and no more

setup: install .venv/.development node_modules/.development ## what developing needs too

test: lint ## check style, types and imports, then run the tests
	.venv/bin/pytest $(PYTEST)

test-full: export QUIZ_TEST_FULL = 1
test-full: test ## the same with full sample sizes

mutants: setup ## break the engine and grading in small ways and list what no test notices (FILES=… for some of it)
	$(python) -m tools.mutants $(FILES)

coverage: setup ## which branches of the engine and grading their tests take
	.venv/bin/coverage run -m pytest -q tests/engine tests/grading tests/golden
	.venv/bin/coverage report

lint: setup ## style, types, import contracts, Dockerfile
	.venv/bin/ruff check --quiet
	.venv/bin/ruff format --check --quiet
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	.venv/bin/hadolint Dockerfile

format: setup ## let ruff put the code in order
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

bench: setup ## run the benchmarks
	$(python) -m bench

bench-growth: setup ## the same class with 10,000, a million and ten million attempts (20 GB of disk, some ten minutes)
	$(python) -m bench.growth

openapi: setup ## write docs/openapi.json anew, after a change of the REST interface
	@$(python) -m tools.openapi

wheel: setup ## build the sdist and the wheel into build/dist
	$(python) -m build --no-isolation --outdir build/dist

lock: .venv/.development ## renew the locks after a change of dependencies (UPGRADE=--upgrade to renew every pin)
	$(compile) pyproject.toml --extra build -o requirements.lock
	$(compile) pyproject.toml --extra build --extra dev -c requirements.lock -o requirements-dev.lock
	$(compile) requirements-node.in -o requirements-node.lock
	npm install --package-lock-only

clean: ## remove all that the other targets made, but not the data
	rm -rf .venv node_modules static/vendor build .*_cache

# How the parts of the set-up are made. Each depends on what should cause it to be made again.

.venv/bin/python:
	@$(PYTHON) -c '' || { echo 'Needs Python 3.11 or newer with venv (on Debian: apt-get install python3-venv).'; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.runtime: requirements.lock | .venv/bin/python
	$(pip) $(locked) requirements.lock
	$(bytecode) .venv/lib
	@touch $@

.venv/.project: pyproject.toml .venv/.runtime
	$(pip) install --no-deps --no-build-isolation --editable .
	$(bytecode) app
	@touch $@

.venv/.development: requirements-dev.lock .venv/.runtime
	$(pip) $(locked) requirements-dev.lock
	$(bytecode) .venv/lib
	@touch $@

# Where the machine has no npm, one comes from PyPI.
static/vendor/manifest.json: package.json package-lock.json tools/vendor.py requirements-node.lock | .venv/.runtime
	@npm --version >/dev/null 2>&1 || $(pip) $(locked) requirements-node.lock
	PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --omit=dev --loglevel=error
	$(python) tools/vendor.py

# With what the tests alone play: npm ci begins anew, so this comes after the one above.
node_modules/.development: package-lock.json static/vendor/manifest.json
	PATH="$$PATH:$(CURDIR)/.venv/bin" npm ci --loglevel=error
	@touch $@
