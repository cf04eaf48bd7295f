"""Trains a GAN to match a normal distribution, N(4, 1.25²), and leaves a film of it.

Example:
    python scripts/train_gan_normal.py normal.gif
"""

import argparse

from kgen.data.toys import normal
from kgen.models import GAN
from kgen.runs.matching import match

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("film", help="the GIF to write")
parser.add_argument("--steps", type=int, default=3000)
arguments = parser.parse_args()

model = match(GAN, normal, width=32, batch_size=256, learning_rate=1e-3, steps=arguments.steps, film=arguments.film)
samples = model.generate(20_000, seed=1)
print(f"Mean {samples.mean():.2f} of 4, standard deviation {samples.std():.2f} of 1.25. Written to {arguments.film}.")
