"""Tiles of an HDF5 file as a PyTorch data set: one at a time, in the workers of a DataLoader."""

import h5py
import numpy as np
import torch


class Tiles(torch.utils.data.Dataset):
    """Random tiles of some images, kept as arrays or cut from the file, which each worker opens."""

    def __init__(self, path, sections, tile_size, count, in_memory):
        self.path, self.sections, self.tile_size, self.count = (
            path,
            sections,
            tile_size,
            count,
        )
        self.images = _read(path, sections) if in_memory else None
        weights = np.array(
            [np.prod(section.corners(tile_size)) for section in sections], "float64"
        )
        self.chosen = np.random.default_rng(0).choice(
            len(sections), count, p=weights / weights.sum()
        )
        self.places = np.random.default_rng(1).random((count, 2))

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        number = self.chosen[index]
        row, column = (
            self.places[index] * self.sections[number].corners(self.tile_size)
        ).astype(int)
        image = self._image(number)
        return torch.from_numpy(
            image[row : row + self.tile_size, column : column + self.tile_size]
        )

    def _image(self, number):
        if self.images is None:
            file = h5py.File(self.path, "r")
            self.images = [file[section.path] for section in self.sections]
        return self.images[number]


def loader(path, sections, tile_size, count, batch_size, in_memory, workers=2):
    """A DataLoader over ``count`` of these tiles."""
    tiles = Tiles(path, sections, tile_size, count, in_memory)
    return torch.utils.data.DataLoader(tiles, batch_size, num_workers=workers)


def _read(path, sections):
    with h5py.File(path, "r") as file:
        return [file[section.path][:] for section in sections]
