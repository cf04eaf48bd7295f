"""Files written by others: every decoder error becomes one error with the file and the remedy."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from kgen.types import Location

SHOWN = 200  # characters of a decoder's message
WHOLE = "Put a whole copy of it back."
UTF = "utf-8-sig"  # with or without a byte order mark


class Undecodable(ValueError):
    """A file that cannot be read in the format that it should have."""


@contextmanager
def decoding(path: Location, what: str, way: str = WHOLE) -> Iterator[None]:
    """Turns any decoder error into an ``Undecodable`` with the file, the reason and the remedy."""
    try:
        yield
    except Undecodable:
        raise
    except Exception as error:
        raise Undecodable(
            f"{path} cannot be read as {what} ({reason(error, path)}). {way}"
        ) from error


def reason(error: BaseException, path: Location = "") -> str:
    """The first line of an error's message, without the path of its file."""
    lines = str(error).replace(f" {str(path)!r}", "").strip().splitlines()
    return lines[0][:SHOWN].rstrip(".:") if lines else type(error).__name__


def read_object(path: Location, way: str = WHOLE) -> dict[str, Any]:
    """The object in a JSON file as a dict; raises if a name occurs twice."""
    with decoding(path, "JSON", way):
        values = json.loads(Path(path).read_text(UTF), object_pairs_hook=_once)
    if not isinstance(values, dict):
        raise Undecodable(f"{path} is not a JSON object, {{name: value, …}}. {way}")
    return values


def read_yaml(path: Location, way: str = WHOLE) -> Any:
    """The content of a YAML file; raises if a key occurs twice."""
    with decoding(path, "YAML", way):
        return yaml.load(Path(path).read_text(UTF), _Strict)


class _Strict(yaml.SafeLoader):
    """YAML without duplicate keys, and without references, whose expansion can fill any memory."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise ValueError(
                f"line {self.peek_event().start_mark.line + 1}: write values out in place of "
                "*references"
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        pairs = [
            (self.construct_object(key, deep=True), value) for key, value in node.value
        ]
        _once(pairs)
        return super().construct_mapping(node, deep)


def _once(pairs):
    """The dict of pairs; raises if a name occurs twice."""
    values = {}
    for name, value in pairs:
        if name in values:
            raise ValueError(f"{name!r} stands there twice")
        values[name] = value
    return values
