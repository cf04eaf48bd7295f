"""What the model of a run looks at, in pictures, arrays and numbers."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from kgen import interpret, plots, tasks
from kgen.data.files import read_values
from kgen.data.naming import stored_as
from kgen.experiments.applying import FITTED
from kgen.experiments.contents import EXPLANATIONS
from kgen.experiments.page import renew_page
from kgen.fields import Label
from kgen.names import mapped, selected
from kgen.runs.run import Run
from kgen.tasks.explain import of_each_class
from kgen.tasks.study import some
from kgen.types import Location

# values in a figure, values measured, random networks
SHOWN, MEASURED, DRAWS = 10, 64, 4
CASCADED = {
    "gradient": interpret.gradient,
    "guided backprop": interpret.guided_backprop,
    "Grad-CAM": partial(interpret.grad_cam, rectified=False),
}


def explain(
    run: Run, images: Sequence[Location] = (), target: str | int | None = None
) -> dict[str, Any]:
    """Explains test values, one per class, or the values of files; writes and returns the numbers.

    Args:
        run: ``kgen.runs.run.Run`` of a model that explains.
        images: paths of files that ``kgen.data.files.read_values`` reads.
        target: name or number of the class that is explained; by default the most likely one of
            each value.
    """
    model, data = run.model(), run.trained_on()
    tasks.named("explain", model, data)
    told = None if target is None else _number(model, target)
    x = _read(run, model, images) if images else of_each_class(data.test, SHOWN)["x"]
    _draw(run, model, x, told)
    numbers = _measured(
        run, model, x if images else some(data.test, MEASURED)["x"], told
    )
    run.write_json(f"{EXPLANATIONS}/numbers.json", numbers)
    renew_page(run)
    return numbers


def _read(run, model, images):
    """The values of all files, one after another."""
    given = run.config.data
    fitted = selected(given, FITTED)
    names = stored_as(given, ["x"])
    values = []
    for path in images:
        rows = read_values(path, model.fields, ["x"], names, **fitted)
        values.append(rows.values["x"])
    return np.concatenate(values)


def _number(model, target):
    """The number of the class that is explained; raises for a model without classes."""
    field = model.fields.get("y")
    if not isinstance(field, Label):
        raise ValueError(
            f"target={target!r} is a class, and {type(model).__name__} answers with a number: "
            "leave it out."
        )
    return field.number(str(target))


def _draw(run, model, x, target):
    """The figure of the first values, and the maps of all."""
    print(f"Explaining {len(x)} values", flush=True)
    shown = x[:SHOWN]
    run.save_figure(
        interpret.compared(model, shown, target), f"{EXPLANATIONS}/comparison.png"
    )
    maps = interpret.maps_of(model, x, target)
    arrays = {_word(name): found for name, found in maps.items()}
    with run.writing(f"{EXPLANATIONS}/maps.npz") as temporary:
        np.savez_compressed(temporary, x=x, **arrays)


def _measured(run, model, x, target):
    """Measures how far the maps can be trusted, and draws the results."""
    print(f"Measuring the maps of {len(x)} values", flush=True)
    maps = interpret.maps_of(model, x, target)
    measures = {"deletion": interpret.deletion, "insertion": interpret.insertion}
    curves = {}
    for title, measure in measures.items():
        curves[title] = mapped(partial(measure, model, x), maps, target)
    run.save_figure(plots.curves_of_maps(curves), f"{EXPLANATIONS}/curves.png")
    cascades = {}
    for name, method in CASCADED.items():
        cascades[name] = interpret.cascade(model, x, method, target, DRAWS)
    run.save_figure(plots.cascades(cascades), f"{EXPLANATIONS}/cascades.png")
    return {
        "values": len(x),
        "maps": _of_maps(maps, curves),
        "randomised": _of_layers(cascades),
    }


def _of_maps(maps, curves):
    """One record per method: areas under its curves, Spearman's ρ with each method's maps."""
    records = []
    for name, row in zip(maps, interpret.agreement(maps).tolist(), strict=True):
        record = {"method": name}
        for title, of in curves.items():
            record[f"{title}_area"] = float(of[name].mean())
        records.append({**record, **_rhos(maps, row)})
    return records


def _of_layers(cascades):
    """One record per layer: Spearman's ρ of each method's maps with those of the trained network.

    The weights of this layer and of all later ones are random.
    """
    records = []
    for of_layer in zip(*cascades.values(), strict=True):
        similarities = [one.similarity for one in of_layer]
        records.append({"layer": of_layer[0].layer, **_rhos(cascades, similarities)})
    return records


def _rhos(methods, similarities):
    """The columns of Spearman's ρ, one per method."""
    pairs = zip(methods, similarities, strict=True)
    return {f"rho_{_word(name)}": rho for name, rho in pairs}


def _word(name):
    return name.lower().replace(" ", "_").replace("-", "_")
