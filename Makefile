# `make post` and `make test` need Python 3.11 or newer, git and the package index. They write to this folder only.
# Progress goes to stderr and results to stdout.

PYTHON ?= python3
BIN := .venv/bin
WEEK ?= 2023-03-27
export PIP_CACHE_DIR := $(CURDIR)/.cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_WARN_SCRIPT_LOCATION := 1
export PYTHONPYCACHEPREFIX :=
# The tests start hundreds of processes. Without this, each of them would compile every module again.
