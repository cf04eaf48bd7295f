class Evidence:
    """What metrics read, by name: samples, features, codes; each part is made when it is first asked for.

    Args:
        **parts: functions of the evidence itself, so that one part may be made of others.

    Example:
        >>> evidence = Evidence(x=lambda _: images, features=lambda own: network(own["x"]))
        >>> evidence["features"]
    """

    def __init__(self, **parts):
        self._parts, self._made = parts, {}

    def __contains__(self, name):
        return name in self._parts

    def __getitem__(self, name):
        return self.once(name, self._parts[name])

    def once(self, key, make):
        """What ``make`` makes of this evidence, made when it is first asked for by its key."""
        if key not in self._made:
            self._made[key] = make(self)
        return self._made[key]

    def has(self, names):
        """Whether all of these are among its parts."""
        return all(name in self for name in names)
