"""What is done with models and data: train, test, evaluate, compare, draw; each leaves or reads a run."""
