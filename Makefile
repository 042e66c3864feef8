# Playlist Atlas. `make run` opens the app, `make test` runs everything that must hold.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BOARD := docs/scoreboard

.PHONY: run test check install bench bench-quality nightly clean

run: install                  ## open the app in the browser
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/.test-installed check   ## lint, types, then every test
	CHROMIUM="$$($(BIN)/python tests/browser.py)" $(BIN)/python -m pytest --numprocesses 2 --dist loadfile

check: $(VENV)/.test-installed  ## lint and types, under a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.test-installed  ## measure: from a cold start to a drawn map, and the costs of a pull
	$(BIN)/python tests/bench.py

bench-quality: $(VENV)/.test-installed  ## measure how right filing, asking, search, hints and topics are, on labelled libraries
	$(BIN)/python -m tests.quality

nightly: $(VENV)/.test-installed  ## the proofs of the push at full length, some hours; their figures go into the README
	mkdir -p $(BOARD)
	HYPOTHESIS_PROFILE=nightly ATLAS_SCOREBOARD=$(BOARD) $(BIN)/python -m pytest --numprocesses 2 --dist loadfile tests/sync
	ATLAS_SCOREBOARD=$(BOARD) $(BIN)/python -m tests.sync.seeded_bugs
	$(BIN)/python -m tests.scoreboard

install: $(VENV)/.installed    ## .venv with what requirements.txt pins

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make a virtual environment; on Debian or Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	@echo "Compiling the map's numerical code once (half a minute) ..."
	@$(BIN)/python -c "import umap"
	@touch $@

$(VENV)/.test-installed: $(VENV)/.installed tests/requirements.txt
	$(BIN)/python -m pip install --quiet --requirement tests/requirements.txt
	@touch $@

clean:                         ## remove what can be made again; never the data folder
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
