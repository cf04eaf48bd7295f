"""What is done with models and data: train, test, evaluate, compare, draw.

Each of these writes or reads a run.
"""
