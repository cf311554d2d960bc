# Redshank: every target sets up first what it needs; set-up does nothing when nothing changed.
VENV := .venv
BIN := $(VENV)/bin
PY ?= python3.11
HOME_DIR ?= demo/home
OUT ?= demo/force
SEED ?= 1
PORT ?= 8000

.PHONY: setup setup-dev lock sbom demo serve test check lint docs site evaluation bench bench-large bench-check fairness assurance assurance-full pictures wheel wheel-check clean

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/.runtime: requirements/runtime.lock package-lock.json pyproject.toml scripts/setup.sh scripts/assets.sh scripts/assets.mjs
	@PY="$(PY)" scripts/setup.sh runtime

$(VENV)/.bench: requirements/bench.lock package-lock.json pyproject.toml scripts/setup.sh scripts/assets.sh scripts/assets.mjs
	@PY="$(PY)" scripts/setup.sh bench

$(VENV)/.dev: requirements/dev.lock package-lock.json pyproject.toml scripts/setup.sh scripts/assets.sh scripts/assets.mjs
	@PY="$(PY)" scripts/setup.sh dev

## lock: write requirements/*.lock again from pyproject.toml
lock:
	@scripts/lock.sh

## sbom: write the bill of materials again from the locks, after they changed (a test fails when it differs)
sbom: setup-dev
	@$(BIN)/python scripts/sbom.py

## demo: write a synthetic force, read it, show the morning's summary, and serve the pages (at a terminal)
demo: setup
	@rm -rf demo && mkdir -p demo
	@$(BIN)/redshank synthetic $(OUT) --scale small --seed $(SEED)
	@$(BIN)/redshank --home $(HOME_DIR) load $(OUT)/first
	@$(BIN)/redshank --home $(HOME_DIR) night
	@$(BIN)/redshank --home $(HOME_DIR) serve --prepare >/dev/null
	@$(BIN)/redshank --home $(HOME_DIR) load $(OUT)/night
	@$(BIN)/redshank --home $(HOME_DIR) night
	@if [ -t 1 ]; then exec $(BIN)/redshank --home $(HOME_DIR) serve --port $(PORT); \
	else printf '\nThe pages are ready: `make serve`, then choose a role at http://127.0.0.1:$(PORT)/demonstration\n'; fi

## serve: the web application over the demonstration's home, on this machine only (make demo first)
serve: setup
	@$(BIN)/redshank --home $(HOME_DIR) serve --port $(PORT)

## test: everything CI runs
test: setup-dev lint
	@scripts/test.sh

## check: the fast tests only, for while you work
check: setup-dev
	@began=$$(date +%s); $(BIN)/python -m pytest -n 2 -m "not slow and not long and not spark" tests/records tests/signals tests/identity tests/networks tests/assessment tests/evaluate tests/architecture; status=$$?; printf "make check took %s seconds (at most 120 on two quiet cores)\n" $$(( $$(date +%s) - began )); exit $$status

lint: setup-dev
	@$(BIN)/ruff check src tests benchmarks scripts
	@$(BIN)/ruff format --check src tests benchmarks scripts
	@$(BIN)/mypy
	@$(BIN)/lint-imports

## docs: write the generated references again (tests fail when they differ from the code)
docs: setup-dev
	@$(BIN)/python scripts/docs.py

## site: the documentation as plain web pages in dist/site, to be read without a server
site: setup
	@$(BIN)/python scripts/site.py

## evaluation: three fresh seeds of medium, a replay of small, and forces by another hand (half an hour), written into the README
evaluation: setup-dev
	@$(BIN)/python scripts/evaluation.py --write

## bench: measure everything again, with the peers in the same run, and write the README's table from the results
bench: $(VENV)/.bench
	@$(BIN)/python -m benchmarks

## bench-large: the same for a force of a million records; about an hour
bench-large: $(VENV)/.bench
	@$(BIN)/python -m benchmarks --only large

bench-check: setup-dev
	@$(BIN)/python -m benchmarks --check

## assurance: every test that a promise of docs/assurance names, in CI's size; keeps what came of it
assurance: setup-dev
	@$(BIN)/python scripts/assurance.py; status=$$?; $(BIN)/python scripts/docs.py; exit $$status

## fairness: whole forces with one thing changed for everybody, beside twenty re-seeded ones (twenty minutes), kept in docs/assurance
fairness: setup-dev
	@$(BIN)/python scripts/fairness.py --seeds 301,302,303,304,305,306,307,308,309,310,311,312,313,314,315,316,317,318,319,320 --write

## assurance-full: the same with all that is too long for CI (hours)
assurance-full: setup-dev
	@REDSHANK_KILL_POINTS=1000 $(BIN)/python -m pytest tests/crash tests/store
	@REDSHANK_ALL_ROLES=1 $(BIN)/python -m pytest tests/browser/test_every_page.py
	@EVERY_DISTRICT=1 $(BIN)/python -m pytest -n 2 --dist loadgroup -m long tests/web tests/products
	@$(MAKE) fairness; fair=$$?; $(BIN)/python scripts/assurance.py --full; status=$$?; $(BIN)/python scripts/docs.py; test $$status -eq 0 && exit $$fair; exit $$status

## pictures: the main pages again for docs/pages.md (needs Chromium); look at them
pictures: setup-dev
	@$(BIN)/python scripts/screenshots.py

## wheel: the package with everything inside (pages' styles, rules, templates), for machines without Node, in dist/
wheel: setup-dev
	@scripts/wheel.sh

## wheel-check: installs that wheel in a clean environment and goes from an empty folder to the first page (minutes; it installs
## what the package needs)
wheel-check: wheel
	@scripts/wheel_check.sh dist/redshank-*.whl

clean:
	rm -rf demo $(VENV)
