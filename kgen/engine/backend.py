"""What differs between the backends that Keras can run on."""

import keras

if keras.backend.backend() == "tensorflow":
    from kgen.engine.tensorflow import *  # noqa: F403
elif keras.backend.backend() == "jax":
    from kgen.engine.jax import *  # type: ignore[assignment] # noqa: F403
else:
    raise ImportError(
        f"kgen does not run on the Keras backend '{keras.backend.backend()}'. "
        "Supported: 'tensorflow' and 'jax'. "
        "Set the environment variable KERAS_BACKEND to one of them before importing keras."
    )
