"""Converts the configurations of models that earlier versions saved."""

from typing import Any

RANGE = "pixel_range"  # of the scaled pixels; models without fields had it instead


def upgraded(config: dict[str, Any]) -> tuple[dict[str, Any], tuple[float, ...] | None]:
    """The configuration without obsolete entries, and its scaled values' range or ``None``."""
    if "fields" in config:
        return config, None
    likelihood = config.get("likelihood")
    inner = likelihood["config"] if isinstance(likelihood, dict) else {}
    span = config.get(RANGE, inner.get(RANGE))
    kept = {name: value for name, value in config.items() if name != RANGE}
    return kept, span and tuple(_plain(span))


def _plain(pair):
    """A pair, whether Keras wrote it as a list or as a tuple."""
    return pair["config"]["items"] if isinstance(pair, dict) else pair
