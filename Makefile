# The workshop. `make` alone lists what can be done; every target sets up what it needs first.
# Needed beforehand: make and Python >= 3.11 (with its venv module). Nothing else.

SHELL := /bin/sh
VENV  := .venv
BIN   := $(VENV)/bin
DATA  ?= ../shared/data

# Any Python that is new enough; `make PYTHON=/path/to/python3 ...` chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null \
	&& echo $$p && break; done)

PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
# Tests run on all cores, up to four: more would only start more database servers.
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal
LOCKED := $(PIP) --no-compile --require-hashes -r
# pip compiles on one core; this takes all of them. Some packages carry files for other Pythons.
COMPILED := $(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true

.DEFAULT_GOAL := help
.PHONY: help install demo test test-faults test-browser check check-data format lint types \
	imports bench lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) \
		| awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

# ---- set-up: one stamp file for each lock file ------------------------------------------------

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Zhanggui needs Python 3.11 to 3.14; none was found."; \
		echo "Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; exit 1; fi
	@echo "making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python has no venv module. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing what Zhanggui runs on (requirements.lock)"
	@$(LOCKED) requirements.lock
	@$(COMPILED)
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	@echo "installing what the checks need (requirements-test.lock)"
	@$(LOCKED) requirements-test.lock
	@$(COMPILED)
	@touch $@

$(VENV)/.browser: requirements-browser.lock $(VENV)/.test
	@echo "installing what drives the browser (requirements-browser.lock)"
	@$(LOCKED) requirements-browser.lock
	@$(COMPILED)
	@touch $@

install: $(VENV)/.run ## make .venv with the command .venv/bin/zhanggui

# ---- use ----------------------------------------------------------------------------------------

demo: $(VENV)/.run ## a make-believe shop and a chat page in the browser, all on this machine
	@$(BIN)/zhanggui demo

# ---- checks -------------------------------------------------------------------------------------

test: $(VENV)/.test ## all tests that need nothing but Python and make
	@$(PYTEST) -m "not browser and not data"

test-faults: $(VENV)/.test ## only the fault rows: kill -9, lost answers, races
	@$(PYTEST) tests/faults -m "not browser and not data"

test-browser: $(VENV)/.browser ## the chat page in headless Chromium (Debian: apt-get install chromium)
	@$(BIN)/python -m pytest -m browser

check-data: $(VENV)/.test ## the checks on the real data in ../shared/data
	@if [ -d "$(DATA)" ]; then $(PYTEST) -m data; \
		else echo "left out: no data ($(DATA) is not there)"; fi

format: $(VENV)/.test ## lay the code out and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

lint: $(VENV)/.test
	@echo "== layout and style"
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format"; exit 1; }
	@$(BIN)/ruff check --quiet .

types: $(VENV)/.test
	@echo "== types"
	@$(BIN)/mypy

imports: $(VENV)/.test
	@echo "== who may import whom"
	@$(BIN)/lint-imports --no-logo

check: lint types imports test ## everything that a change has to pass

bench: $(VENV)/.test ## measured figures, one JSON line each
	@$(BIN)/python -m bench

# ---- upkeep -------------------------------------------------------------------------------------

UV := .venv-lock/bin/uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header $(if $(UPGRADE),--upgrade) pyproject.toml --extra build

$(UV): | $(BIN)/python
	@$(BIN)/python -m venv .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv

lock: $(UV) ## write the lock files anew (UPGRADE=1 takes newer versions); refuses any address
	@$(COMPILE) --extra test --extra lint --extra browser -o requirements-browser.lock
	@$(COMPILE) --extra test --extra lint -c requirements-browser.lock -o requirements-test.lock
	@$(COMPILE) -c requirements-browser.lock -o requirements.lock
	@if grep -n "://" requirements*.lock; then \
		echo "a lock file names an address; it must not be committed"; exit 1; fi

clean: ## take away everything that can be made again (your data and config.toml stay)
	@rm -rf $(VENV) .venv-lock .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis .coverage build *.egg-info test-output
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
