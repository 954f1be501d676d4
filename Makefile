# Everything starts here. `make demo` and `make test` need python3, pip and make only.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LOCKS  := requirements/runtime.txt requirements/dev.txt requirements/bench.txt
BENCH  := build/bench

.PHONY: help setup demo run test test-inside test-edges figures benchmarks format lock clean
.DEFAULT_GOAL := help

help:   ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY)   ## make the virtual environment, from the locked requirements

# Hashes are checked on every file that is installed; nothing is resolved anew.
$(VENV)/.runtime: requirements/runtime.txt pyproject.toml monitor/__init__.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(READY): $(VENV)/.runtime requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.runtime   ## a recorded day of news, offline, in under a minute
	@$(BIN)/wirewatch demo

run: $(VENV)/.runtime   ## the daemon on config/wirewatch.toml, in the foreground
	@$(BIN)/wirewatch --config config/wirewatch.toml run

test: $(READY)   ## everything that CI runs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	rm -f .coverage .coverage.*
	$(MAKE) -j2 test-inside test-edges
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=90 --format=total
	$(BIN)/coverage report --include='monitor/core/*' --fail-under=97 --format=total

# Two halves that take about as long, side by side.
test-inside:
	$(BIN)/coverage run -m pytest tests/core tests/house tests/cli

test-edges:
	$(BIN)/coverage run -m pytest tests --ignore=tests/core --ignore=tests/house --ignore=tests/cli

figures: $(READY)   ## measure placement and matching on the labelled sets beside the checkout, and rewrite their tables
	$(BIN)/python benchmarks/story_quality.py --write
	$(BIN)/python benchmarks/topic_quality.py --write

$(BENCH)/.ready: requirements/bench.txt
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

benchmarks: $(BENCH)/.ready   ## speed and memory against other libraries, and their tables; QUICK=1: under a minute, printed
	PYTHONPATH=. $(BENCH)/bin/python benchmarks/matching/compare.py $(if $(QUICK),--quick,--write)

format: $(READY)   ## let ruff arrange the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The only step that resolves versions. --universal: one file for every platform and Python; no index is named in it.
COMPILE = build/lock/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url \
          --python-version 3.11 pyproject.toml

lock:   ## renew the locked requirements
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	$(COMPILE) --group build -o requirements/runtime.txt
	$(COMPILE) --group bench -c requirements/runtime.txt -o requirements/bench.txt
	$(COMPILE) --group build --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean:   ## remove what was built; your state and configuration stay
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
