"""The trainer of the backend that Keras runs on."""

import keras

if keras.backend.backend() == "tensorflow":
    from kgen.engine.tensorflow import Trainer
elif keras.backend.backend() == "jax":
    from kgen.engine.jax import Trainer
else:
    raise ImportError(
        f"kgen does not run on the Keras backend '{keras.backend.backend()}'. Supported: 'tensorflow' and 'jax'. "
        "Set the environment variable KERAS_BACKEND to one of them before importing keras."
    )

__all__ = ["Trainer"]
