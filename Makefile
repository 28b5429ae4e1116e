# Interlinear. `make help` lists what can be done; everything lives in .venv and var.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
# The lock files name everything: nothing is left to resolve.
PIP := $(RUN) -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps
# How long the installation took, until a demo has told it.
INSTALL_SECONDS := $(VENV)/.install-seconds
# More than a machine of two cores has: journeys mostly wait, for a browser or a house.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help setup demo serve seed test check static bench soak css screenshots lock chromium

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-11s %s\n", $$1, $$2}'

setup: $(INSTALLED) ## make .venv and install what running needs

demo: $(INSTALLED) ## translate real files before your eyes (ONCE=1: then stop and print JSON)
	@seconds=$$(cat $(INSTALL_SECONDS) 2>/dev/null || echo 0); rm -f $(INSTALL_SECONDS); \
	  INSTALL_SECONDS=$$seconds $(RUN) manage.py demo $(if $(ONCE),--once)

serve: $(INSTALLED) ## start everything and stay up until Ctrl-C
	@$(RUN) manage.py serve

seed: $(INSTALLED) ## build the demo organization in the running house (twice does no harm)
	@$(RUN) manage.py seed

# By file: module fixtures (servers, a browser) are made once. xdist's groups do nothing with pytest 9.2.
test: chromium $(INSTALLED_DEV) ## run every test, the heavy proofs in a small size
	@$(RUN) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not soak" $(ARGS)

# Both halves at once, on two cores; what the first one says comes after the tests.
check: $(INSTALLED_DEV) ## format, lint, types, import contracts, migrations, engine and architecture
	@said=$$(mktemp); $(MAKE) --no-print-directory static >$$said 2>&1 & static=$$!; \
	  $(RUN) -m pytest -n 2 tests/engine tests/architecture; tests=$$?; \
	  wait $$static; static=$$?; cat $$said; rm -f $$said; [ $$static = 0 ] && [ $$tests = 0 ]

static: $(INSTALLED_DEV) ## the half of check that runs no test
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy .
	@$(VENV)/bin/lint-imports
	@$(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

bench: $(INSTALLED_DEV) ## print figures as JSON lines (ONLY=group for one group)
	@$(RUN) -m tests.bench $(ONLY)

soak: $(INSTALLED_DEV) ## run the heavy proofs in full size
	@$(RUN) -m pytest -m soak $(ARGS)

screenshots: chromium $(INSTALLED_DEV) ## take the pictures of all pages in docs/screenshots anew
	@$(RUN) -m tests.screenshots

css: ## rebuild the style sheet and vendored browser files (needs Node 20 or later)
	@command -v npm >/dev/null || { echo "make css needs Node.js with npm: see https://nodejs.org/"; exit 1; }
	@cd frontend && npm ci --silent --no-audit --no-fund && node build.mjs

lock: ## compile requirements*.in into hashed requirements*.txt (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: see https://docs.astral.sh/uv/"; exit 1; }
	@uv pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	@uv pip compile --quiet --no-header --universal --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt

# In the first second, before anything is installed: browser journeys are part of `make test`.
chromium:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "installing Chromium for the browser tests"; \
	    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive \
	      apt-get -qq -y install --no-install-recommends chromium; } >/dev/null; \
	  else \
	    echo "The browser tests need Chromium: sudo apt-get install -y chromium"; exit 1; \
	  fi

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info < (3, 14); ok or print("Interlinear needs Python 3.11, 3.12 or 3.13; this is", sys.version.split()[0] + ". Name another: make PYTHON=python3.12"); sys.exit(not ok)'
	@date +%s > .install-began
	@$(PYTHON) -m venv $(VENV) || { echo "make needs Python's venv: sudo apt-get install -y python3-venv"; rm -rf $(VENV) .install-began; exit 1; }
	@mv .install-began $(VENV)/.install-began

# The stamps hold after everything is installed; a broken installation is taken up again.
$(INSTALLED): requirements.txt | $(VENV)/bin/python
	@echo "installing requirements.txt into $(VENV)"
	@$(PIP) -r requirements.txt
	@if [ -f $(VENV)/.install-began ]; then \
	  echo $$(( $$(date +%s) - $$(cat $(VENV)/.install-began) )) > $(INSTALL_SECONDS); \
	  rm -f $(VENV)/.install-began; \
	fi
	@touch $(INSTALLED)

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	@echo "installing requirements-dev.txt into $(VENV)"
	@$(PIP) -r requirements-dev.txt
	@touch $(INSTALLED_DEV)
