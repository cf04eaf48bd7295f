PYTHON ?= python3
BIN = .venv/bin
RUN ?= runs/demo
DATASET ?= mnist

.PHONY: demo test lint bench

demo: .venv/ready
	$(BIN)/kgen train cvae-cgan --dataset digits --epochs 40 --batch-size 32 --set discriminator_width=32 --run $(RUN)
	$(BIN)/kgen test $(RUN)

test: .venv/ready
	$(BIN)/python -m pytest

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

bench: .venv/ready
	$(BIN)/python benchmarks/epoch_cost.py --dataset $(DATASET)
	$(BIN)/python benchmarks/digits_likelihood.py

.venv/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[test,bench]"
	touch $@
