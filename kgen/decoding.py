"""Files that others wrote: whatever a decoder raises becomes one error with the file's name and the way on."""

import json
from contextlib import contextmanager
from pathlib import Path

import yaml

SHOWN = 200  # characters of what a decoder says
WHOLE = "Put a whole copy of it back."
UTF = "utf-8-sig"  # with or without the mark that some editors begin a file with


class Undecodable(ValueError):
    """A file that cannot be read as what it is given for."""


@contextmanager
def decoding(path, what, way=WHOLE):
    """Turns whatever a decoder raises into an ``Undecodable`` that names the file, the reason and the way on."""
    try:
        yield
    except Undecodable:
        raise
    except Exception as error:
        raise Undecodable(
            f"{path} cannot be read as {what} ({reason(error, path)}). {way}"
        ) from error


def reason(error, path=""):
    """What an error says in one line, without the path of the file that it is about."""
    lines = str(error).replace(f" {str(path)!r}", "").strip().splitlines()
    return lines[0][:SHOWN].rstrip(".:") if lines else type(error).__name__


def read_object(path, way=WHOLE):
    """The names and values of a JSON file that holds an object, no name twice."""
    with decoding(path, "JSON", way):
        values = json.loads(Path(path).read_text(UTF), object_pairs_hook=_once)
    if not isinstance(values, dict):
        raise Undecodable(f"{path} is not a JSON object, {{name: value, …}}. {way}")
    return values


def read_yaml(path, way=WHOLE):
    """What a YAML file holds, no key twice."""
    with decoding(path, "YAML", way):
        return yaml.load(Path(path).read_text(UTF), _Strict)


class _Strict(yaml.SafeLoader):
    """YAML without keys that stand twice, and without references, whose repetition fills any memory."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise ValueError(
                f"line {self.peek_event().start_mark.line + 1}: write values out in place of *references"
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        pairs = [(self.construct_object(key, deep=True), value) for key, value in node.value]
        _once(pairs)
        return super().construct_mapping(node, deep)


def _once(pairs):
    """The dict of pairs; raises where a name stands twice."""
    values = {}
    for name, value in pairs:
        if name in values:
            raise ValueError(f"{name!r} stands there twice")
        values[name] = value
    return values
