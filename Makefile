# make run starts the service, make test proves it. `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: attack bench documents forms guarantees looks office simulate sbom wheels help run test check lock upgrade migration clean install install-dev

BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate \
	--python-version 3.11 --custom-compile-command 'make lock'
FRESH ?=
# What Python made of a file is kept, whatever the caller's environment says: else each program a test starts reads all anew.
export PYTHONDONTWRITEBYTECODE :=
# One more than there are processors: tests that drive a browser wait much.
WORKERS ?= $(shell expr $$(nproc) + 1)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name text; do \
		printf '  make %-10s %s\n' "$$name" "$$text"; done

run: install ## start the service with demonstration data on http://127.0.0.1:8080
	@grep -qs '^ *MOTCUA_DEMO=' .env || export MOTCUA_DEMO=$${MOTCUA_DEMO-1}; exec $(BIN)/python main.py

test: install-dev ## install what the tests need and run them all (ARGS='-k word' for some)
	@scripts/test-tools
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

LOOKS := tests/browser/test_accessibility.py tests/browser/test_admin.py tests/browser/test_citizen_look.py \
	tests/browser/test_officer_look.py tests/components/test_screens.py tests/public/test_look.py

looks: install-dev ## every screen at every size in both colours, thoroughly (PICTURES=folder keeps pictures)
	@scripts/test-tools
	@MOTCUA_DOSE=full $(BIN)/python -m pytest --numprocesses $$(expr $$(nproc) + 1) --dist worksteal -m 'looks or not looks' $(LOOKS) $(ARGS)

guarantees: install-dev ## every promise in full dose; writes docs/guarantees.md (ARGS='-k name' for one). Takes some twenty minutes
	@scripts/test-tools
	@MOTCUA_DOSE=full $(BIN)/python -m pytest -v --capture=sys tests/guarantees $(ARGS)

check: install-dev ## style, types, and which folder may import which
	$(BIN)/ruff check --output-format concise .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: install-dev ## write the locks from the ranges, keeping what is locked
	$(COMPILE) $(FRESH) requirements.txt -o requirements.lock
	$(COMPILE) $(FRESH) -c requirements.lock requirements-dev.txt -o requirements-dev.lock

upgrade: ## write the locks with the newest that the ranges allow
	$(MAKE) lock FRESH=--upgrade

wheels: install ## fetch all that running needs into the folder wheels/, for a machine without a network
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null
	@rm -rf wheels && mkdir wheels
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary=:all: -d wheels -r requirements.lock
	@cp requirements.lock wheels/

simulate: install-dev ## a simulated year, every date compared with a slow oracle (SIMULATE=3000 dossiers, SEED=number), and years with broken engines. Takes half an hour
	@SIMULATE=$${SIMULATE:-3000} $(BIN)/python -m pytest -q --capture=no tests/simulation $(ARGS)

sbom: documents ## write the bill of materials (docs/bom.cdx.json, CycloneDX) from the lock

bench: install-dev ## measure everything side by side and write docs/performance.md (ARGS=--quick: a small dose)
	@$(BIN)/python -m scripts.bench $(ARGS)

attack: install-dev ## attack the demonstration from outside, as a stranger would, and write docs/attack.md
	@$(BIN)/python -m scripts.attack $(ARGS)

forms: install-dev ## draw every official form for three procedures as pictures beside its fields (OUT=folder)
	@$(BIN)/python -m scripts.forms $${OUT:-data/forms}

office: install-dev ## open the spreadsheets with LibreOffice (apt-get install libreoffice-calc-nogui) and compare with the screen
	@$(BIN)/python -m pytest -q tests/reports/libreoffice.py $(ARGS)

documents: install-dev ## write the documents that are made from the code
	@$(BIN)/python -m scripts.documents

migration: install-dev ## write a migration from the difference between models/ and the migrations: make migration NAME=words
	@$(BIN)/python -m scripts.new_migration $(NAME)

clean: ## remove the virtual environment and caches; the data folder stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@scripts/install requirements.lock

install-dev:
	@scripts/install requirements-dev.lock
