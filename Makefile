# Everything runs from .venv, which the first target makes from the hashed lock files. Needs nothing but python3 >= 3.11.
PYTHON ?= python3
PORT ?= 8000
RUN = .venv/bin/python

.PHONY: demo test check bench base tools format

demo: base ## a small production on http://127.0.0.1:$(PORT) with the demo world; RESET=1 starts over
	@exec $(RUN) -m lms.embedded.demo --port $(PORT) $(if $(RESET),--reset)

test: tools ## the whole suite on SQLite and PostgreSQL; ARGS="tests/core -k name" for a part of it
	@$(RUN) -m tests.suite $(ARGS)

check: tools ## style, floors, migrations, templates, deployment settings
	@$(RUN) -m tests.suite.check

bench: tools ## figures of the hot paths
	@$(RUN) -m tests.benchmarks $(ARGS)

format: tools ## put the code into the house style
	@$(RUN) -m ruff check --fix . && $(RUN) -m ruff format .

base:
	@$(PYTHON) lms/embedded/environment.py base

tools:
	@$(PYTHON) lms/embedded/environment.py test
