# Playlist Atlas. `make run` opens the app, `make test` runs everything that must hold.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BOARD := docs/scoreboard
COMPUTING := tests/ml tests/rules tests/services tests/background tests/ui tests/cli/test_topics.py tests/cli/test_duplicates.py tests/test_journey.py
# One process more than cores, since browsers are waited for; a file stays in one, and the longest begin first (`tests/conftest.py`).
PYTEST := $(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

.PHONY: run test check audit lock install bench bench-quality docs nightly processors clean

run: install                  ## open the app in the browser
	$(BIN)/python -m streamlit run app.py

test: $(VENV)/.test-installed check   ## lint, types, then every test
	CHROMIUM="$$($(BIN)/python tests/browser.py)" $(PYTEST)

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
	HYPOTHESIS_PROFILE=nightly ATLAS_DAMAGED_ANSWERS=500 ATLAS_SCOREBOARD=$(BOARD) $(PYTEST) tests/sync
	ATLAS_SCOREBOARD=$(BOARD) $(BIN)/python -m tests.sync.seeded_bugs
	$(BIN)/python -m tests.scoreboard

# What a library computes may differ from processor to processor; what a test says may not. These are kernels that each
# x86-64 processor with AVX2 can run.
processors: $(VENV)/.test-installed  ## all that computes, tested with the numerical kernels of other processors, an hour or so
	set -e; for kernels in "Haswell avx2 1" "Haswell default 2" "Zen avx2 2" "Zen default 1" "Prescott avx2 1" "Prescott default 2"; do \
		set -- $$kernels; echo "OPENBLAS_CORETYPE=$$1 ATEN_CPU_CAPABILITY=$$2, threads: $$3"; \
		OPENBLAS_CORETYPE=$$1 ATEN_CPU_CAPABILITY=$$2 OPENBLAS_NUM_THREADS=$$3 OMP_NUM_THREADS=$$3 \
			CHROMIUM="$$($(BIN)/python tests/browser.py)" $(PYTEST) $(COMPUTING); done

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
