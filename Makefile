# Everything runs from .venv, which is made from the hashed lock files first. Needs nothing but python3 >= 3.11.
PYTHON ?= python3
PORT ?= 8000
BIND ?= 127.0.0.1
RUN = .venv/bin/python
# Without the compiled modules every process compiles all of Django and Wagtail again: five seconds each.
unexport PYTHONDONTWRITEBYTECODE
# Enough to start on production settings; nothing real.
PRODUCTION = DJANGO_SETTINGS_MODULE=lms.settings.production SITE_URL=https://academy.example ALLOWED_HOSTS=academy.example \
	SECRET_KEY=only-for-checking-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH

.PHONY: help demo test calendars check bench format base tools

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

demo: base ## a small production with the demo world on 127.0.0.1:$PORT (8000); RESET=1 starts over
	@exec $(RUN) -m lms.embedded.demo --host $(BIND) --port $(PORT) $(if $(RESET),--reset)

test: tools ## the whole suite on SQLite and PostgreSQL; ARGS="tests/core -k name" for a part
	@$(RUN) -m tests.suite $(ARGS)

calendars: tools ## the calendar feeds as a second parser reads them (ical.js, from npm)
	@$(RUN) -m pytest -q tests/training/calendars_by_ical_js.py

check: tools ## style, floors, migrations, templates, deployment settings
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	.venv/bin/lint-imports --no-logo
	DJANGO_SETTINGS_MODULE=lms.settings.test $(RUN) manage.py makemigrations --check --dry-run
	$(RUN) -m djlint --lint --quiet templates
	$(PRODUCTION) $(RUN) manage.py check --deploy --fail-level WARNING

bench: tools ## figures of the hot paths
	@$(RUN) -m tests.benchmarks $(ARGS)

format: tools ## put the code into the house style
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

base:
	@$(PYTHON) lms/embedded/environment.py base

tools:
	@$(PYTHON) lms/embedded/environment.py test
