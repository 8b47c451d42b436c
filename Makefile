# Every target says here what it does: NAME: prerequisites ## A sentence.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
RUN := $(BIN)/python

# The first of these that is a Python >= 3.11 able to make environments; each is tried, since a name may be found and still not run.
PYTHONS := $(PYTHON) python3.13 python3.12 python3.11 python3
SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))

define INSTALL
	@for python in $(PYTHONS); do \
		if "$$python" -c '$(SUITABLE)' >/dev/null 2>&1; then exec "$$python" tools/install.py $(1); fi; \
	done; \
	echo "Sheaf needs Python 3.11 or newer with its venv module (Debian: python3-venv); none of these is one: $(PYTHONS)." >&2; \
	echo "Name one with: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; \
	exit 1
endef

.PHONY: help
help: ## List every target.
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'

.PHONY: setup-runtime
setup-runtime: ## Make .venv able to run Sheaf.
	$(call INSTALL,runtime)

.PHONY: setup
setup: ## Make .venv able to run, test and check Sheaf.
	$(call INSTALL,dev)
	@$(RUN) -m tools.environments

.PHONY: run
run: setup-runtime ## Read the documents in samples/ into a table, on this machine alone.
	@$(BIN)/sheaf demo

.PHONY: up
up: setup-runtime ## Serve everything on one address, and go on where it stopped.
	@$(BIN)/sheaf up

.PHONY: cloud-local
cloud-local: setup ## Serve the three functions as in the cloud, on stand-ins of Google's services; ARGS="--help" tells more.
	@$(RUN) -m tools.cloud_local $(ARGS)

.PHONY: test
test: setup ## Run the tests; ARGS="…" goes to pytest, HYPOTHESIS_PROFILE=deep tries longer.
	@$(RUN) -m pytest -n auto $(ARGS)

.PHONY: bench
bench: setup ## Measure everything beside its peers, as one table; ARGS="extract api" or ARGS="engine --tasks 1000" measures less.
	@$(RUN) -m bench $(ARGS)

.PHONY: bench-accuracy
bench-accuracy: setup ## Score the engine on a folder of labelled documents; FOLDER=… (else samples), ARGS="…" goes to the bench.
	@$(RUN) -m bench.accuracy $(or $(FOLDER),samples) $(ARGS)

.PHONY: format
format: setup ## Write every file in the one format, and mend what the linter can.
	@$(RUN) -m ruff check --fix-only --quiet .
	@$(RUN) -m ruff format .

.PHONY: generate
generate: setup ## Write anew what is made by a tool: samples/ and docs/openapi.json.
	@$(RUN) -m tools.make_samples
	@$(RUN) -m sheaf.http.openapi

.PHONY: check
check: check-format check-lint check-types check-imports check-generated check-locks check-licences check-tracked ## Run every check below; -k goes on after a failure.

.PHONY: check-format
check-format: setup ## Check that every file is in the one format.
	@$(RUN) -m ruff format --check .

.PHONY: check-lint
check-lint: setup ## Check the code against the lint list.
	@$(RUN) -m ruff check .

.PHONY: check-types
check-types: setup ## Check the types, strictly.
	@$(RUN) -m mypy

.PHONY: check-imports
check-imports: setup ## Check that imports go down only.
	@$(BIN)/lint-imports --no-logo

.PHONY: check-generated
check-generated: setup ## Check that what is made by a tool is up to date.
	@$(RUN) -m tools.check_generated

.PHONY: check-locks
check-locks: setup ## Check that the locks fit what is declared and carry hashes but no addresses.
	@$(RUN) -m tools.check_locks

.PHONY: check-licences
check-licences: setup ## Check that what Sheaf runs on is freely licensed.
	@$(RUN) -m tools.check_licences

.PHONY: check-tracked
check-tracked: setup ## Check that nothing is committed that belongs to one machine.
	@$(RUN) -m tools.check_tracked

.PHONY: lock
lock: setup ## Write the locks anew for what is declared, keeping the versions that still fit.
	@$(RUN) -m tools.lock

.PHONY: upgrade
upgrade: setup ## Write the locks anew with the newest versions.
	@$(RUN) -m tools.lock --upgrade

.PHONY: stage
stage: setup ## Bundle each function with the package beside it, under build/.
	@$(RUN) -m tools.stage

.PHONY: clean
clean: ## Remove everything that was made here, .venv too; the stores in .sheaf/ stay.
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
