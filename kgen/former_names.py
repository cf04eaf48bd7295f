"""Names that earlier versions wrote into files of runs, read as those of today."""

import re
from typing import Any

# Patterns of old names; the only place that knows them.
RENAMED = {
    "^outside_classifier_accuracy": "evaluation_classifier_accuracy",
    "_over_floor$": "_over_reference",
}
LAYERS = {"OneHot": "kgen>LabelCode"}  # today, and as registered in .keras files before
# names that users may give elsewhere
OF_FILES = {"metrics.json": {"^codes$": "latents"}}
OBJECTIVE = re.compile(r"(\w+)(:min|:max)")


def current(values: Any, file: str = "") -> Any:
    """Values of a JSON file with the names of today, as keys and in objectives."""
    if isinstance(values, dict):
        return {
            _current_name(name, file): current(value, file)
            for name, value in values.items()
        }
    if isinstance(values, list):
        return [current(value, file) for value in values]
    # Other texts are the user's own, such as a column of a table.
    found = OBJECTIVE.fullmatch(values) if isinstance(values, str) else None
    return _current_name(found[1], file) + found[2] if found else values


def _current_name(name, file):
    for pattern, new in {**RENAMED, **OF_FILES.get(file, {})}.items():
        name = re.sub(pattern, new, name)
    return name
