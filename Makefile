# The front door: `make help` lists what there is. Needs Python 3.11 or newer, pip, make and git.
# Another Python: `make test PYTHON=python3.12`. The environment is made once per change of its lock.

PYTHON ?= python3
# By their Debian names: what reads pictures and scans; the system packages that tests need.
OCR_PACKAGES := tesseract-ocr
SYSTEM_PACKAGES := chromium curl fonts-dejavu-core $(OCR_PACKAGES)

.DEFAULT_GOAL := help
.PHONY: help run test check bench cover demo doctor diagram screenshots lock clean system ocr
.DELETE_ON_ERROR:

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
# Named after the interpreter, so that another PYTHON makes the environment anew.
VENV := .venv/made-by$(subst /,-,-$(PYTHON))
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo -n)
APT := $(SUDO) apt-get -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15
INSTALL := $(APT) install -y --no-install-recommends
# Hundreds of processes start here, and none should have to compile what all the others have.
test check: export PYTHONDONTWRITEBYTECODE :=
# Two more than there are processors, because tests also wait; four are enough. Who has done his own takes from the others.
SIDE_BY_SIDE := $(PY) -m pytest -q --dist worksteal -n $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 3 ] && echo $$((n + 2)) || echo 4)
# Those that keep time: a processor for each.
IN_QUIET := $(PY) -m pytest -q --dist worksteal -n $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 2 ] && echo 0 || echo 2)
UV ?= $(shell command -v uv || echo $(PYTHON) -m uv)
COMPILE = $(UV) pip compile pyproject.toml --extra embedded --universal --python-version 3.11 \
	--generate-hashes --no-strip-extras --no-emit-index-url --no-annotate --quiet $(UPGRADE) \
	--custom-compile-command "make lock"

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile

run: .venv/run ocr ## start Redis, the workers and the API, and feed them samples/
	@exec .venv/bin/texas811 up --demo

test: .venv/dev system ## run every test
	@$(SIDE_BY_SIDE) -m "not alone" && $(IN_QUIET) -m alone

check: .venv/dev ## formatting, lint, types, architecture, dependencies and the fast tests
	@$(PY) -m ruff format --check . && $(PY) -m ruff check . && $(PY) -m mypy && .venv/bin/lint-imports && $(PY) -m deptry . && $(SIDE_BY_SIDE) -m "not slow"

bench: .venv/dev ## run every measurement in bench/
	@for file in bench/[a-z]*.py; do $(PY) "$$file" || exit 1; done

demo: .venv/run ## hand samples/ to the running service and show what becomes of them
	@exec .venv/bin/texas811 demo

doctor: .venv/run ## say what is wrong with this installation, and how to mend it
	@.venv/bin/texas811 doctor

cover: .venv/dev ## measure the branches of domain/ that its own tests take; less than all is a failure
	@$(PY) -m pytest -q tests/domain --cov=domain --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

diagram: .venv/dev ## draw docs/LIFECYCLE.md from the table of moves
	@$(PY) -m tests.domain.diagram

screenshots: .venv/dev system ## take docs/images/ anew: every page of the dashboard over a made-up load
	@$(PY) -m tests.browser.screenshots

lock: ## write requirements/ from pyproject.toml (maintainers; UPGRADE=--upgrade for the newest)
	@$(COMPILE) -o requirements/run.lock && $(COMPILE) --group dev -c requirements/run.lock -o requirements/dev.lock

clean: ## remove the environment and the caches; data/ stays
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Everything of run.lock is in dev.lock at the same version, so that one environment serves both.
.venv/run: requirements/run.lock pyproject.toml $(VENV)
	@echo "Installing requirements/run.lock into .venv ..."
	@$(PIP) install --require-hashes -r requirements/run.lock && $(PIP) install --no-deps -e .
	@touch $@

.venv/dev: requirements/dev.lock requirements/run.lock pyproject.toml $(VENV)
	@echo "Installing requirements/dev.lock into .venv ..."
	@$(PIP) install --require-hashes -r requirements/dev.lock && $(PIP) install --no-deps -e .
	@touch .venv/run $@

$(VENV):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "Python 3.11 or newer is needed; $(PYTHON) is missing or older. Name another: make PYTHON=python3.12 ..." >&2; exit 1; }
	@[ -x $(PY) ] && [ "$$($(PY) -V)" = "$$($(PYTHON) -V)" ] || $(PYTHON) -m venv --clear .venv || { echo "$(PYTHON) cannot make an environment: install its venv module (Debian: apt install python3-venv)." >&2; rm -rf .venv; exit 1; }
	@touch $@

system:
ifneq ($(strip $(SYSTEM_PACKAGES)),)
	@dpkg -s $(SYSTEM_PACKAGES) >/dev/null 2>&1 || $(INSTALL) $(SYSTEM_PACKAGES) >/dev/null 2>&1 || { $(APT) update && $(INSTALL) $(SYSTEM_PACKAGES); } >/dev/null 2>&1 || echo "Could not install: $(SYSTEM_PACKAGES). The tests that need them will be skipped." >&2
endif

# Tried once: a machine where it cannot be installed is not kept waiting for that again.
ocr: .venv/run
	@command -v tesseract >/dev/null 2>&1 || [ -f .venv/without-ocr ] || $(INSTALL) $(OCR_PACKAGES) >/dev/null 2>&1 || { $(APT) update && $(INSTALL) $(OCR_PACKAGES); } >/dev/null 2>&1 || touch .venv/without-ocr
	@command -v tesseract >/dev/null 2>&1 || echo "Pictures and scans are not read: could not install $(OCR_PACKAGES)." >&2
