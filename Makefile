# `make post` and `make test` need Python 3.11 or newer, git and the package index, and stay within this folder.
# Progress goes to stderr: stdout is for what was asked for.

PYTHON ?= python3
BIN := .venv/bin
WEEK ?= 2023-03-27
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_WARN_SCRIPT_LOCATION := 1
export PYTHONPYCACHEPREFIX :=
# The files in requirements/ hold all there is to install, so nothing is resolved: a new release of anything changes nothing.
# Tests share module-wide fixtures within a process (loadgroup), and leave nothing in the system's temporary folder.
PYTEST := tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && $(BIN)/python -m pytest --basetemp="$$tmp/pytest" -n auto --dist loadgroup
INSTALL := $(BIN)/python -m pip install --quiet --quiet --require-hashes --no-deps

.PHONY: help post test coverage mutation test-browser lint format check golden record proof schema lock bench kinds peers clean
.DEFAULT_GOAL := help

help: ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16

post: .venv/post ## The post of the week of 27 March 2023, from the archive, without a network (WEEK=… for another)
	@$(BIN)/weekly render --week $(WEEK)

test: .venv/dev ## Run all tests in parallel (ARGS="-n 0 -k week" for some of them in one process)
	@echo "Running the tests: about two minutes on two processors." >&2
	@$(PYTEST) $(ARGS)

coverage: .venv/dev ## Run all tests, and report lines and branches that none of them runs
	@mkdir -p .cache/coverage
	@$(PYTEST) -q --cov --cov-report=term:skip-covered --cov-report=html:.cache/coverage/html $(ARGS)

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
	@$(BIN)/python -m pytest -q tests/end_to_end/test_golden.py --golden-update

record: .venv/dev ## Record the cassettes anew from the real GitHub (with GITHUB_TOKEN for the GraphQL one)
	@$(BIN)/python -m tests.support.record

mutation: .venv/mutation ## What must be right changed a little at a time: which changes no test notices (ten minutes)
	@WEEKLY_CASES=5 $(BIN)/mutmut run >&2
	@$(BIN)/mutmut results

schema: .venv/dev ## Make weekly.toml's JSON Schema anew from the records
	@$(BIN)/python -m weekly.config.schema > weekly/weekly.schema.json

proof: .venv/dev ## Ten thousand hostile texts for each property, by node's markdown-it too; each command broken at each step (35 minutes on two processors)
	@mkdir -p .cache/forum && cp tests/support/forum/package.json tests/support/forum/package-lock.json .cache/forum/
	@npm ci --prefix .cache/forum --silent --no-audit --no-fund >&2
	@WEEKLY_CASES=10000 && export WEEKLY_CASES && $(PYTEST) --dist worksteal -q --need-node \
	    tests/text/test_hostile.py tests/end_to_end/test_hostile_week.py tests/end_to_end/test_broken_machine.py $(ARGS)

bench: .venv/dev ## Measure
	@$(BIN)/python -m benchmarks.startup
	@$(BIN)/python -m benchmarks.gather
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.weeks

peers: .venv/dev .cache/peers/installed ## Measure other tools beside weekly (needs npm for one of them)
	@$(BIN)/python -m benchmarks.peers

kinds: .venv/train ## Learn the kinds' weights anew from the judged pull requests, their facts (DATA=…) and clones (CLONES=…)
	@$(BIN)/python -m benchmarks.train_kinds --clones "$(CLONES)" $(if $(DATA),--data "$(DATA)")

lock: .venv/dev ## Resolve the versions in requirements/ anew
	@$(BIN)/python -m pip install --quiet uv
	@for extras in "post --extra build" "dev --extra build --extra test --extra lint" "train --extra train" \
	    "mutation --extra build --extra test --extra mutation"; do set -- $$extras; name=$$1; shift; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links --no-strip-extras "$$@" -o requirements/$$name.txt pyproject.toml || exit; done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links --no-strip-extras -o requirements/peers.txt benchmarks/settings/peers.in

clean: ## Remove what the other targets made
	@rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist mutants

.cache/peers/installed: requirements/peers.txt benchmarks/settings/package-lock.json
	@echo "Installing the peers into .cache/peers …" >&2
	@$(PYTHON) -m venv .cache/peers/venv
	@.cache/peers/venv/bin/python -m pip install --quiet --quiet --require-hashes --no-deps -r requirements/peers.txt >&2
	@mkdir -p .cache/peers/npm && cp benchmarks/settings/package*.json .cache/peers/npm/
	@npm ci --prefix .cache/peers/npm --silent --no-audit --no-fund >&2 || \
	  echo "npm failed, so auto-changelog is left out; make clean to try again" >&2
	@touch $@

.venv/post: requirements/post.txt pyproject.toml | .venv/new
	@echo "Installing what weekly needs into .venv …" >&2
	@$(INSTALL) -r requirements/post.txt >&2
	@$(BIN)/python -m pip install --quiet --quiet --no-deps --no-build-isolation -e . >&2
	@touch $@

.venv/dev: requirements/dev.txt pyproject.toml .venv/post
	@echo "Installing what the tests need into .venv …" >&2
	@$(INSTALL) -r requirements/dev.txt >&2
	@touch $@

.venv/mutation: requirements/mutation.txt .venv/dev
	@$(INSTALL) -r requirements/mutation.txt >&2
	@touch $@

.venv/train: requirements/train.txt .venv/dev
	@$(INSTALL) -r requirements/train.txt >&2
	@touch $@

.venv/new:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "weekly needs Python 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@
