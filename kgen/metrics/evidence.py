from collections.abc import Callable, Hashable, Iterable
from typing import Any


class Evidence:
    """The inputs of metrics by name: samples, features, latents. Each is computed on first use.

    Args:
        **parts: functions from the evidence itself to a part, so that one part can use others.

    Example:
        >>> evidence = Evidence(x=lambda _: images, features=lambda own: network(own["x"]))
        >>> evidence["features"]
    """

    _made: dict[Hashable, Any]

    def __init__(self, **parts: Callable[["Evidence"], Any]):
        self._parts, self._made = parts, {}

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def __getitem__(self, name: str) -> Any:
        return self.once(name, self._parts[name])

    def once(self, key: Hashable, make: Callable[["Evidence"], Any]) -> Any:
        """The result of ``make`` on this evidence, computed once per key."""
        if key not in self._made:
            self._made[key] = make(self)
        return self._made[key]

    def has(self, names: Iterable[str]) -> bool:
        """Whether all of these are among its parts."""
        return set(names) <= self._parts.keys()
