"""The gradient step of the backend that Keras runs on."""

import keras

if keras.backend.backend() == "tensorflow":
    from kgen.engine.tensorflow import minimize
else:
    raise ImportError(
        f"kgen does not run on the Keras backend '{keras.backend.backend()}'. "
        "Supported: 'tensorflow'. Set the environment variable KERAS_BACKEND=tensorflow before importing keras."
    )

__all__ = ["minimize"]
