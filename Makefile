# The desk's commands; `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PY := .venv/bin/python
LAUNCH := $(PY) -m config.embedded.runner
PARALLEL ?= 2
ARGS ?=
export PYTHONUNBUFFERED := 1

.PHONY: help install run reset token manage test mutation bench-rules check lint lock messages docs lint-languages contract faults bench-bulk bench-dossiers

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-15s %s\n' "$$name" "$$text"; done

.venv/installed: requirements.lock
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed: sudo apt-get install python3.11-venv, or make PYTHON=/path/to/python3.11"; exit 1; }
	"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { echo "Python lacks its venv module. Type: sudo apt-get install -y python3.11-venv"; exit 1; }
	echo "Installing the locked Python packages into .venv"
	"$(PYTHON)" -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

install: .venv/installed ## Create .venv from the lock file

run: .venv/installed ## Start the whole desk on 127.0.0.1 (PORT=8000), with demo data
	@exec $(LAUNCH) run

reset: .venv/installed ## Remove the database, files and logs that `make run` made
	@exec $(LAUNCH) reset

token: .venv/installed ## Print an API token: make token CLIENT=demo-secretariat
	@test -n "$(CLIENT)" || { echo "Which client? make token CLIENT=demo-secretariat"; exit 1; }
	exec $(LAUNCH) manage api_token "$(CLIENT)"

manage: .venv/installed ## Run a Django command on that database: make manage ARGS="showmigrations"
	@exec $(LAUNCH) manage $(ARGS)

test: .venv/installed ## Run all tests (ARGS="-k rules" for some), with a database of their own
	@$(PY) -m config.embedded.packages test
	if [ -n "$(ARGS)" ]; then exec $(PY) -m pytest -n $(PARALLEL) $(ARGS); fi
	$(PY) -m pytest -n $(PARALLEL) -m "not walk"
	exec $(PY) -m pytest -m walk

.mutation/installed: requirements-mutation.lock
	@"$(PYTHON)" -m venv .mutation/venv
	.mutation/venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-mutation.lock
	touch $@

mutation: .mutation/installed ## Try the rules with one mistake at a time, which a test must notice
	@exec nice -n 19 .mutation/venv/bin/python -m tests.mutation --max-children $(PARALLEL) $(ARGS)

.venv-bench/installed: requirements-bench.lock
	@"$(PYTHON)" -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock
	touch $@

bench-rules: .venv-bench/installed ## Measure the rules beside two other engines
	@exec .venv-bench/bin/python -m benchmarks.rules $(ARGS)

lint: .venv/installed ## Lint, format, types, import contracts, templates
	@.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	$(LAUNCH) with-database .venv/bin/mypy .
	.venv/bin/lint-imports
	.venv/bin/djlint --lint templates

lint-languages: .venv/installed ## Compare the Dutch and the French of every dossier template
	@exec $(PY) -m tests.dossiers.languages

contract: .venv/installed ## Call every operation of the OpenAPI document with every role (CONTRACT_EXAMPLES=25)
	@CONTRACT_EXAMPLES="$${CONTRACT_EXAMPLES:-25}" exec $(PY) -m pytest -n $(PARALLEL) tests/contract

faults: .venv/installed ## Kill the worker KILLS=100 times over a pack of FILES=100, a quarter as often over uploads
	@KILLS="$${KILLS:-100}"
	FAULTS_KILLS="$$KILLS" FAULTS_FILES="$${FILES:-100}" $(PY) -m pytest -n 0 tests/faults/test_pack_killed.py
	FAULTS_KILLS="$$((KILLS / 4))" $(PY) -m pytest -n 0 tests/faults/test_uploads_killed.py
	FAULTS_PATIENT=1 exec $(PY) -m pytest -n 0 tests/journeys/test_generated_client.py

bench-bulk: .venv/installed ## Measure uploads against a bare COPY (ARGS="--quick")
	@exec $(PY) -m benchmarks.bulk $(ARGS)

bench-dossiers: .venv/installed ## Measure packs of dossiers against plain WeasyPrint (ARGS="--files 20")
	@exec $(PY) -m benchmarks.dossiers $(ARGS)

check: lint ## Everything that must hold before a change is offered
	@$(PY) -m config.embedded.packages test
	$(LAUNCH) with-database $(PY) -m config.embedded.checks
	$(MAKE) test

lock: .venv/installed ## Resolve the dependencies again and write the lock files
	@.venv/bin/uv pip compile -q --python-version 3.11.0 --group dev --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile -q --python-version 3.11.0 --group mutation --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header -o requirements-mutation.lock
	.venv/bin/uv pip compile -q --python-version 3.11.0 --group bench --constraint requirements.lock --generate-hashes --no-emit-index-url --no-header -o requirements-bench.lock

messages: .venv/installed ## Collect the texts of the screens into locale/ and compile them
	@$(LAUNCH) with-database $(PY) manage.py makemessages -l nl -l fr -l de --ignore=".venv*" --ignore=.mutation --ignore=tests --no-obsolete --no-wrap --add-location=file
	$(LAUNCH) with-database $(PY) manage.py compilemessages --ignore=.venv

docs: .venv/installed ## Write docs/reference/ from the code
	@$(LAUNCH) with-database $(PY) manage.py generate_docs
