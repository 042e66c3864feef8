# Playlist Atlas. `make run` opens the app, `make test` runs everything that must hold.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BOARD := docs/scoreboard

.PHONY: run test check audit lock install bench bench-quality docs nightly clean

run: install                  ## open the app in the browser
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/.test-installed check   ## lint, types, then every test
	CHROMIUM="$$($(BIN)/python tests/browser.py)" $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(VENV)/.test-installed  ## lint and types, under a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(MAKE) --no-print-directory audit

# An index that does not answer is no reason to fail: only what is known to be vulnerable is.
audit: $(VENV)/.test-installed  ## known vulnerabilities of what is pinned, where the index of them answers
	@$(BIN)/pip-audit --progress-spinner off --disable-pip --no-deps --requirement requirements.txt --requirement constraints.txt \
		> $(VENV)/audit.txt 2>&1 || ! grep -A 40 "^Found .* known vulnerabilit" $(VENV)/audit.txt

lock:                          ## pin anew what stands beneath requirements.txt, from a fresh installation
	rm -rf $(VENV)-lock && $(PYTHON) -m venv $(VENV)-lock
	sed '/^--constraint/d' requirements.txt > $(VENV)-lock/requirements.txt
	sed '/^--constraint/d' tests/requirements.txt > $(VENV)-lock/tests.txt
	$(VENV)-lock/bin/python -m pip install --quiet --requirement $(VENV)-lock/requirements.txt --requirement $(VENV)-lock/tests.txt
	{ echo "# Everything beneath requirements.txt and tests/requirements.txt, made by \`make lock\`. No hashes: torch has several builds."; \
	  $(VENV)-lock/bin/python -m pip freeze --requirement $(VENV)-lock/requirements.txt --requirement $(VENV)-lock/tests.txt \
	  | sed -e '1,/^## /d' -e 's/+.*//'; } > constraints.txt
	rm -rf $(VENV)-lock

bench: $(VENV)/.test-installed  ## measure: from a cold start to a drawn map, and the costs of a pull
	$(BIN)/python tests/bench.py

bench-quality: $(VENV)/.test-installed  ## measure how right filing, asking, search, hints and topics are, on labelled libraries
	$(BIN)/python -m tests.quality

docs: $(VENV)/.test-installed  ## draw docs/house.svg anew from the imports
	$(BIN)/python -m tests.house

nightly: $(VENV)/.test-installed  ## the proofs of the push at full length, some hours; their figures go into the README
	mkdir -p $(BOARD)
	HYPOTHESIS_PROFILE=nightly ATLAS_DAMAGED_ANSWERS=500 ATLAS_SCOREBOARD=$(BOARD) $(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder tests/sync
	ATLAS_SCOREBOARD=$(BOARD) $(BIN)/python -m tests.sync.seeded_bugs
	$(BIN)/python -m tests.scoreboard

install: $(VENV)/.installed    ## .venv with what requirements.txt pins

$(VENV)/.installed: requirements.txt constraints.txt
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
