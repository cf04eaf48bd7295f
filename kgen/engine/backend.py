"""What differs between the backends that Keras can run on."""

import keras

if keras.backend.backend() == "tensorflow":
    from kgen.engine.tensorflow import SeedGenerator, Trainer, devices, scope
elif keras.backend.backend() == "jax":
    from kgen.engine.jax import SeedGenerator, Trainer, devices, scope
else:
    raise ImportError(
        f"kgen does not run on the Keras backend '{keras.backend.backend()}'. Supported: 'tensorflow' and 'jax'. "
        "Set the environment variable KERAS_BACKEND to one of them before importing keras."
    )

__all__ = ["SeedGenerator", "Trainer", "devices", "scope"]
