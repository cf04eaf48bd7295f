import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg


def raster(figure):
    """A figure as an image (height, width, 3) in [0, 1]."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3] / np.float32(255)
