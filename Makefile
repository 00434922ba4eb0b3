# `make` prints what there is. Only python3 (3.11 or newer) and make are needed; the rest is set up in .venv.
.DEFAULT_GOAL := help
.PHONY: help run test lint fix check entries try bench drill clean

PYTHON ?= python3
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
PY := .venv/bin/python

help:  ## print this list
	@echo "Targets:"; sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: .venv/ready  ## start the bot: practice mode with a page, or Telegram if TELEGRAM_BOT_TOKEN is set
	@$(PY) -m bot run

test: .venv/ready  ## run the tests
	@$(PY) -m pytest -q -n 2 --dist loadfile $(ARGS)

lint: .venv/ready  ## style, types and who may import whom
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports

fix: .venv/ready  ## format and mend what can be mended by itself
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

check:  ## everything that CI does
	@bash .ci/run

entries: .venv/ready  ## check the Local Offer: file, field and fix for every mistake
	@$(PY) -m bot check-entries

try: .venv/ready  ## ask one question: make try Q="do i av 2 pay council tax"
	@$(PY) -m bot try "$$Q"

bench: .venv/ready  ## measure beside a bare echo bot (minutes; --help: .venv/bin/python -m tests.bench --help)
	@$(PY) -m tests.bench $(ARGS)

drill: .venv/ready  ## kill the bot again and again and count what is lost (minutes; ARGS="--help")
	@$(PY) -m tests.drill $(ARGS)

clean:  ## remove the virtual environments and caches; data/ stays
	@rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed. Name one with: make PYTHON=python3.12 run"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing. Install it, on Debian or Ubuntu: sudo apt install python3-venv"; exit 2; }
	@echo "Setting up (once, about half a minute) ..."
	@test -x .uv/bin/uv || { $(PYTHON) -m venv .uv && .uv/bin/python -m pip install --disable-pip-version-check "uv==$(UV_VERSION)"; }
	@.uv/bin/uv sync --frozen --python .uv/bin/python
	@touch $@
