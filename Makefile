# Matanai. A city needs: make install, make demo. A developer: make test.
# Only git, make and Python 3.11 or newer (with venv) are expected; PYTHON=… chooses the interpreter.

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.done
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --compile
PACKAGES := queue_server displays printers buttons notifiers forecasting intake_link
SOURCES := $(shell find $(PACKAGES) -name '*.py')
ARGS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help install test-install system-packages demo test check format bench tour lock clean FORCE

help:
	@echo "make install   the product, in $(VENV); then: $(BIN)/matanai --help"
	@echo "make demo      a simulated day of the sample city, in the browser"
	@echo "make test      everything a change has to pass (installs what the tests need)"
	@echo "make check     style, types and who may import whom"
	@echo "make format    lay out the code as 'make check' wants it"
	@echo "make bench     the benchmarks"
	@echo "make tour      the pictures of docs/tour.md and of the READMEs again, from running pages"
	@echo "make lock      pin the dependencies again after a change of pyproject.toml (ARGS=--upgrade: newest)"
	@echo "make clean     remove what these commands made, except data"

# --- installing: each stamp says that a step is done; a second run has nothing to do --------------------------

install: $(DONE)/bytecode

$(DONE)/venv: FORCE
	@PYTHON="$(PYTHON)" tools/make_venv.sh $(VENV) $@

$(DONE)/runtime: $(DONE)/venv requirements/build.txt requirements/runtime.txt
	@echo "Installing the libraries"
	@$(PIP_INSTALL) --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@touch $@

# Editable: the checkout is what runs, so an update is `git pull && make install`.
$(DONE)/product: $(DONE)/runtime pyproject.toml
	@echo "Installing Matanai"
	@PYTHONWARNINGS=ignore $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

# Even where Python is told not to write byte code: the start of the server is measured in tenths of a second.
$(DONE)/bytecode: $(DONE)/product $(SOURCES)
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

test-install: $(DONE)/test

$(DONE)/test: $(DONE)/bytecode requirements/test.txt
	@echo "Installing what the tests need"
	@$(PIP_INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

system-packages:
	@tools/system_packages.sh chromium fonts postgresql

# --- running ---------------------------------------------------------------------------------------------------

demo: install
	@tools/system_packages.sh --optional fonts
	@$(BIN)/matanai demo $(ARGS)

test: system-packages check
	@$(BIN)/pytest -q -n 2 --dist loadgroup $(ARGS)

check: $(DONE)/test
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/ruff format --check --quiet . || { echo "ruff format: run 'make format'"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(DONE)/test
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

bench: $(DONE)/test
	@tools/system_packages.sh chromium
	@$(BIN)/python -m bench $(ARGS)

tour: $(DONE)/test
	@tools/system_packages.sh chromium fonts
	@$(BIN)/python tools/tour.py

# --- keeping ---------------------------------------------------------------------------------------------------

lock:
	@tools/lock.sh $(ARGS)

clean:
	rm -rf $(VENV) .venv-lock build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .schemathesis
	find $(PACKAGES) bench tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

FORCE:
