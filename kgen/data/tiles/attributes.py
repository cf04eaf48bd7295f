"""Attributes of groups and images, of any type."""


def value_of(holder, name):
    """What an attribute says; ``None`` where NumPy has no type for it."""
    try:
        return holder.attrs[name]
    except (TypeError, ValueError):
        return None
