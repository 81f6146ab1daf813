# `make` alone lists the targets. Needs python3 (3.11 or newer) with pip, and make.

PYTHON ?= python3
PORT ?= 8000
DEMO_RESET ?=
ARGS ?=

PY := .venv/bin/python
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --quiet
CATALOGS := $(patsubst %.po,%.mo,$(wildcard feedback_app/translations/*/LC_MESSAGES/*.po))
POT := build/messages.pot

.DEFAULT_GOAL := help
.PHONY: help demo test soak coverage check bench setup run db format messages lock environment tools catalogs

help:  ## List the targets
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: environment $(CATALOGS)  ## Serve the demo world (PORT=8000, DEMO_RESET=1 builds it anew)
	@exec $(PY) -m feedback_app demo --port $(PORT) $(if $(filter-out 0,$(DEMO_RESET)),--reset)

test: tools $(CATALOGS)  ## Run the whole suite: SQLite, PostgreSQL, a real browser (ARGS="-k word")
	@$(PY) -m scripts.chromium
	@$(PY) -m pytest -n auto $(ARGS)

soak: tools $(CATALOGS)  ## Run the suite with every sample taken in full
	@$(PY) -m scripts.chromium
	@FEEDBACK_SOAK=1 $(PY) -m pytest --timeout 3600 -n auto $(ARGS)

coverage: tools $(CATALOGS)  ## Run the suite and tell which lines and branches no test takes
	@$(PY) -m scripts.chromium
	@$(PY) -m coverage erase
	@$(PY) -m coverage run -m pytest -n auto $(ARGS); status=$$?; \
		$(PY) -m coverage combine -q; $(PY) -m coverage html -q; $(PY) -m coverage report; exit $$status

check: tools $(CATALOGS)  ## Check format, lint, types, security, translations, templates
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy --strict feedback_app
	$(PY) -m bandit -q -r feedback_app -c pyproject.toml
	$(PY) -m scripts.translations
	$(PY) -m scripts.templates

bench: tools $(CATALOGS) build/bench  ## Measure against the bare server; print a table of ratios
	@PYTHONPATH=build/bench $(PY) -m benchmarks $(ARGS)

build/bench: requirements-bench.lock
	@mkdir -p $@
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
		--no-deps --require-hashes --upgrade --target $@ -r $< \
		|| echo "No wheel of numpy for this machine: what it rules is measured without a ratio."

setup: tools $(CATALOGS)  ## Prepare everything that the other targets need

run: tools $(CATALOGS) db  ## Serve your own database, reloading on every change
	@$(PY) -m flask --app wsgi run --debug --port $(PORT)

db: environment $(CATALOGS)  ## Bring the database up to date
	@$(PY) -m feedback_app db upgrade

format: tools  ## Format the code and mend what the linter can
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

messages: tools  ## Collect new texts into the translations, then compile these
	@mkdir -p $(dir $(POT))
	@$(PY) -m babel.messages.frontend --quiet extract -F pyproject.toml -k lazy_gettext \
		--add-location=file --sort-by-file --project=feedback-app -o $(POT) feedback_app templates
	@$(PY) -m babel.messages.frontend --quiet update -i $(POT) -d feedback_app/translations \
		-l es --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@$(MAKE) --no-print-directory catalogs

lock:  ## Pin the newest versions that pyproject.toml allows (needs uv)
	$(LOCK) --upgrade -o requirements.lock
	$(LOCK) --upgrade --extra dev -c requirements.lock -o requirements-dev.lock

environment:
	@$(PYTHON) scripts/install.py requirements.lock

tools:
	@$(PYTHON) scripts/install.py requirements-dev.lock

catalogs: $(CATALOGS)

%.mo: %.po | environment
	@$(PY) -m babel.messages.frontend --quiet compile -i $< -o $@
