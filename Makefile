# Everything starts here. A fresh machine needs Python 3.11 to 3.13 and make; the rest is set up under .venv, node_modules and .local.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# A machine that forbids bytecode would parse every module again at each start (1.7 s instead of 0.7 s).
unexport PYTHONDONTWRITEBYTECODE
unexport VIRTUAL_ENV

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
ARGS ?=

.PHONY: help setup run test soak fuzz mutants faults sbom advisories lint format check bench messages locks clean need-python

help: ## Show what each target does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile

need-python:
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11, 3.12 or 3.13 on the PATH. Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1; }

setup: need-python ## Install what the lock files name and build the front end
	@$(PYTHON) scripts/setup.py

run: need-python ## Serve at http://127.0.0.1:8000 (PORT changes it)
	@$(PYTHON) scripts/setup.py
	@exec $(PY) -m sped.run

test: need-python ## Run every test, the browser tests among them
	@$(PYTHON) scripts/setup.py --browser
	@$(PY) -m pytest -n auto --maxprocesses 6 $(ARGS)

soak: need-python ## Run the tests of properties on many more examples, and the sweeps of all addresses whole
	@$(PYTHON) scripts/setup.py --browser
	@HYPOTHESIS_PROFILE=soak SOAK=1 TURNS=26 $(PY) -m pytest -n auto --maxprocesses 6 $(ARGS)

fuzz: need-python ## Send every operation of the API what a machine thinks of, as three people
	@$(PYTHON) scripts/setup.py
	@SOAK=1 $(PY) -m pytest tests/api/test_fuzz.py -n 0 -s $(ARGS)

mutants: need-python ## Take every check of a right away in turn, and name each that no test misses (ARGS chooses tests)
	@$(PYTHON) scripts/setup.py
	@$(PY) scripts/mutants.py $(ARGS)

lint: need-python ## Formatters, linters, types, import contracts, templates, migrations, deployment checks
	@$(PYTHON) scripts/setup.py
	@$(PY) scripts/lint.py

format: need-python ## Rewrite Python files in the house format
	@$(PYTHON) scripts/setup.py
	@$(PY) -m ruff check --fix-only -q . ; $(PY) -m ruff format -q .

check: lint test ## What continuous integration runs

bench: need-python ## Run the benchmarks and print their table
	@$(PYTHON) scripts/setup.py
	@$(PY) -m bench $(ARGS)

faults: need-python ## Kill and silence servers as the fault plan says, and print the figures (ARGS="F3 F5" for some)
	@$(PYTHON) scripts/setup.py
	@$(PY) scripts/faults.py $(ARGS)

sbom: need-python ## Write what the application is made of to .local/sbom.json (CycloneDX)
	@$(PYTHON) scripts/setup.py
	@mkdir -p .local
	@$(PY) -m cyclonedx_py requirements --pyproject pyproject.toml --output-reproducible -o .local/sbom.json requirements/production.txt
	@echo "written: .local/sbom.json"

advisories: need-python ## Look for published weaknesses of what the lock files name (needs the network)
	@$(PYTHON) scripts/setup.py
	@$(PY) -m pip_audit --disable-pip --require-hashes -r requirements/production.txt

messages: need-python ## Bring the catalogues of locale/ up to date with the strings of the source
	@$(PYTHON) scripts/setup.py
	@$(PY) scripts/messages.py collect

locks: need-python ## Compile the Python lock files again from pyproject.toml
	@$(PYTHON) scripts/setup.py --locks

clean: ## Remove what was installed and built (the data under .local stays)
	rm -rf .venv node_modules static/dist .local/setup.lock .local/static .local/redis
