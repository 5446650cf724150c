# Every target makes its own environment first: a fresh machine needs Python 3.11 or newer, make, and nothing else.
# (`lint` also packages what is deployed, which needs Node 20 or newer.)

PYTHON ?= python3
BIN := .venv/bin
PINS := $(shell cat requirements.txt requirements-dev.txt | cksum | cut -d ' ' -f 1)
INSTALLED := .venv/installed-$(PINS)
CHECKED := miniprogram_api functions local bench infra layers tests

.PHONY: help run test lint browser tour deploy-local faults bench rows contract package reset

help:
	@echo "make run      the whole house on this machine, with a demonstration estate"
	@echo "make test     all tests"
	@echo "make lint     style, types, the walls between the rooms, and what would be deployed"
	@echo "make browser  people tap the mini program in Chromium (apt-get install chromium fonts-noto-cjk)"
	@echo "make tour     plays the stories over HTTP on a fresh stack, and prints what was seen (one alone: STORY=fees)"
	@echo "make deploy-local  packages, deploys the whole stack into the AWS stand-in, and plays the tour on what came out"
	@echo "make faults   2,000 schedules of payments, crashes before and after every write among them"
	@echo "make bench    what is measured, into build/bench.json"
	@echo "make rows     which requirement rows a test stands for"
	@echo "make contract writes docs/openapi.json anew, after operations have changed"
	@echo "make package  what would be deployed, for every stage, without an account"
	@echo "make reset    throws away the data that make run keeps"

run: $(INSTALLED)
	@$(BIN)/python -m local.run

test: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(TESTS)

lint: $(INSTALLED)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m local.mini_program
	@$(BIN)/python -m infra.check

browser: $(INSTALLED)
	@$(BIN)/python -m pytest tests/browser

tour: $(INSTALLED)
	@$(BIN)/python -m local.tour $(STORY)

deploy-local: $(INSTALLED)
	@$(BIN)/python -m local.deployed $(STORY)

faults: $(INSTALLED)
	@FAULT_SCHEDULES=$(or $(SCHEDULES),2000) $(BIN)/python -m pytest --numprocesses auto --dist load tests/faults

bench: $(INSTALLED)
	@$(BIN)/python -m bench

rows: $(INSTALLED)
	@$(BIN)/python -m tests.rows

contract: $(INSTALLED)
	@$(BIN)/python -m tests.contract

package: $(INSTALLED)
	@$(BIN)/python -m infra.check

reset:
	@rm -rf .local/state .local/logs
	@echo "The data of make run is gone; the next make run starts with a fresh estate."

$(INSTALLED): requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "This needs Python 3.11 or newer, and '$(PYTHON)' is not: name one, e.g. make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making the environment .venv (once, about a minute) ..."; $(PYTHON) -m venv .venv; } || { \
		rm -rf .venv; echo "'$(PYTHON)' cannot make environments: install its venv package, e.g. apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@rm -f .venv/installed-*
	@touch $@
