# Every line here is a command that a person could type; README.md shows them for those without make.
PYTHON ?= python3
BIN := .venv/bin
CORES := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help book pdf serve quick test verify typical typical-check bench calibration bench-uncertainty container check picture style lint coverage release clean

help: ## show what can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:[^#]*##/\t/' | expand -t 12

.venv/installed: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch .venv/installed

book: .venv/installed ## build the site: _build/html/index.html
	$(BIN)/jupyter-book build .

serve: .venv/installed ## the site on this machine, built again and reloaded after each edit
	$(BIN)/ceg serve

quick: .venv/installed ## what needs neither a build nor a browser, in half a minute
	$(BIN)/python -m pytest $(CORES) -m "not verify and not browser and not build and not slow" --durations 15 -q

test: .venv/installed ## everything that must hold, in a few minutes
	$(BIN)/python -m pytest $(CORES) -m "not verify"

verify: .venv/installed ## the same on the whole book, with every edit and view; takes longer
	$(BIN)/python -m pytest $(CORES)

bench: .venv/installed ## time builds beside stock Jupyter Book: bench/results.md
	$(BIN)/python bench/bench.py

check: .venv/installed ## validate the data and the assumptions
	$(BIN)/ceg check

typical: .venv/installed ## fit the typical gains to the data as they are: data/derived (minutes)
	$(BIN)/ceg typical --compute

typical-check: .venv/installed ## whether that model can be trusted: bench/typical.md (a quarter of an hour)
	OMP_NUM_THREADS=1 $(BIN)/python bench/typical.py

calibration: .venv/installed ## simulate how often the intervals hold the truth: bench/calibration.md (some minutes)
	$(BIN)/python bench/calibration.py

bench-uncertainty: .venv/installed ## measure what the draws cost: bench/uncertainty.md
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .[bench]
	OMP_NUM_THREADS=1 $(BIN)/python bench/uncertainty.py

picture: .venv/installed ## draw the README's picture again
	$(BIN)/python -m ceg.build.picture headline.svg

style: .venv/installed ## format the code and mend what a tool can mend
	$(BIN)/ruff check --fix src tests bench
	$(BIN)/ruff format src tests bench

lint: .venv/installed ## what must hold of the code: style, the floors of src/, types
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/lint-imports --no-cache
	$(BIN)/basedpyright

coverage: .venv/installed ## which lines of src/ the tests run, by package
	$(BIN)/python -m pytest $(CORES) -m "not verify and not browser" --cov --cov-report=term

pdf: book ## the whole book as one PDF, printed by the machine's Chromium: _build/book.pdf
	$(BIN)/ceg pdf

release: pdf ## the site, PDF, data, results and package to keep, the site as an edition: dist/ (WHEELHOUSE=1: all packages too)
	$(BIN)/ceg release
ifdef WHEELHOUSE
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --only-binary :all: -r requirements.txt -d dist/wheelhouse
endif

container: ## the book in a container: built, served, and asked for its start page (needs docker)
	docker build --tag ceg-book .
	docker run --rm --detach --name ceg-book ceg-book
	sleep 5
	docker exec ceg-book python -c "from urllib.request import urlopen; assert b'<title>' in urlopen('http://127.0.0.1:8000/index.html').read()"
	docker stop ceg-book

clean: ## remove what was built, not what was installed
	rm -rf _build
