# Every command does its own set-up. All paths are relative, so the folder may have any name.
# The system's Python first: it may be 1.4 times as fast as one that was compiled without profiles
# and as a shared library, which is what version managers do.
PYTHON ?= $(shell for p in /usr/bin/python3.11 python3.11 python3.12 python3.13 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input install --require-hashes --only-binary :all:
CHECKS := format lint types imports templates messages migrations diagrams schema
MAKEFLAGS += --no-print-directory
# Else every process that starts compiles our own modules again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help install install-dev run db test faults check $(CHECKS:%=check-%) fix bench stats messages diagrams schema assets lock

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

install: .venv/installed ## the locked dependencies into .venv
	@:

install-dev: .venv/installed-dev ## the same, and what tests and checks need
	@:

run: install ## the whole portal on this machine, until Ctrl-C (PORT=8000)
	@exec $(PY) -m tools.launcher run

db: install ## only the embedded database and broker, for work with manage.py
	@exec $(PY) -m tools.launcher services

# One worker more than there are processors, for the browser's tests mostly wait; what shares a file,
# or the running portal, stays together.
PYTEST_ARGS ?= -n 3 --dist loadgroup --no-loadscope-reorder
test: install-dev ## the test suite, on servers of its own
	@$(PY) -m pytest -m 'not faults' $(PYTEST_ARGS)

bench: install-dev ## the benchmarks, as ratios, into bench/results/; PART=lists for one of them
	@$(PY) -m tools.bench $(PART)

stats: install-dev ## lines, functions, docstrings, and the modules that one act enters
	@$(PY) -m tools.stats

faults: install-dev ## the tests that kill processes, then the fault campaign: FAULTS=60 injections
	@$(PY) -m pytest -m faults -n 4 --dist loadgroup
	@$(PY) -m tools.faults

check: install-dev ## formatting, lint, types, imports, translations, generated files
	@failed=; for step in $(CHECKS); do \
		printf '%-12s' $$step; from=$$(date +%s); \
		if out=$$($(MAKE) check-$$step 2>&1); then echo "well    $$(( $$(date +%s) - from )) s"; \
		else echo "FAILED  (make check-$$step)"; echo "$$out" | sed 's/^/    /'; failed="$$failed $$step"; fi; \
	done; \
	if [ -n "$$failed" ]; then echo "make check: failed:$$failed"; exit 1; fi; echo "make check: all well"

check-format:
	@$(PY) -m ruff format --check --quiet . || { $(PY) -m ruff format --check . ; exit 1; }
check-lint:
	@$(PY) -m ruff check --quiet .
check-types:
	@$(PY) -m mypy
check-imports:
	@.venv/bin/python -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
check-templates:
	@$(PY) -m djlint --check --quiet templates
check-messages:
	@$(PY) manage.py messages --check
check-migrations:
	@$(PY) -W ignore manage.py makemigrations --check --dry-run
check-diagrams:
	@$(PY) manage.py diagrams --check
check-schema:
	@new=$$(mktemp) && trap 'rm -f "$$new"' EXIT && \
	$(PY) manage.py spectacular --validate --fail-on-warn --lang en --file "$$new" && \
	{ diff -u docs/openapi.yaml "$$new" || { echo 'docs/openapi.yaml is behind the code: make schema'; exit 1; }; }

fix: install-dev ## formats code and templates, and mends what lint can
	@-$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .
	@# The template formatter settles at its second pass.
	@for pass in 1 2; do $(PY) -m djlint --reformat --quiet templates >/dev/null || true; done

messages: install-dev ## compiles the translations and names what is missing
	@$(PY) manage.py messages

diagrams: install-dev ## draws the state diagrams again
	@$(PY) manage.py diagrams

schema: install-dev ## writes docs/openapi.yaml again
	@$(PY) manage.py spectacular --validate --fail-on-warn --lang en --file docs/openapi.yaml

assets: ## compiles CSS and JavaScript again (needs Node.js; the results are committed)
	@sh assets/build.sh

lock: install-dev ## resolves the dependencies again into the locked files
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' requirements.in -o requirements.txt
	@$(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' requirements-dev.in -c requirements.txt -o requirements-dev.txt
	@for extra in aliyun s3 tencent; do $(PY) -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock' requirements-$$extra.in -o requirements-$$extra.txt; done

.venv/made:
	@if [ -z "$(PYTHON)" ]; then echo 'Python 3.11 or later with its venv module is needed, and none is found. On Debian: apt-get install python3 python3-venv' >&2; exit 1; fi
	@echo 'Making .venv ...'
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/installed: requirements.txt | .venv/made
	@echo 'Installing the locked dependencies into .venv, once ...'
	@$(PIP) -r requirements.txt
	@touch $@

# Its lock has all that the portal's has.
.venv/installed-dev: requirements-dev.txt requirements.txt | .venv/made
	@echo 'Installing the locked dependencies, and what tests and checks need, once ...'
	@$(PIP) -r requirements-dev.txt
	@touch .venv/installed $@
