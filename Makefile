PYTHON ?= python3
BIN = .venv/bin
DATASET ?= mnist

.PHONY: demo test test-whole test-notebooks test-jax notebooks lint docs bench

demo: .venv/ready
	rm -rf runs/demo
	$(BIN)/kgen train cvae-cgan --dataset digits --epochs 30 --batch-size 32 --set likelihood=continuous-bernoulli --set fake_class_weight=1 --run runs/demo
	$(BIN)/kgen test runs/demo

# A worker a core: most of a test is Python that traces a graph. In their own order, as few long tests come last otherwise.
TOGETHER = --numprocesses 2 --dist loadscope --no-loadscope-reorder

test: .venv/ready
	$(BIN)/python -m pytest $(TOGETHER) -m "not slow and not whole" --ignore tests/notebooks

test-whole: .venv/ready
	$(BIN)/python -m pytest $(TOGETHER) -m "whole and not slow" --ignore tests/notebooks

test-notebooks: .venv/ready
	$(BIN)/python -m pytest $(TOGETHER) tests/notebooks

# What the backend touches: networks are layers of Keras, tasks ask models; test_backends runs both in `make test`.
TOUCHED = $(addprefix tests/,abilities callbacks engine fields layers likelihoods losses models)

# Files of these rooms that test the same under every backend: arguments, registries, pictures of a run, commands.
ALIKE = $(addprefix --ignore=tests/,engine/test_options.py engine/test_pages.py fields/test_loading.py \
  callbacks/test_recording.py callbacks/test_progress.py abilities/test_named_classes.py)

# One file runs both backends, the others the kernels of TensorFlow.
ELSEWHERE = $(addprefix --ignore=tests/engine/,test_backends.py test_adam_kernel.py test_kernels.py)

# Whole trainings of the same mathematics: TensorFlow's suite has them.
WHOLE = $(addprefix --deselect=tests/, \
  callbacks/test_health.py::test_a_provoked_failure_is_found_and_said_in_words \
  callbacks/test_health.py::test_a_sound_training_is_not_warned_of \
  models/test_acgan.py::test_it_learns_to_classify_and_to_draw_what_it_is_told \
  models/test_vae.py::test_a_linear_beta_vae_keeps_the_directions_whose_variance_is_above_beta_sigma_squared \
  models/test_vaegan.py::test_it_learns_to_reconstruct \
  models/test_biggan.py::test_it_draws_the_class_that_is_asked_for \
  models/test_biggan.py::test_spectral_norms_are_1_in_both_networks_once_the_weights_rest \
  models/test_drvae.py::test_a_known_change_is_learnt \
  likelihoods/test_likelihoods.py::test_learned_variance_finds_the_variance_of_the_noise)

# A third of these minutes is the compilation of steps that another test has compiled: one run shares them.
COMPILED = JAX_COMPILATION_CACHE_DIR=$(CURDIR)/.venv/compiled JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0

test-jax: .venv/ready
	rm -rf .venv/compiled
	KERAS_BACKEND=jax $(COMPILED) $(BIN)/python -m pytest $(TOGETHER) $(ELSEWHERE) $(ALIKE) $(WHOLE) $(TOUCHED)

notebooks: .venv/ready
	$(BIN)/python scripts/run_notebooks.py notebooks/*.ipynb

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# A broken link within the documents ends the build.
docs: .venv/docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --site-dir build/site

bench: .venv/bench
	rm -f runs/bench/training.json
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/training.py --out runs/bench/training.json
	$(BIN)/python benchmarks/translators.py
	$(BIN)/python benchmarks/limit.py
	$(BIN)/python benchmarks/kernels.py --rounds 1
	$(BIN)/python benchmarks/input.py
	$(BIN)/python benchmarks/growth.py --plot runs/bench/growth.png
	$(BIN)/python benchmarks/processes.py --networks vae
	KERAS_BACKEND=jax $(BIN)/python benchmarks/rate.py --rounds 2
	KERAS_BACKEND=jax $(BIN)/python benchmarks/host.py --steps 400
	$(BIN)/python benchmarks/epoch_cost.py --dataset $(DATASET)
	$(BIN)/python benchmarks/digits_likelihood.py
	$(BIN)/python benchmarks/references.py
	$(BIN)/python benchmarks/sensitivity.py
	$(BIN)/python benchmarks/linear_vae.py
	$(BIN)/python benchmarks/tiles.py runs/bench/tiles
	$(BIN)/python benchmarks/tuning.py runs/bench/search

.venv/ready: setup.cfg pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable ".[test,jax]"
	touch $@

# Of its own, so that tests and demo do without mkdocs.
.venv/docs: .venv/ready
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	touch $@

# Of its own, so that tests and demo do without PyTorch.
.venv/bench: .venv/ready
	$(BIN)/python -m pip install --quiet --editable ".[bench]"
	touch $@
