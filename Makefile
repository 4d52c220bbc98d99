# Everything sets itself up: a fresh machine needs Python 3.11 or later, pip and make.
PYTHON ?= python3
BIN := .venv/bin

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

setup: .venv/ready ## Make .venv with the baoluu command, the test tools and the linters

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

checkers: .venv-checkers/ready ## Make .venv-checkers with others' software that the tests of exports ask (pywb, wacz, pandas)

.venv-checkers/ready: requirements/checkers.txt
	$(PYTHON) -m venv .venv-checkers
	.venv-checkers/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/checkers.txt
	touch $@

rivals: .venv-rivals/ready ## Make .venv-rivals with what the whole job is measured beside (Scrapy, trafilatura, news-please, newspaper4k)

.venv-rivals/ready: requirements/rivals.txt
	$(PYTHON) -m venv .venv-rivals
	.venv-rivals/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/rivals.txt
	touch $@

demo: setup ## Crawl the sample newsroom, visit it again, and tell what changed
	$(BIN)/baoluu demo

test: setup ## Run the tests, a file at a time on every core (four at most)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: setup ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

serve: setup ## Open the archive's reading room
	$(BIN)/baoluu serve

bench: setup rivals ## Measure everything beside its peers in one run, as ratios, and write docs/bench.md (half an hour, 2 GB)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m tests.bench --write-docs
	$(BIN)/python -m tests.bench.capacity --write-docs

bench-quick: setup rivals ## Measure the same on less, in three minutes, and write nothing
	$(BIN)/python -m tests.bench --quick

bench-clean: setup ## Measure cleaning, speed and scores, beside trafilatura, readability and resiliparse
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m tests.bench.clean --each

bench-dates: setup ## Measure reading dates beside other readers
	$(BIN)/python -m tests.bench.dates

bench-memory: setup ## Measure what a crawl holds in memory over 50,000 pages (ten minutes, 2 GB)
	$(BIN)/python -m tests.bench.memory

bench-archive: setup ## Measure bytes and reads of stored pages beside WARC.gz and a CDX
	$(BIN)/python -m tests.bench.archive

bench-reclean: setup ## Measure cleaning a whole archive again, beside stock trafilatura
	$(BIN)/python -m tests.bench.reclean

bench-dask: setup ## Measure cleaning a whole archive again by a Dask cluster of two workers, beside the local pool
	$(BIN)/python -m tests.bench.dasked

bench-shared: setup ## Measure a shared frontier, merging and a Dask cluster for docs/capacity.md (five minutes, needs PostgreSQL)
	$(BIN)/python -m tests.bench.machines
	$(MAKE) capacity

capacity: setup ## Reckon from what was measured what many papers and pages take, and write docs/capacity.md
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m tests.bench.capacity --write-docs

bench-growth: setup ## Grow one archive to a million made-up articles and write docs/growth.md (an hour, 16 GB)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m tests.bench.growth --write-docs
	$(BIN)/python -m tests.bench.capacity --write-docs

bench-topics: setup ## Measure what is learnt of topics and how crawls for them go, on generated newsrooms (an hour)
	$(BIN)/python -m tests.bench.topical --write-docs
	$(BIN)/python -m tests.bench.focused --write-docs

bench-copies: setup ## Measure finding copies: what is found in the generated newsroom, and milliseconds up to a million
	$(BIN)/python -m tests.bench.copies_found
	$(BIN)/python -m tests.bench.copied --write-docs

bench-formats: setup ## Measure WARC and WACZ going out and in, beside warcio and FastWARC copying the same records
	$(BIN)/python -m tests.bench.formats

bench-room: setup ## Measure the reading room at 100,000 articles and ten requests a second, beside Datasette's table page
	$(BIN)/python -m tests.bench.room

floors: setup ## Raise the floors of the cleaning's scores (tests/floors.json); lowering one needs a reason
	$(BIN)/python -m tests.floors

soak: setup ## Run the long tests
	$(BIN)/python -m pytest -m soak

docs: setup ## Write the generated pages of docs/ anew
	$(BIN)/python -m tests.docs

requirements: ## Compile the pinned requirements (needs uv)
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements/base.in -o requirements/base.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 -c requirements/base.txt requirements/postgresql.in -o requirements/postgresql.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 -c requirements/base.txt requirements/dask.in -o requirements/dask.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements/dev.in -o requirements/dev.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements/bench.in -o requirements/bench.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements/checkers.in -o requirements/checkers.txt
	uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements/rivals.in -o requirements/rivals.txt

.PHONY: help setup checkers rivals demo test lint serve bench bench-quick bench-clean bench-dates bench-memory bench-reclean bench-dask bench-archive bench-shared capacity bench-growth bench-topics bench-copies bench-formats bench-room floors soak docs requirements
