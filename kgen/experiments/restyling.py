"""A picture painted in the texture of a run's model."""

from pathlib import Path

import numpy as np
from PIL import Image

from kgen import tasks
from kgen.data.pictures import read_pictures
from kgen.runs.run import Run


def restyle(run: Run, source: Path, out: Path) -> None:
    """Writes a picture file of any size as the run's model paints it, in the same size."""
    model = run.model()
    tasks.check_able("paint", model, "restyle")
    if not source.is_file():
        raise FileNotFoundError(f"no picture {str(source)!r}.")
    pictures, _ = read_pictures([source], str(source), channels=model.shape[-1])
    painted = model.fields["x"].rounded(model.restyle(pictures))
    out.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.squeeze(painted[0])).save(out)
