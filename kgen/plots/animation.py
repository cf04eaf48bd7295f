from collections.abc import Sequence
from typing import IO

from PIL import Image

from kgen.types import Location


def animate(
    pictures: Sequence[Location | IO[bytes]], path: Location, milliseconds: int = 300
) -> Location:
    """Writes pictures of one size as a GIF that holds its last frame for two seconds.

    ``pictures`` are paths, or files in memory.
    """
    frames = []
    for picture in map(Image.open, pictures):
        frames.append(picture.convert("P", palette=Image.Palette.ADAPTIVE))
    durations = [milliseconds] * (len(frames) - 1) + [2000]
    frames[0].save(
        path, save_all=True, append_images=frames[1:], duration=durations, loop=0
    )
    return path
