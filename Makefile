# Each target is one line of `mljobs …`; the first call sets up .venv by itself.
PYTHON ?= python3
DB ?= data/mljobs.db
OUT ?= report
BIN := .venv/bin
MLJOBS := $(BIN)/mljobs
export MLJOBS_DB := $(DB)

.DEFAULT_GOAL := help
.PHONY: help install crawl extract report serve demo test lint bench docs clean

help: ## This list
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

install: .venv/.installed ## Set up .venv from constraints.txt
.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "mljobs needs Python 3.11 or later: make PYTHON=python3.12 …" >&2; exit 2; }
	@echo "Setting up .venv (once, a minute or two) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[serve,dev]'
	@touch $@

crawl: install ## Visit the boards of crawler/boards.csv
	@$(MLJOBS) crawl --boards crawler/boards.csv

extract: install ## Read every new posting
	@$(MLJOBS) extract

report: install ## The report on DB; with no database yet, on the bundled demo
	@test -e "$(DB)" || $(MAKE) --no-print-directory demo
	@$(MLJOBS) report --out "$(OUT)"

demo: install demo/demo.warc.gz ## Replay the bundled demo through the real crawler and extractor, offline
	@$(MLJOBS) crawl --boards demo/boards.csv --from-archive demo/demo.warc.gz --all
	@$(MLJOBS) extract

demo/demo.warc.gz: demo/build.py demo/content.toml | install
	@$(BIN)/python demo/build.py

serve: install ## Browse the file in Datasette
	@$(MLJOBS) serve

test: install ## The whole test suite
	@$(BIN)/python -m pytest

lint: install ## ruff, mypy, import-linter
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: install ## Throughput of each stage as a ratio to its limit
	@$(BIN)/python -m tests.bench $(ARGS)

docs: install ## Regenerate the generated pages, and the site from docs/
	@$(BIN)/python -m corpus.docs && $(BIN)/mkdocs build --quiet

clean: ## Remove what can be made again; never the database
	@rm -rf .venv build dist *.egg-info report .pytest_cache .mypy_cache .ruff_cache .hypothesis
