"""A picture painted in the texture of a run's model."""

from pathlib import Path

from PIL import Image

from kgen import tasks
from kgen.data.files import check_apart
from kgen.data.pictures import read_pictures
from kgen.runs.run import Run


def restyle(run: Run, source: Path, out: Path) -> None:
    """Writes a picture file of any size as the run's model paints it, in the same size."""
    model = run.model()
    tasks.check_able("paint", model, "restyle")
    if not source.is_file():
        raise FileNotFoundError(f"no picture {str(source)!r}.")
    check_apart(source, out)
    pictures, _ = read_pictures([source], str(source), channels=model.shape[-1])
    painted = model.fields["x"].rounded(model.restyle(pictures))[0]
    out.parent.mkdir(parents=True, exist_ok=True)
    grey = painted.shape[-1] == 1
    Image.fromarray(painted[..., 0] if grey else painted).save(out)
