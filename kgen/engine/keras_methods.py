import inspect
from collections.abc import Mapping
from typing import Any

import keras

from kgen import checks
from kgen.engine import state
from kgen.engine.backend import replicas
from kgen.engine.callbacks import Callbacks, watched
from kgen.engine.checks import check_divisible
from kgen.engine.exported import Exported
from kgen.engine.mixin import Mixin
from kgen.engine.values import (
    Values,
    arrays_of,
    by_class,
    check_unused,
    first_checked,
    in_native_order,
    named,
    weighed,
)
from kgen.types import Location, Names, Tensor

EVALUATION_SEED = 20_000


class KerasMethods(Mixin):
    """Methods of ``keras.Model`` that take values, in any form that Keras knows, and check them.

    Evaluation and prediction use the averaged weights, where they are kept.
    """

    predict_inputs: tuple[str, ...] = ()  # the names of the values that predict takes

    def predicted(self, *values: Tensor) -> Tensor:
        """The outputs of ``predict`` for scaled values of ``predict_inputs``, in order; tensors."""
        raise NotImplementedError

    def fit(
        self,
        x: Values = None,
        y: Values = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Callbacks = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """As ``keras.Model.fit``."""
        x, y = self._checked(x, y), in_native_order(y)
        check_divisible(x, batch_size or 32, replicas())
        kwargs = {
            **kwargs,
            "validation_data": self._checked_validation(
                kwargs.get("validation_data"), batch_size
            ),
        }
        x, y = weighed(x, y, kwargs.get("sample_weight"))
        x, y = by_class(x, y, kwargs.get("class_weight"))
        kwargs = in_native_order(kwargs)
        return super().fit(
            x, y, batch_size, epochs, verbose, watched(callbacks, self), **kwargs
        )

    def evaluate(
        self,
        x: Values = None,
        y: Values = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Values = None,
        **kwargs: Any,
    ) -> float | list[float] | dict[str, float]:
        """As ``keras.Model.evaluate``; the same noise every time."""
        x, y = weighed(self._checked(x, y), in_native_order(y), sample_weight)
        state.reseed(self.evaluation_seeds, EVALUATION_SEED)
        with self.averaged():
            return super().evaluate(
                x, y, batch_size, verbose, in_native_order(sample_weight), **kwargs
            )

    def predict(self, x: Values, *args: Any, **kwargs: Any) -> Any:
        """As ``keras.Model.predict``."""
        with self.averaged():
            return super().predict(
                self._checked(x, names=self.predict_inputs), *args, **kwargs
            )

    def train_on_batch(
        self,
        x: Values,
        y: Values = None,
        sample_weight: Values = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> float | list[float] | dict[str, float]:
        """As ``keras.Model.train_on_batch``."""
        x, y = weighed(self._checked(x, y), in_native_order(y), sample_weight)
        x, y = by_class(x, y, class_weight)
        return super().train_on_batch(
            x, y, in_native_order(sample_weight), class_weight, return_dict
        )

    def test_on_batch(
        self,
        x: Values,
        y: Values = None,
        sample_weight: Values = None,
        return_dict: bool = False,
    ) -> float | list[float] | dict[str, float]:
        """As ``keras.Model.test_on_batch``; the same noise every time."""
        x, y = weighed(self._checked(x, y), in_native_order(y), sample_weight)
        state.reseed(self.evaluation_seeds, EVALUATION_SEED)
        with self.averaged():
            return super().test_on_batch(
                x, y, in_native_order(sample_weight), return_dict
            )

    def predict_on_batch(self, x: Values) -> Any:
        """As ``keras.Model.predict_on_batch``."""
        with self.averaged():
            return super().predict_on_batch(self._checked(x, names=self.predict_inputs))

    def predict_step(self, data: Values) -> Tensor:
        if not self.predict_inputs:
            return super().predict_step(data)
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        return self.predicted(
            *self.by_name(named(x, y, self.predict_inputs), self.predict_inputs)
        )

    def export(
        self,
        filepath: Location,
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """As ``keras.Model.export``, of ``predict``: stored values to stored values, no noise."""
        if not self.predict_inputs:
            return super().export(filepath, format, verbose, input_signature, **kwargs)
        exported = Exported(self)
        with self.averaged():
            return exported.export(
                filepath,
                format,
                verbose,
                input_signature or [exported.signature],
                **kwargs,
            )

    def check_data(
        self, x: Values, y: Values = None, names: Names | None = None
    ) -> None:
        """Raises for values that this model cannot take, before any work is done."""
        given = arrays_of(x, y, names)
        check_unused(given, self.fields)
        for name, field in self.fields.items():
            if name in given:
                field.check(given[name], name)
        checks.check_same_length(
            **{name: given[name] for name in names or self.fields if name in given}
        )

    # ---- pieces ----------------------------------------------------------------------------------

    def _checked(self, x, y=None, names=None):
        # A generator can be read only once: its first batch is checked on its way.
        if inspect.isgenerator(x):
            return in_native_order(
                first_checked(x, lambda batch: self.check_data(*batch, names))
            )
        self.check_data(x, y, names)
        return in_native_order(x)

    def _checked_validation(self, validation, batch_size):
        if not isinstance(validation, tuple):
            return None if validation is None else self._checked(validation)
        x, y, weight = keras.utils.unpack_x_y_sample_weight(validation)
        check_divisible(x, batch_size or 32, replicas())
        return *weighed(
            self._checked(x, y), in_native_order(y), weight
        ), in_native_order(weight)
