# Everything works with a plain Python 3.11+ and its pip; the environment is thrown away and made anew each time.
PYTHON ?= python3
VENV := .venv
# What is fuzzed, or `all`, and for how many seconds each.
TARGET ?= all
TIME ?= 60
# Where the benchmark puts its repositories, 50 MB, and checkov's environment.
BENCH ?= .bench
BIN := $(CURDIR)/$(VENV)/bin
PIP := $(PYTHON) -m pip --disable-pip-version-check --python $(VENV)/bin/python

define run-tests
	@# The tests run in a copy without the package, so that only the installed one can be imported.
	set -e; copy=$$(mktemp -d); trap 'rm -rf "$$copy"' EXIT; \
	tar -cf - --exclude=./cogcheck --exclude=./.git --exclude=./$(VENV) --exclude=./.bench --exclude=./.fuzz --exclude=./dist --exclude='./.*_cache' \
	    --exclude='__pycache__' . | tar -xf - -C "$$copy"; \
	cd "$$copy"; COGCHECK_CHECKOUT=$(CURDIR) $(BIN)/python -P -m pytest $(PYTEST)
endef

# The requirements that pyproject.toml states, one on each line.
define requirements
$(PYTHON) -c "import tomllib; stated = tomllib.load(open('pyproject.toml', 'rb')); print(*stated$(1), sep='\n')"
endef

.PHONY: demo test test-lowest check docs bench fuzz wheel environment developer clean

demo: environment ## Scan the examples with a freshly built and installed cogcheck.
	$(BIN)/cogcheck --version
	cd examples && $(BIN)/cogcheck scan || test $$? -eq 1

test: environment developer check ## All checks and tests; the tests run against the installed wheel.
	$(run-tests)

test-lowest: environment ## The tests with the lowest versions of the dependencies.
	($(call requirements,['project']['dependencies']); \
	    $(call requirements,['dependency-groups']['dev']) | grep -E '^(hypothesis|pytest)') | sed 's/>=/==/' > $(VENV)/lowest.txt
	$(PIP) install --quiet -r $(VENV)/lowest.txt
	$(run-tests)

check: ## Format, lint and types.
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

docs: $(VENV)/bin/python ## Write the catalogue of rules from the rules.
	PYTHONPATH=. $(BIN)/python -m cogcheck.catalogue.document rules/README.md

bench: environment ## Speed and memory beside those of others, on generated repositories; see benchmarks/.
	$(BIN)/python benchmarks/run.py $(BENCH)

fuzz: environment ## Inputs that nobody has thought of, into .fuzz/; see tests/fuzz/.
	$(PIP) install --quiet atheris
	PYTHONPATH=$(CURDIR)/tests/syntax $(BIN)/python tests/fuzz/fuzz.py $(TARGET) --seconds $(TIME)

wheel:
	rm -rf dist
	$(PYTHON) -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist .

environment: wheel
	rm -rf $(VENV)
	@# Debian's Python has no ensurepip, so its own pip installs into the environment.
	$(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) install --quiet dist/*.whl

$(VENV)/bin/python:
	$(MAKE) environment

developer: environment
	$(call requirements,['dependency-groups']['dev']) > $(VENV)/dev.txt
	$(PIP) install --quiet -r $(VENV)/dev.txt

clean:
	rm -rf $(VENV) .bench .fuzz dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
