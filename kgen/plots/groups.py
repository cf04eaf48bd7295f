"""Which scalars and diagnostics share a panel."""

from collections.abc import Iterable
from fnmatch import fnmatch
from functools import partial
from typing import Any, NamedTuple

from kgen.types import Names

SUM = "loss"  # drawn in the panel of its first parts
NATS = "nats per value"
PARTS, PLAYERS, ERRORS = (
    "the objective and its parts",
    "discriminator against generator",
    "errors",
)
OTHERS = "other parts of the losses"


class Group(NamedTuple):
    """The content of a panel: names or patterns of names, the unit, and settings of its axes."""

    names: tuple
    unit: str = "loss"
    settings: dict = {}


# A name belongs to the first group with a fitting pattern; patterns give the order within it.
GROUPS = {
    PARTS: Group(
        (
            "reconstruction_loss",
            "kl_loss",
            "transition_loss",
            "perturbation_loss",
            "bound_loss",
            "dice_loss",
            "feature_loss",
            "encoder_loss",
        )
    ),
    PLAYERS: Group(("discriminator_loss", "generator_loss")),
    "how far estimates are off": Group(
        ("absolute_error",), "the unit of the numbers", {"ylim": (0.0, None)}
    ),
    ERRORS: Group(
        (
            "*_error",
            "cycle_loss",
            "identity_loss",
            "self_loss",
            "map_loss",
            "content_loss",
            "encoding_loss",
        ),
        "scaled numbers",
    ),
    "parts of the game": Group(
        (
            "real_loss",
            "fake_loss",
            "adversarial_loss",
            "gradient_penalty",
            "drift",
            "r1_penalty",
            "path_penalty",
            "*scale_loss",
        )
    ),
    "size of the networks": Group(("level",), "doublings", {"ylim": (0.0, None)}),
    "the class": Group(("*class_loss", "leakage_loss"), NATS),
    "accuracies": Group(
        ("*accuracy", "told_apart", "augmented_share"), "share", {"ylim": (-0.02, 1.02)}
    ),
    "diversity of samples": Group(
        ("diversity",), "share of that of real values", {"ylim": (0.0, None)}
    ),
    "latents in use": Group(("active_units",), "units", {"ylim": (0.0, None)}),
    "gradients": Group(("*gradient_norm",), "norm", {"ylim": (0.0, None)}),
    OTHERS: Group(("*_loss", "*_penalty")),
}


def grouped(names: Names) -> dict[str, list[str]]:
    """A dict from the title of a panel to its names; an unknown name has its own panel."""
    found: dict[str, list[str]] = {title: [] for title in GROUPS}
    for name in names:
        if name != SUM:
            found.setdefault(_title(name), []).append(name)
    for title, group in GROUPS.items():
        found[title].sort(key=partial(_place, group))
    if not found[PLAYERS]:  # without an opponent, all losses are parts of the objective
        found[PARTS] += found.pop(OTHERS)
    if SUM in names:
        filled = [title for title in (PARTS, PLAYERS, ERRORS) if found[title]]
        found[filled[0] if filled else PARTS].insert(0, SUM)
    return {title: together for title, together in found.items() if together}


def unit(title: str, names: Iterable[str]) -> str:
    """The unit of the numbers in a panel."""
    if title == PARTS:
        return NATS if {"kl_loss", "bound_loss"} & {*names} else "loss"
    return GROUPS[title].unit if title in GROUPS else ""


def settings(title: str) -> dict[str, Any]:
    """The settings of a panel's axes that differ from the default."""
    return GROUPS[title].settings if title in GROUPS else {}


def _title(name):
    for title, group in GROUPS.items():
        if _place(group, name) < len(group.names):
            return title
    return name


def _place(group, name):
    """The index of the first pattern that fits, or the number of patterns if none fits."""
    for place, pattern in enumerate(group.names):
        if fnmatch(name, pattern):
            return place
    return len(group.names)
