# `make post` and `make test` need Python 3.11 or newer, git and the package index. They write to this folder only.
# Progress goes to stderr and results to stdout.

PYTHON ?= python3
BIN := .venv/bin
WEEK ?= 2023-03-27
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_WARN_SCRIPT_LOCATION := 1
export PYTHONPYCACHEPREFIX :=
# The tests start hundreds of processes, which would compile every module again.
export PYTHONDONTWRITEBYTECODE :=
# A file's tests share fixtures, so they run in one process (loadfile). They leave nothing in the system's temporary folder.
PYTEST := tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && $(BIN)/python -m pytest --basetemp="$$tmp/pytest" -n auto --dist loadfile
# The files in requirements/ list every package with its version and hashes. Nothing is resolved at install time.
INSTALL := $(BIN)/python -m pip install --quiet --quiet --require-hashes --no-deps
NO_INDEX = { echo "make: could not install the packages of $<. This needs the package index; see the lines above." >&2; exit 1; }
NO_NPM = { echo "make $@: npm failed. This needs npm with its registry; see the lines above." >&2; exit 1; }
needs = @command -v $(1) >/dev/null || { echo "make $@ needs $(1), which is not installed$(2)" >&2; exit 1; }

.PHONY: help post test coverage mutation test-browser lint format check golden record proof schema reference docs lock bench kinds audience peers clean
.DEFAULT_GOAL := help

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 20

post: .venv/post ## Print the post of the week of 27 March 2023 from the archive, without a network (WEEK=… for another)
	@$(BIN)/weekly render --week $(WEEK)

test: .venv/dev ## Run all tests in parallel (ARGS="-n 0 -k week" for some of them in one process)
	@echo "Running the tests: about two minutes on two processors." >&2
	@$(PYTEST) $(ARGS)

coverage: .venv/dev ## Run all tests and list the lines and branches that no test runs
	@mkdir -p .cache/coverage
	@$(PYTEST) -q --cov --cov-report=term:skip-covered --cov-report=html:.cache/coverage/html $(ARGS)

test-browser: .venv/dev ## Test the preview and the desk in Chromium with axe-core (needs chromium and node); pictures in .cache/screenshots
	$(call needs,npm,)
	@mkdir -p .cache/browser && cp tests/browser/package.json tests/browser/package-lock.json .cache/browser/
	@npm ci --prefix .cache/browser --silent --no-audit --no-fund >&2 || $(NO_NPM)
	@$(BIN)/python -m pytest tests/browser --need-browser $(ARGS)

lint: .venv/dev ## Check formatting, lint rules and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

check: lint test ## Run what CI runs

format: .venv/dev ## Format the code and fix what ruff can fix
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

golden: .venv/dev ## Rewrite the expected posts of tests/golden; read the diff
	@$(BIN)/python -m pytest -q tests/end_to_end/test_golden.py --golden-update

record: .venv/dev ## Record the cassettes again from GitHub (set GITHUB_TOKEN for the GraphQL one)
	@$(BIN)/python -m tests.support.record

mutation: .venv/mutation ## Change the critical code step by step and list changes that no test notices (hours; MUTANTS="'weekly.week.*'" tries some)
	@$(BIN)/mutmut run $(MUTANTS) >&2
	@$(BIN)/mutmut results

schema: .venv/dev ## Write the JSON Schema of weekly.toml from the records, and the reference pages
	@$(BIN)/python -m docs.schema
	@$(BIN)/python -m docs.reference

reference: .venv/dev ## Write the reference pages of docs/ from the schema and the commands
	@$(BIN)/python -m docs.reference

docs: .venv/docs ## Build the documentation site into .cache/docs; a broken link is an error
	@$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going --nitpicky -d .cache/docs/doctrees docs .cache/docs/html
	@echo "Open .cache/docs/html/index.html" >&2

proof: .venv/dev ## Run the exhaustive tests: ten thousand hostile texts a property, each command broken at each step, thousands of stories of Mondays (two hours)
	$(call needs,npm,)
	@mkdir -p .cache/forum && cp tests/support/forum/package.json tests/support/forum/package-lock.json .cache/forum/
	@npm ci --prefix .cache/forum --silent --no-audit --no-fund >&2 || $(NO_NPM)
	@WEEKLY_CASES=10000 WEEKLY_SEEDS=7000 && export WEEKLY_CASES WEEKLY_SEEDS && $(PYTEST) --dist worksteal -q --need-node \
	    tests/text/test_hostile.py tests/end_to_end/test_hostile_week.py tests/end_to_end/test_broken_machine.py \
	    tests/end_to_end/test_broken_network.py tests/end_to_end/test_monday.py tests/compose/test_cost.py \
	    tests/end_to_end/test_simulator.py tests/publish/conformance tests/benchmarks/test_peers.py \
	    tests/gather/test_snapshot.py::test_real_weeks_are_complete_from_both_apis tests/notes $(ARGS)

bench: .venv/dev ## Measure speed, memory and requests
	@$(BIN)/python -m benchmarks.startup
	@$(BIN)/python -m benchmarks.gather
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.weeks

peers: .venv/dev .cache/peers/installed ## Compare weekly with other tools (one of them needs npm)
	@$(BIN)/python -m benchmarks.peers

kinds: .venv/train ## Learn the weights again from the judged pull requests, their facts (DATA=…) and clones (CLONES=…)
	@$(BIN)/python -m benchmarks.train_kinds --clones "$(CLONES)" $(if $(DATA),--data "$(DATA)")

audience: .venv/train ## Learn again who notices a change, from the judged pull requests (DATA=…) and clones (CLONES=…)
	@$(BIN)/python -m benchmarks.train_audience --held-out --clones "$(CLONES)" $(if $(DATA),--data "$(DATA)")

lock: .venv/dev ## Resolve the versions in requirements/ again
	@$(BIN)/python -m pip install --quiet uv
	@for extras in "post --extra build" "dev --extra build --extra test --extra lint --extra trend" "train --extra train" \
	    "mutation --extra build --extra test --extra mutation"; do set -- $$extras; name=$$1; shift; \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links --no-strip-extras "$$@" -o requirements/$$name.txt pyproject.toml || exit; done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links --no-strip-extras -o requirements/peers.txt benchmarks/settings/peers.in
	@echo pillow | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links --constraint requirements/dev.txt -o requirements/trend.txt -
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links --no-strip-extras --constraint requirements/dev.txt \
	    --extra build --extra docs -o requirements/docs.txt pyproject.toml

clean: ## Remove everything that the other targets create
	@rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist mutants

.cache/peers/installed: requirements/peers.txt benchmarks/settings/package-lock.json
	@echo "Installing the peers into .cache/peers …" >&2
	@$(PYTHON) -m venv .cache/peers/venv
	@.cache/peers/venv/bin/python -m pip install --quiet --quiet --require-hashes --no-deps -r requirements/peers.txt >&2
	@mkdir -p .cache/peers/npm && cp benchmarks/settings/package*.json .cache/peers/npm/
	@npm ci --prefix .cache/peers/npm --silent --no-audit --no-fund >&2 || \
	  echo "npm failed, so auto-changelog is left out. Run make clean to try again" >&2
	@touch $@

.venv/post: requirements/post.txt pyproject.toml | .venv/new
	@echo "Installing what weekly needs into .venv …" >&2
	@$(INSTALL) -r requirements/post.txt >&2 || $(NO_INDEX)
	@$(BIN)/python -m pip install --quiet --quiet --no-deps --no-build-isolation -e . >&2
	@touch $@

.venv/dev: requirements/dev.txt pyproject.toml .venv/post
	@echo "Installing what the tests need into .venv …" >&2
	@$(INSTALL) -r requirements/dev.txt >&2 || $(NO_INDEX)
	@touch $@

.venv/docs: requirements/docs.txt .venv/post
	@echo "Installing what the documentation needs into .venv …" >&2
	@$(INSTALL) -r requirements/docs.txt >&2 || $(NO_INDEX)
	@touch $@

.venv/mutation: requirements/mutation.txt .venv/dev
	@$(INSTALL) -r requirements/mutation.txt >&2 || $(NO_INDEX)
	@touch $@

.venv/train: requirements/train.txt .venv/dev
	@$(INSTALL) -r requirements/train.txt >&2 || $(NO_INDEX)
	@touch $@

.venv/new:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "weekly needs Python 3.11 or newer. Name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@
