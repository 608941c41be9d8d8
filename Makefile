# `make post` and `make test` need Python 3.11 or newer, git and the package index, and stay within this folder.
# Progress goes to stderr: stdout is for what was asked for.

PYTHON ?= python3
BIN := .venv/bin
WEEK ?= 2023-03-27
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_WARN_SCRIPT_LOCATION := 1
export PYTHONPYCACHEPREFIX :=
INSTALL := $(BIN)/python -m pip install --quiet --quiet --require-hashes

.PHONY: help post test test-browser lint format check golden record proof schema lock bench clean
.DEFAULT_GOAL := help

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

post: .venv/post ## The post of the week of 27 March 2023, from the archive, without a network (WEEK=… for another)
	@$(BIN)/weekly render --week $(WEEK)

test: .venv/dev ## All the tests
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && $(BIN)/python -m pytest --basetemp="$$tmp/pytest" $(ARGS)

test-browser: .venv/dev ## The preview in a real browser, with axe-core (needs chromium and node); pictures in .cache/screenshots
	@mkdir -p .cache/browser && cp tests/browser/package.json tests/browser/package-lock.json .cache/browser/
	@npm ci --prefix .cache/browser --silent --no-audit --no-fund >&2
	@$(BIN)/python -m pytest tests/browser --need-browser $(ARGS)

lint: .venv/dev ## Formatting, lint rules, strict types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

check: lint test ## What CI runs

format: .venv/dev ## Put the code into shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

golden: .venv/dev ## Write the expected posts of tests/golden anew, to be read in the diff
	@$(BIN)/python -m pytest -q tests/test_golden.py --golden-update

record: .venv/dev ## Record the cassettes anew from the real GitHub (with GITHUB_TOKEN for the GraphQL one)
	@$(BIN)/python -m tests.record

schema: .venv/dev ## Make weekly.toml's JSON Schema anew from the records
	@$(BIN)/python -m weekly.schema > weekly/weekly.schema.json

proof: .venv/dev ## Ten thousand cases of each property of hostile text; each command broken at each step (an hour or two)
	@WEEKLY_CASES=10000 $(BIN)/python -m pytest -q tests/test_hostile.py
	@WEEKLY_CASES=10000 $(BIN)/python -m pytest -q tests/test_broken_machine.py

bench: .venv/dev ## Measure
	@$(BIN)/python -m benchmarks.startup
	@$(BIN)/python -m benchmarks.gather

lock: .venv/dev ## Resolve the versions in requirements/ anew
	@$(BIN)/python -m pip install --quiet uv
	@for extras in "post --extra build" "dev --all-extras"; do set -- $$extras; name=$$1; shift; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links "$$@" -o requirements/$$name.txt pyproject.toml || exit; done

clean: ## Remove what the other targets made
	@rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist

.venv/post: requirements/post.txt pyproject.toml | .venv/new
	@echo "Installing what weekly needs into .venv …" >&2
	@$(INSTALL) -r requirements/post.txt >&2
	@$(BIN)/python -m pip install --quiet --quiet --no-deps --no-build-isolation -e . >&2
	@touch $@

.venv/dev: requirements/dev.txt pyproject.toml .venv/post
	@echo "Installing what the tests need into .venv …" >&2
	@$(INSTALL) -r requirements/dev.txt >&2
	@touch $@

.venv/new:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "weekly needs Python 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@
