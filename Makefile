.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
GT := $(VENV)/bin/gt
export DAGSTER_DISABLE_TELEMETRY := 1
export DO_NOT_TRACK := 1

.PHONY: help demo demo-live test ui lock

help: ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

INSTALL = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --constraint .ci/lock.txt --editable

$(VENV)/.ready: pyproject.toml .ci/lock.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("gt_platform needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; name another with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) '.[demo]'
	@touch $@

$(VENV)/.testable: $(VENV)/.ready
	$(INSTALL) '.[demo,test]'
	@touch $@

demo: $(VENV)/.ready ## make the environment and run 42 days of real data through the nightly job
	$(GT) demo

demo-live: $(VENV)/.ready ## the demo with you as one of its experts, in the workbench
	$(GT) demo --live

test: $(VENV)/.testable ## make the environment and run the tests, ruff and mypy
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest

ui: $(VENV)/.ready ## open Dagster on this machine: the graph, the schedule, backfills
	$(GT) ui

lock: $(VENV)/.testable ## write the versions of this environment to .ci/lock.txt
	$(VENV)/bin/python -m pip freeze --exclude-editable --disable-pip-version-check > .ci/lock.txt
