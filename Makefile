.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
GT := $(VENV)/bin/gt
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1
# byte code is written where it is first needed: to compile all 34,000 files of the environment takes a minute
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-live check quick whole test test-all ui lock

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

PIP = $(VENV)/bin/python -m pip --disable-pip-version-check
# uv takes a fifth of pip's time and reads none of its settings but the index it is told; where it fails, pip does it
INSTALL = { $(PIP) install --quiet --constraint .ci/lock.txt uv && \
	UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX-$${PIP_INDEX_URL-$$($(PIP) config get global.index-url)}}" \
	$(VENV)/bin/uv pip install --quiet --python $(VENV) --constraint .ci/lock.txt --editable '.[$(EXTRAS)]'; } 2>/dev/null || \
	$(PIP) install --quiet --no-compile --constraint .ci/lock.txt --editable '.[$(EXTRAS)]'

$(VENV)/.ready: EXTRAS = demo
$(VENV)/.ready: pyproject.toml .ci/lock.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("gt_platform needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	@$(INSTALL)
	@touch $@
	@$(VENV)/bin/python -c 'import evidently.presets' >/dev/null 2>&1 & # its byte code, which takes 6 s, on another core

$(VENV)/.testable: EXTRAS = demo,test
$(VENV)/.testable: $(VENV)/.ready
	@$(INSTALL)
	@touch $@

demo: $(VENV)/.ready ## make the environment and run 42 days of real data through the nightly job
	$(GT) demo

demo-live: $(VENV)/.ready ## the demo with you as one of its experts, in the workbench
	$(GT) demo --live

check: $(VENV)/.testable ## ruff, mypy and what projects/ declares
	$(GT) check
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

# two more than there are cores: many a test waits for a server, a browser or a daemon
WORKERS = $$($(VENV)/bin/python -c 'import os; print(min(8, (os.cpu_count() or 1) + 2))')
PYTEST = $(VENV)/bin/python -m pytest --numprocesses $(WORKERS) --dist worksteal

quick: $(VENV)/.testable
	$(PYTEST) -m 'not slow'

# byte code that one process writes first is not made by each of the workers
whole: $(VENV)/.testable
	@$(VENV)/bin/python -m pytest --collect-only -qq >/dev/null || true
	$(PYTEST) --hypothesis-profile thorough

# mypy has one core busy for a minute, so tests go on beside it
test: $(VENV)/.testable ## make the environment and run ruff, mypy and the tests that take seconds
	@$(MAKE) --no-print-directory --jobs 2 check quick

test-all: $(VENV)/.testable ## the same with the tests that take minutes, and more examples of every property
	@$(MAKE) --no-print-directory --jobs 2 check whole

ui: $(VENV)/.ready ## open Dagster on this machine: the graph, the schedule, backfills
	$(GT) ui

lock: $(VENV)/.testable ## write the versions of this environment to .ci/lock.txt
	$(VENV)/bin/python -m pip freeze --exclude-editable --disable-pip-version-check > .ci/lock.txt
