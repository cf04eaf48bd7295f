"""Names that earlier versions wrote into files of runs, read as those of today."""

import re
from typing import Any

# Patterns of old names; the only place that knows them.
RENAMED = {
    "^outside_classifier_accuracy": "evaluation_classifier_accuracy",
    "_over_floor$": "_over_reference",
}
LAYERS = {"OneHot": "kgen>LabelCode"}  # today, and as registered in .keras files before
NAME = re.compile(r"(\w+)((?::min|:max)?)")  # of a number; objectives add a direction


def current(values: Any) -> Any:
    """Values of a JSON file with the names of today, as keys and as texts; other texts as are."""
    if isinstance(values, dict):
        return {current(name): current(value) for name, value in values.items()}
    if isinstance(values, list):
        return [current(value) for value in values]
    found = NAME.fullmatch(values) if isinstance(values, str) else None
    return _current_name(found[1]) + found[2] if found else values


def _current_name(name):
    for pattern, new in RENAMED.items():
        name = re.sub(pattern, new, name)
    return name
