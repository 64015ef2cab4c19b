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

# As they were typed: a `$` in them is not make's, and commands read them from the environment, where nothing needs quotes.
export CHECKPOINT_DISABLE := 1
export CHAT_LOCAL_PYTHON := $(value PYTHON)
export CHAT_LOCAL_PORT := $(value PORT)
export CHAT_LOCAL_TLS_PORT := $(value TLS_PORT)
export CHAT_LOCAL_WEB_PORT := $(value WEB_PORT)
export CHAT_LOCAL_DEPLOY := $(value DEPLOY)
export CHAT_LOCAL_DIRECTORY := $(value LOCAL_DIRECTORY)
quoted = '$(subst ','\'',$(value $(1)))'
# The wheels are not compiled at installation (2,200 modules of bindings, of which a few are used): Python does it on first use.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
INSTALL := sh ops/bootstrap.sh
# Works without an installation, and installs nothing.
RUN := sh ops/bootstrap.sh run
PYTEST := $(BIN)/python -m pytest
# A file stays with one worker; tests/durations.py orders the files, so nothing else may.
PARALLEL = $(PYTEST) --numprocesses $(call quoted,WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help .variables-of-up .local-directory .venv/.runtime .tools/checkov/.ready .tools/pip-audit/.ready up down status chat clean test unit integration e2e terraform synth outputs lint modules format bench policy audit pr relock bootstrap bootstrap-all chromium screenshots cdktn

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- What a fresh machine needs -----------------------------------------------------------------

# Each of these looks whether something is missing, which takes a moment, and installs it. What was interrupted goes on.

bootstrap: ## Install what running needs (done by the other targets)
	@$(INSTALL) runtime

bootstrap-all: ## Install what tests and lint need too
	@$(INSTALL) development

chromium: ## Install the system's Chromium for the browser tests, where that can be done (part of `make test`)
	@$(INSTALL) chromium

cdktn: ## Install CDK Terrain beside it, for the comparison of both syntheses (part of `make test`)
	@$(INSTALL) cdktn

# Only the Python packages, for workflows
.venv/.runtime:
	@$(INSTALL) python

.tools/checkov/.ready:
	@$(INSTALL) checkov

.tools/pip-audit/.ready:
	@$(INSTALL) pip-audit

# --- The local backend --------------------------------------------------------------------------

.variables-of-up:
	@$(RUN) -m ops.installation.make_variables LOCAL_DIRECTORY PORT TLS_PORT WEB_PORT DEPLOY

.local-directory:
	@$(RUN) -m ops.installation.make_variables LOCAL_DIRECTORY

up: .variables-of-up bootstrap ## Bring up the whole backend here (DETACH=1 returns when ready; PORT=, TLS_PORT=, WEB_PORT=, DEPLOY=terraform|direct, REPAIR=1)
	@$(BIN)/python -m local up $(if $(DETACH),--detach) $(if $(REPAIR),--repair)

down: .local-directory ## Stop it; its data stays
	@$(RUN) -m local down

status: .local-directory ## Tell whether it runs, and where
	@$(RUN) -m local status || true

chat: .local-directory bootstrap ## Chat in this terminal as both demo users, side by side (Tab switches)
	@$(BIN)/python -m local chat

clean: .local-directory ## Stop it and forget its data and everything synthesized
	@$(RUN) -m local clean
	@$(RUN) -m ops.installation.leftovers
	@echo "Clean. The tools stay in .venv, .tools, node_modules and web/node_modules; delete those folders to start from nothing."

# --- The project --------------------------------------------------------------------------------

synth: bootstrap ## Write Terraform JSON for every environment to cdktf.out/
	@$(BIN)/python main.py

test: bootstrap-all cdktn chromium ## Run every test
	@$(PARALLEL) tests

unit: bootstrap-all ## Run the tests that need nothing running
	@$(PARALLEL) tests/unit

integration: bootstrap-all ## Run the tests against the local backend
	@$(PARALLEL) tests/integration

e2e: bootstrap-all chromium ## Run the tests with other people's clients
	@$(PARALLEL) tests/e2e

lint: bootstrap-all ## Check style, types and secrets: ruff, mypy, eslint with AppSync's rules, tsc, actionlint, zizmor, detect-secrets
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/python -m mypy
	@node_modules/.bin/eslint graphql
	@node_modules/.bin/tsc --noEmit -p tsconfig.json
	@npm --prefix web run --silent check
	@node ops/actionlint.mjs
	@$(BIN)/zizmor --offline --quiet .github
	@git ls-files -z | xargs -0 $(BIN)/python -m detect_secrets.pre_commit_hook --baseline .secrets.baseline

modules: bootstrap ## Check the HCL modules: format, validity, their own tests (part of `make test`)
	@$(BIN)/python -m ops modules

format: bootstrap-all ## Rewrite the Python code in the house's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

screenshots: bootstrap-all chromium ## Renew the pictures of the web client in docs/images
	@CHAT_TEST_SCREENSHOTS=docs/images $(PYTEST) tests/e2e/browser --deselect tests/e2e/browser/test_conversation.py

outputs: bootstrap ## Write amplify_outputs.json and .env for clients of an environment (ENV=dev; TO= a folder; PREFIX= of names in .env)
	@$(BIN)/python -m ops outputs --environment $(call quoted,ENV) $(if $(value TO),--to $(call quoted,TO)) $(if $(value PREFIX),--prefix $(call quoted,PREFIX))

policy: bootstrap .tools/checkov/.ready ## Check every environment against our rules and Checkov's (ops/policy)
	@$(BIN)/python main.py >/dev/null
	@$(BIN)/python -m ops policy

bench: bootstrap-all ## Measure what the documents claim
	@$(BIN)/python -m benchmarks

audit: bootstrap .tools/pip-audit/.ready ## Compare all pinned dependencies with the advisories of PyPI and npm (ops/audit)
	@$(BIN)/python -m ops audit $(if $(CI),,--warn-unreachable)

pr: lint test policy audit ## Everything CI runs

relock: ## Resolve Pipfile and package.json into their lock files, without any address
	@$(RUN) -m ops.lockfile relock
