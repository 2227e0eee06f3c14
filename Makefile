# Postroom. Needs Python 3.11 or newer and make; everything else comes from package registries.
#
#   make run     set up, fill an empty data folder with a demo workspace, start the server (PORT=8400)
#   make test    set up, run the tests that need no other server
#   make test-servers  the tests on mail servers of others: Dovecot, pymap and what stands in for Google's and Microsoft's
#   make setup   the environment alone; .venv/bin/postroom is then the command line
#   make ci      everything that must hold: lint, types, contracts, all tests, also on PostgreSQL and in Chromium
#   make bench   the benchmarks, beside their peers
#   make screenshots  take the pictures of the documents anew, of the pages as they are
#   make format  lay out the code
#   make clean   remove what setup and the tests made; the data folder stays

PORT ?= 8400
PYTEST := .venv/bin/python -m pytest --maxprocesses=4 -n auto

PYTHON_READY := .venv/.ready
NODE_READY := frontend/node_modules/.ready
EMULATE := tests/providers/emulate
PAGES := src/postroom/web/static/dist/manifest.json
PAGE_SOURCES := $(wildcard frontend/build.mjs frontend/src/*) \
	$(shell find src/postroom/web -name '*.html' -o -name '*.py')

.DELETE_ON_ERROR:
.PHONY: run test setup ci bench format clean lint types contracts test-core test-postgres test-browser test-real \
	test-servers bench-smoke screenshots axe

run: setup
	@exec .venv/bin/postroom up --demo --port $(PORT)

setup: $(PAGES)
	@:

$(PYTHON_READY): pyproject.toml uv.lock .ci/setup-python
	@.ci/setup-python
	@touch $@

$(NODE_READY): frontend/package.json frontend/package-lock.json frontend/.npmrc $(PYTHON_READY)
	@echo "→ Packages of the front end"
	@cd frontend && ../.ci/npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(PAGES): $(PAGE_SOURCES) $(NODE_READY)
	@echo "→ Style sheet and scripts of the pages"
	@cd frontend && ../.ci/npm run --silent build

test: setup
	$(PYTEST) -m "not browser and not real and not servers"

ci:
	@.ci/install-system
	@$(MAKE) --no-print-directory setup
	@$(MAKE) --no-print-directory lint types contracts
	@$(MAKE) --no-print-directory bench-smoke
	@$(MAKE) --no-print-directory test-core
	@$(MAKE) --no-print-directory test-real
	@$(MAKE) --no-print-directory test-servers
	@$(MAKE) --no-print-directory test-browser
	@$(MAKE) --no-print-directory test-postgres
	@$(MAKE) --no-print-directory test

lint: setup
	.venv/bin/ruff check
	.venv/bin/ruff format --check

types: setup
	.venv/bin/mypy src/postroom
	.venv/bin/mypy --strict examples/connector
	cd frontend && ../.ci/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null && ../.ci/npm run --silent check
	@touch $(NODE_READY)

contracts: setup
	.venv/bin/lint-imports

# The core thinks with the standard library only: its tests pass where nothing else is installed.
test-core: .venv/core/.ready
	PYTHONPATH=src .venv/core/bin/python -m pytest tests/core

.venv/core/.ready: $(PYTHON_READY)
	@.venv/bin/uv export --quiet --locked --only-group core-test --no-hashes --output-file .venv/core.txt >/dev/null
	@.venv/bin/python -m venv --clear .venv/core
	@.venv/bin/uv pip install --quiet --python .venv/core/bin/python -r .venv/core.txt
	@touch $@

# Where it does not matter which database it is, it is not asked again: who may open what, what talks to others, documents.
NO_DATABASE := core reader docs providers demo bench examples frontend cli/test_up.py web/test_web_access.py api/test_api_access.py
test-postgres: setup
	.ci/with-postgres $(PYTEST) -m "not browser and not real and not servers" $(NO_DATABASE:%=--ignore=tests/%)

test-browser: axe
	$(PYTEST) -m browser

screenshots: axe
	POSTROOM_WRITE_SCREENSHOTS=1 .venv/bin/python -m pytest -m browser -k "manual or desk-light" \
		tests/browser/test_browser_walk.py tests/browser/test_browser_manual*.py

axe: setup
	@test -e frontend/node_modules/axe-core/axe.min.js || \
		(cd frontend && ../.ci/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
	@touch $(NODE_READY)

test-real: setup
	.venv/bin/python -m pytest -m real

# Mail servers and libraries of others, each a process of its own: never imported where our tests run.
test-servers: setup .venv/stand-ins/.ready $(EMULATE)/node_modules/.ready
	$(PYTEST) -m servers

.venv/stand-ins/.ready: $(PYTHON_READY)
	@echo "→ Servers and libraries of others, in .venv/stand-ins"
	@.venv/bin/uv export --quiet --locked --only-group stand-ins --no-hashes --output-file .venv/stand-ins.txt >/dev/null
	@.venv/bin/python -m venv --clear .venv/stand-ins
	@.venv/bin/uv pip install --quiet --python .venv/stand-ins/bin/python -r .venv/stand-ins.txt
	@touch $@

$(EMULATE)/node_modules/.ready: $(EMULATE)/package.json $(EMULATE)/package-lock.json $(EMULATE)/.npmrc $(PYTHON_READY)
	@echo "→ What stands in for Google, in $(EMULATE)"
	@cd $(EMULATE) && $(CURDIR)/.ci/npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

bench: setup
	.venv/bin/python -m bench

bench-smoke: setup
	.venv/bin/python -m bench --smoke --no-peers

format: setup
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

clean:
	rm -rf .venv frontend/node_modules $(EMULATE)/node_modules src/postroom/web/static/dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
