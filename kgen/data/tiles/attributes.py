"""Attributes of groups and images, of any type."""


def value_of(holder, name):
    """The value of an attribute; ``None`` if NumPy has no type for it."""
    try:
        return holder.attrs[name]
    except (TypeError, ValueError):
        return None
